/** Units from the largest, in milliseconds. */
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** A duration for people, rounded up to its largest unit: `3 hours`, `1 minute`, `12 seconds`. */
export function durationText(ms: number): string {
  const [name, unitMs] = UNITS.find((unit) => ms >= unit[1]) ?? ['second', 1_000];
  const count = Math.ceil(ms / unitMs);
  return `${String(count)} ${name}${count === 1 ? '' : 's'}`;
}
