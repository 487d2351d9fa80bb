import { isKey } from '../core/address.ts';
import { Secret } from '../core/secret.ts';
import { Template } from '../core/value.ts';
import type { Run } from './evaluate-fields.ts';
import { evaluateOutput } from './evaluate-fields.ts';
import type { Scope } from './scope.ts';
import type { LoadedOutput, LoadedTerm } from './source-term.ts';
import { SourceTemplate, SourceTerm, isLoadedObject } from './source-term.ts';
import { staticValue } from './static-value.ts';
import { didYouMean } from '../core/suggest.ts';
import type { MapEntry, MappingNode } from './yaml-node.ts';
import { describe } from './yaml-node.ts';

const MEMBERS = ['value', 'description', 'sensitive'];

/** `outputs: { NAME: { value } }`; an output with something sensitive in it is sensitive. */
export function readOutputs(root: MappingNode, scope: Scope): readonly LoadedOutput[] {
  const node = root.entries.get('outputs')?.value;
  if (node?.kind !== 'mapping') return [];
  const outputs = [...node.entries.values()].map((entry) => readOutput(entry, scope));
  return outputs.filter((output) => output !== undefined);
}

function readOutput(entry: MapEntry, scope: Scope): LoadedOutput | undefined {
  const { reporter } = scope;
  const node = entry.value;
  if (!isKey(entry.name)) {
    const message = `the name "${entry.name}" is not allowed`;
    reporter.add({ code: 'key-invalid', message, at: entry });
    return undefined;
  }
  if (node.kind !== 'mapping') {
    const message = `the output "${entry.name}" must be a mapping, not ${describe(node)}`;
    const hint = `write ${entry.name}: { value: … }`;
    reporter.add({ code: 'schema-type', message, at: entry, hint });
    return undefined;
  }
  for (const member of node.entries.values()) {
    if (MEMBERS.includes(member.name)) continue;
    const message = `an output has no "${member.name}"`;
    const hint = didYouMean(member.name, MEMBERS);
    reporter.add({ code: 'schema-unknown-field', message, at: member, hint });
  }
  const value = node.entries.get('value');
  if (value === undefined) {
    const message = `the output "${entry.name}" has no value`;
    reporter.add({ code: 'schema-missing-field', message, at: entry });
    return undefined;
  }
  const declared = node.entries.get('sensitive');
  const marked = declared !== undefined && staticValue(declared.value, scope) !== false;
  const run: Run = { scope, address: `output.${entry.name}`, open: new Map(), failed: false };
  const { term } = evaluateOutput(value, run);
  if (term === undefined) return undefined;
  return { name: entry.name, value: term, sensitive: marked || holdsSecret(term) };
}

function holdsSecret(term: LoadedTerm): boolean {
  if (term instanceof Secret || term instanceof SourceTerm || term instanceof SourceTemplate) {
    return true;
  }
  if (term instanceof Template) {
    return term.parts.some(
      (part) => typeof part !== 'string' && (!('sensitive' in part) || part.sensitive),
    );
  }
  if (Array.isArray(term)) return term.some((item: LoadedTerm) => holdsSecret(item));
  return isLoadedObject(term) && Object.values(term).some((item) => holdsSecret(item));
}
