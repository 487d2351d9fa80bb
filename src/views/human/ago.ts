const UNITS: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

/** How long ago something was, milliseconds in, rounded down: `2 h ago`, `3 days ago`. */
export function ago(elapsedMs: number): string {
  for (const [unit, lengthMs] of UNITS) {
    const number = Math.floor(elapsedMs / lengthMs);
    if (number < 1) continue;
    return `${number} ${unit}${unit === 'day' && number > 1 ? 's' : ''} ago`;
  }
  return 'just now';
}
