import type { Plan } from '../../planner/plan.ts';
import { renderPlan } from '../human/plan.ts';
import { createStyle } from '../style.ts';

/** The symbols that a diff block colours, at the start of a line. */
const SYMBOL = /^( *)(-\/\+|[+~-])( .*)$/;

/** Stands in for a symbol of the plan: `~` is no symbol of a diff, `!` is. */
const DIFF_SYMBOLS: Readonly<Record<string, string>> = { '+': '+', '-': '-', '~': '!', '-/+': '!' };

/**
 * The plan as a fenced diff block, for a comment or a step summary. The fence is longer than any
 * run of backticks inside, so no name or value can end it.
 */
export function renderMarkdownPlan(plan: Plan, mode: 'plan' | 'destroy' | 'drift'): string {
  const human = renderPlan(plan, { style: createStyle({ color: false }), mode });
  const longest = (human.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(Math.max(3, longest + 1));
  const body = human.split('\n').map(diffLine).join('\n');
  return `${fence}diff\n${body}${fence}\n`;
}

/** The symbol in the first column, where a diff has it; every other line begins with a blank. */
function diffLine(line: string): string {
  if (line === '') return line;
  const [, indent, symbol, rest] = SYMBOL.exec(line) ?? [];
  if (indent === undefined || symbol === undefined || rest === undefined) return ` ${line}`;
  return `${DIFF_SYMBOLS[symbol] ?? ' '}${indent}${symbol}${rest}`;
}
