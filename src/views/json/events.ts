import type { Event } from '../../core/event.ts';
import { jsonText } from '../sanitize.ts';

/**
 * One event as one JSON object on one line, with its line break: `at` (RFC 3339, UTC) first, then
 * the event's own members. `atMs`: milliseconds since the epoch. Shape: schemas/events.json.
 */
export function eventLine(event: Event, atMs: number): string {
  const { type, ...members } = event;
  return `${jsonText({ at: new Date(atMs).toISOString(), type, ...members })}\n`;
}
