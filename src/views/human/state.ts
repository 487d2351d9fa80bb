import type { JsonObject } from '../../core/json.ts';
import { count } from '../plural.ts';
import { childPointer, dottedPath } from '../pointer.ts';
import { text } from '../sanitize.ts';
import type { StateEntries, StateEntry, StateSummary } from '../state-entry.ts';
import type { Style } from '../style.ts';
import { renderOutputs } from './outputs.ts';
import { memberLines } from './value.ts';
import type { ValueContext } from './value.ts';

/** `trueup state list`: one address a line, sorted; with `ids`, the ID behind it. */
export function renderStateList(
  resources: StateEntries,
  options: { readonly ids?: boolean } = {},
): string {
  return Object.entries(resources)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([address, { id }]) => `${text(address)}${options.ids === true ? ` ${text(id)}` : ''}\n`)
    .join('');
}

/** `trueup state show ADDRESS`: what the last apply sent and read; sensitive values are masked. */
export function renderStateResource(address: string, entry: StateEntry, style: Style): string {
  return `${resourceLines(address, entry, style).join('\n')}\n`;
}

/** `trueup show`: the whole state of the stack. */
export function renderState(state: StateSummary, style: Style): string {
  const addresses = Object.keys(state.resources).toSorted();
  const organizations = Object.entries(state.providers).map(
    ([provider, { organization }]) => `${text(provider)} organization ${text(organization)}`,
  );
  const lines = [
    style.bold(`# stack ${text(state.stack)}, environment ${text(state.environment)}`),
    `# ${[count(addresses.length, 'resource'), `serial ${state.serial}`, ...organizations].join(', ')}`,
    '',
  ];
  for (const address of addresses) {
    const entry = state.resources[address];
    if (entry === undefined) continue;
    for (const line of resourceLines(address, entry, style)) lines.push(line);
    lines.push('');
  }
  const outputs = renderOutputs(state.outputs, style);
  return `${lines.join('\n')}\n${outputs === '' ? '' : `Outputs:\n\n${outputs}`}`;
}

function resourceLines(address: string, entry: StateEntry, style: Style): string[] {
  const pointers = Object.keys(entry.digests);
  const fields = withSensitive(entry.sent, pointers);
  const sensitive = new Set(pointers.map((pointer) => childPointer('', dottedPath(pointer))));
  const context: ValueContext = { style, labels: {}, sensitive };
  return [
    style.bold(`# ${text(address)}`),
    `${text(address)} ${style.dim(`[id=${text(entry.id)}]`)} {`,
    ...notes(entry).map((note) => `    ${style.dim(`# ${note}`)}`),
    ...memberLines(' ', fields, '', 2, context),
    ...attributeLines(entry, context),
    '}',
  ];
}

function attributeLines(entry: StateEntry, context: ValueContext): string[] {
  if (Object.keys(entry.attributes).length === 0) return [];
  return [
    `    ${context.style.dim('# attributes at the last read')}`,
    ...memberLines(' ', entry.attributes, '', 2, { ...context, sensitive: new Set() }),
  ];
}

function notes(entry: StateEntry): string[] {
  const { pending } = entry;
  return [
    ...(entry.scope === undefined ? [] : [`in ${text(entry.scope)}`]),
    ...(entry.lifecycle.protect ? ['protected from deletion'] : []),
    ...(entry.lifecycle.onRemove === 'forget' ? ['forgotten, not deleted, when removed'] : []),
    ...(entry.dependsOn.length === 0 ? [] : [`depends on ${entry.dependsOn.map(text).join(', ')}`]),
    ...(pending === undefined
      ? []
      : [
          `unfinished: ${pending.done} of ${pending.steps.length} steps (${pending.steps.map(text).join(', ')})`,
        ]),
  ];
}

/** The fields with a leaf, to be masked, wherever the state keeps only a digest. */
function withSensitive(fields: JsonObject, pointers: readonly string[]): JsonObject {
  let all = fields;
  for (const pointer of pointers) {
    // A deep one stands under its whole path: what is around it stays as it is.
    all = { ...all, [dottedPath(pointer)]: null };
  }
  return all;
}
