const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

/**
 * Until when something holds, epoch milliseconds, exclusive: a time is RFC 3339 with its zone; a
 * date holds to its end in UTC. Undefined for any other text, and for days that no month has.
 */
export function parseMoment(text: string): number | undefined {
  const date = DATE.test(text) ? text : TIME.exec(text)?.[1];
  if (date === undefined) return undefined;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Some days that no month has are taken for those of the next one.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) {
    return undefined;
  }
  if (date === text) return midnight + DAY_MS;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}
