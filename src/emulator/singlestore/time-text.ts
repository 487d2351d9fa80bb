import { Refusal } from '../refusal.ts';

/** RFC 3339 in UTC with four fractional digits, as the API writes timestamps. */
export function stamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '0Z');
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/;

/** Milliseconds of a Go duration such as `3h30m`; undefined for anything else. */
function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return total;
}

const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** The moment, epoch milliseconds, of a timestamp, a date or a duration counted from `now`. */
export function parseExpiry(text: string, now: number): number {
  const duration = parseDuration(text);
  const match = MOMENT.exec(text);
  const moment =
    duration === undefined
      ? Date.parse(`${match?.[1] ?? 'x'}T${match?.[2] ?? '00:00:00'}${match?.[3] ?? 'Z'}`)
      : now + duration;
  if (Number.isNaN(moment)) throw new Refusal(400, `expiresAt: invalid time ${text}`);
  if (moment <= now) throw new Refusal(400, 'expiresAt: must be in the future');
  return moment;
}
