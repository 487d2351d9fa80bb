import { SENSITIVE_TEXT } from '../../core/secret.ts';
import { jsonText, text } from '../sanitize.ts';
import type { OutputEntries, OutputEntry } from '../state-entry.ts';
import type { Style } from '../style.ts';
import { assignmentLines, padName, widest } from './value.ts';

/** `trueup output`: every output with its value, in the order of names; empty where none is. */
export function renderOutputs(outputs: OutputEntries, style: Style): string {
  const names = Object.keys(outputs).toSorted();
  const width = widest(names);
  const context = { style, labels: {}, sensitive: new Set<string>() };
  const lines = names.flatMap((name) => {
    const padded = padName(name, width);
    const output = outputs[name];
    if (output?.value === undefined || output.sensitive) {
      return [`${padded} = ${output?.sensitive === true ? SENSITIVE_TEXT : 'null'}`];
    }
    const item = {
      symbol: ' ',
      name: padded,
      value: output.value,
      pointer: '',
      indent: 0,
    } as const;
    // Lines of a listing have no column for a symbol.
    return assignmentLines(item, context).map((line) => line.slice(2));
  });
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * `trueup output NAME`: a text bare, anything else as JSON. To a terminal the text is made safe;
 * to a pipe it goes as it is.
 */
export function renderOutput(output: OutputEntry, options: { readonly terminal: boolean }): string {
  if (output.sensitive) return `${SENSITIVE_TEXT}\n`;
  const { value } = output;
  if (typeof value !== 'string') return `${jsonText(value ?? null)}\n`;
  return `${options.terminal ? text(value) : value}\n`;
}
