import type { SourcePosition } from '../core/diagnostic.ts';

/**
 * What stands behind a field's name on its line, where it holds an expression: `${var.size}`. Ends
 * where a value in flow style ends, so that what comes after it is not taken along. Undefined where
 * another name stands there: the field's position is then that of what gives it its value.
 */
export function writtenExpression(
  line: string,
  position: SourcePosition,
  name: string,
): string | undefined {
  const start = position.column - 1;
  const end = start + (position.length ?? 0);
  if (line.slice(start, end).replaceAll(/["']/g, '') !== name) return undefined;
  const behind = line.slice(end);
  const value = /^["']?\s*:\s*(.*)$/.exec(behind)?.[1];
  if (value === undefined) return undefined;
  const written = value.slice(0, endOf(value)).trim();
  if (!written.includes('${')) return undefined;
  return /^(["']).*\1$/.test(written) ? written.slice(1, -1) : written;
}

function endOf(value: string): number {
  const quote = /^["']/.exec(value)?.[0];
  let depth = 0;
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (quote !== undefined) {
      if (at > 0 && character === quote) return at + 1;
    } else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth -= 1;
    } else if (depth === 0 && (character === ',' || / #/.test(value.slice(at, at + 2)))) return at;
  }
  return value.length;
}
