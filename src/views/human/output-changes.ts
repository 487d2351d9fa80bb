import type { OutputChange } from '../../planner/plan.ts';
import { SENSITIVE_TEXT } from '../../core/secret.ts';
import { looksEqual } from '../compare.ts';
import type { Style } from '../style.ts';
import { fieldLines } from './field.ts';
import { assignmentLines, colored, padName, widest } from './value.ts';
import type { ValueContext } from './value.ts';

/** Outputs that differ. A sensitive one is shown only when it is new: it is not compared. */
export function changedOutputs(outputs: readonly OutputChange[]): readonly OutputChange[] {
  return outputs.filter((output) =>
    output.sensitive ? output.before === undefined : !looksEqual(output.before, output.after),
  );
}

/** `Changes to Outputs:` with a line for each; empty where nothing differs. */
export function outputChangeLines(outputs: readonly OutputChange[], style: Style): string[] {
  const changed = changedOutputs(outputs);
  if (changed.length === 0) return [];
  const width = widest(changed.map((output) => output.name));
  const context: ValueContext = { style, labels: {}, sensitive: new Set() };
  return [
    'Changes to Outputs:',
    ...changed.flatMap((output) => outputLines(output, padName(output.name, width), context)),
    '',
  ];
}

function outputLines(output: OutputChange, name: string, context: ValueContext): string[] {
  if (output.sensitive) return [`  ${colored('+', context.style)} ${name} = ${SENSITIVE_TEXT}`];
  if (output.before === undefined) {
    const item = { symbol: '+', name, value: output.after, pointer: '', indent: 2 } as const;
    return assignmentLines(item, context);
  }
  const { before, after } = output;
  // The pointer gives the name; a name with a slash or tilde in it does not exist.
  const field = { pointer: `/${name}`, before, after, causes: [], sensitive: false } as const;
  return fieldLines([{ ...field, immutable: false }], 2, context);
}
