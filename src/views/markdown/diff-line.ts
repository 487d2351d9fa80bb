/** The symbols that a diff block colours, at the start of a line. */
const SYMBOL = /^( *)(-\/\+|[+~-])( .*)$/;

/** Stands in for a symbol of the plan: `~` is no symbol of a diff, `!` is. */
const DIFF_SYMBOLS: Readonly<Record<string, string>> = { '+': '+', '-': '-', '~': '!', '-/+': '!' };

/**
 * The symbol in the first column, where a diff has it, and nowhere else; every other line begins
 * with a blank.
 */
export function diffLine(line: string): string {
  if (line === '') return line;
  const [, indent, symbol, rest] = SYMBOL.exec(line) ?? [];
  if (indent === undefined || symbol === undefined || rest === undefined) return ` ${line}`;
  const place = symbol === '-/+' ? symbol : ' ';
  return `${DIFF_SYMBOLS[symbol] ?? ' '}${indent}${place}${rest}`;
}
