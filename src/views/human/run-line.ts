import type { Event } from '../../core/event.ts';
import { elapsed } from '../duration.ts';
import { count } from '../plural.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { isLogged } from './log-level.ts';
import type { LogLevel } from './log-level.ts';

export interface LineOptions {
  readonly style: Style;
  /** True beside a live area, which shows what runs: then only what has ended is logged. */
  readonly live: boolean;
  /** Least level of what is only of interest now and then; default `warn`. */
  readonly level?: LogLevel;
}

export type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

/** A line that is printed only when the level asks for it. */
export function quietLine(level: LogLevel, line: string, options: LineOptions): string | undefined {
  return isLogged(level, options.level ?? 'warn') ? options.style.dim(line) : undefined;
}

export function readText(event: EventOf<'collection-read'>): string {
  const objects = count(event.objects, 'object');
  const scope = event.scope === undefined ? '' : ` of ${text(event.scope)}`;
  return `Read ${text(event.resourceType)}${scope}: ${objects}${event.complete ? '' : ', incomplete'}`;
}

export function rateText(event: EventOf<'rate-changed'>): string {
  const rate = `${Number(event.perSecond.toFixed(1))} requests a second`;
  return `Rate: ${rate} (${text(event.reason)})`;
}

export function retryText(event: EventOf<'request-retried'>): string {
  const status = event.status === undefined ? 'no answer' : `status ${event.status}`;
  const request = `${text(event.method)} ${text(event.path)}`;
  return `${request}: ${status}, try ${event.try}, again in ${elapsed(event.delayMs)}`;
}

export function interruptedText(event: EventOf<'interrupted'>): string {
  const { running } = event;
  const rest =
    running === 0 ? 'Nothing is running.' : `Waiting for ${count(running, 'running change')}.`;
  return `Interrupted: nothing new is started. ${rest} A second signal stops at once.`;
}

const DELIVERED: Readonly<Record<EventOf<'generated-secret'>['delivered'], string>> = {
  stdout: '; it is shown once, on stdout.',
  file: '; it was written to the file of generated secrets.',
  lost: ', and it is lost. Set a value in the manifest and apply again.',
};

export function generatedText(event: EventOf<'generated-secret'>, style: Style): string {
  const generated = `${text(event.address)}: the API generated ${text(event.field)}`;
  const line = `${generated}${DELIVERED[event.delivered]}`;
  return event.delivered === 'lost' ? style.yellow(line) : line;
}
