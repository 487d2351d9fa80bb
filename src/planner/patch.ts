import jsonPatch from 'fast-json-patch';
import type { Json } from '../core/json.ts';
import { fromPointer, withValueAt } from '../core/resolve.ts';
import { toJson, type ValueObject } from '../core/value.ts';
import type { FieldChange, PatchOperation } from './plan.ts';

/**
 * RFC 6902 operations from the live fields to the desired ones. A set is one `replace`; unknown
 * and sensitive values never stand in a patch.
 */
export function patchOf(fields: readonly FieldChange[]): readonly PatchOperation[] {
  const whole: PatchOperation[] = [];
  let before: ValueObject = {};
  let after: ValueObject = {};
  for (const field of fields) {
    if (field.sensitive) continue;
    const old = field.before === undefined ? undefined : toJson(field.before);
    const next = field.after === undefined ? undefined : toJson(field.after);
    if (field.after !== undefined && next === undefined) continue;
    if (field.removed !== undefined || old === undefined || next === undefined) {
      whole.push(operationOf(field.pointer, old, next));
      continue;
    }
    const path = fromPointer(field.pointer);
    before = withValueAt(before, path, old);
    after = withValueAt(after, path, next);
  }
  return [...whole, ...comparedLeaves(before, after)].toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

function operationOf(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): PatchOperation {
  if (after === undefined) return { op: 'remove', path };
  return { op: before === undefined ? 'add' : 'replace', path, value: after };
}

function comparedLeaves(before: ValueObject, after: ValueObject): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const operation of jsonPatch.compare(before, after)) {
    if (operation.op === 'remove') operations.push({ op: 'remove', path: operation.path });
    else if (operation.op === 'add' || operation.op === 'replace') {
      operations.push({ op: operation.op, path: operation.path, value: operation.value });
    }
  }
  return operations;
}
