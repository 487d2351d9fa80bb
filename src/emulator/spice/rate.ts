import { Problem } from './problem.ts';
import type { RateCount, World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A refused request: when the window ends, in milliseconds from now. */
export class TooMany extends Problem {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(429, 'Too many requests');
    this.name = 'TooMany';
    this.waitMs = waitMs;
  }
}

function counted(world: World, key: string, now: number): RateCount {
  const [minute, hour] = [Math.floor(now / MINUTE_MS), Math.floor(now / HOUR_MS)];
  const known = world.rates.get(key) ?? { minute, inMinute: 0, hour, inHour: 0 };
  if (known.minute !== minute) known.inMinute = 0;
  if (known.hour !== hour) known.inHour = 0;
  known.minute = minute;
  known.hour = hour;
  known.inMinute += 1;
  known.inHour += 1;
  world.rates.set(key, known);
  return known;
}

/** Counts a request, fills in its headers, and refuses it when there were too many. */
export function countRequest(
  world: World,
  key: string,
  now: number,
  headers: Record<string, string>,
): void {
  const { requestsPerMinute, requestsPerHour } = world.timing;
  if (requestsPerMinute === 0 && requestsPerHour === 0) return;
  const { minute, inMinute, hour, inHour } = counted(world, key, now);
  const minuteEnd = (minute + 1) * MINUTE_MS;
  if (requestsPerMinute > 0) {
    headers['x-ratelimit-limit'] = String(requestsPerMinute);
    headers['x-ratelimit-remaining'] = String(Math.max(0, requestsPerMinute - inMinute));
    headers['x-ratelimit-reset'] = String(minuteEnd / 1_000);
  }
  if (requestsPerMinute > 0 && inMinute > requestsPerMinute) throw new TooMany(minuteEnd - now);
  if (requestsPerHour > 0 && inHour > requestsPerHour) {
    throw new TooMany((hour + 1) * HOUR_MS - now);
  }
}

/** What `Retry-After` says, if it says anything. */
export function retryAfterOf(world: World, error: TooMany, now: number): string | undefined {
  const { retryAfter } = world.switches;
  if (retryAfter === 'none') return undefined;
  if (retryAfter === 'seconds') return String(Math.ceil(error.waitMs / 1_000));
  return new Date(now + error.waitMs).toUTCString();
}
