const DURATION = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d+))?\s*([Zz]|[+-]\d{2}:?\d{2})?)?$/;
const SECONDS_MAX = 1e9;

/**
 * A duration as `3h30m0s`, a point in time as RFC 3339 in UTC with milliseconds. A time without a
 * zone is UTC, a date is its midnight. Any other text is only trimmed.
 */
export function normaliseDurationOrTime(text: string): string {
  const plain = text.trim();
  const seconds = durationSeconds(plain);
  if (seconds !== undefined) return durationText(seconds);
  return timeText(plain) ?? plain;
}

/** Length of a duration such as `3h30m`, in seconds; undefined for any other text. */
export function durationSeconds(text: string): number | undefined {
  const plain = text.trim();
  const match = DURATION.exec(plain);
  if (match === null || plain === '') return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return total <= SECONDS_MAX ? Math.round(total) : undefined;
}

/** Whether a text is a duration, a time or a date. */
export function isDurationOrTime(text: string): boolean {
  return durationSeconds(text) !== undefined || timeText(text.trim()) !== undefined;
}

function durationText(total: number): string {
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return `${hours}h${minutes}m${total % 60}s`;
}

function timeText(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, date = '', clock = '00:00:00', fraction = '0', zone = 'Z'] = match;
  const offset = /^[Zz]$/.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const day = new Date(`${date}T00:00:00Z`);
  // Some days that no month has are taken for those of the next one.
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return undefined;
  const time = new Date(`${date}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
  // A year that the zone pushes out of 0000 to 9999 would come back in another form.
  const year = time.getUTCFullYear();
  return Number.isNaN(year) || year < 0 || year > 9999 ? undefined : time.toISOString();
}
