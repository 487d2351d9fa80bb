import jsonPatch from 'fast-json-patch';
import type { Json } from '../core/json.ts';
import { fromPointer, toPointer, valueAt } from '../core/resolve.ts';
import { toJson, type ValueObject } from '../core/value.ts';
import type { FieldChange, PatchOperation } from './plan.ts';

/**
 * RFC 6902 operations from the live fields to the desired ones, in the order of the fields'
 * pointers; objects on the way are made. A set is one `replace`; unknown and sensitive values
 * never stand in a patch.
 */
export function patchOf(
  fields: readonly FieldChange[],
  live: ValueObject | undefined,
): readonly PatchOperation[] {
  const made = new Set<string>();
  return fields
    .toSorted((a, b) => (a.pointer < b.pointer ? -1 : 1))
    .flatMap((field) => {
      const operations = operationsOf(field, live);
      return operations.length === 0
        ? []
        : [...parentsOf(field.pointer, live, made), ...operations];
    });
}

function operationsOf(
  field: FieldChange,
  live: ValueObject | undefined,
): readonly PatchOperation[] {
  if (field.sensitive || field.after === undefined) return [];
  const after = toJson(field.after);
  if (after === undefined) return [];
  const path = field.pointer;
  if (valueAt(live, fromPointer(path)) === undefined) return [{ op: 'add', path, value: after }];
  const before = field.before === undefined ? undefined : toJson(field.before);
  if (field.removed !== undefined || before === undefined) {
    return [{ op: 'replace', path, value: after }];
  }
  return compared(path, before, after);
}

/** The objects that have to be there before a field in them can be added. */
function parentsOf(
  pointer: string,
  live: ValueObject | undefined,
  made: Set<string>,
): readonly PatchOperation[] {
  const path = fromPointer(pointer);
  return path.slice(1).flatMap((_, index): readonly PatchOperation[] => {
    const parent = path.slice(0, index + 1);
    const at = toPointer(parent);
    if (made.has(at) || valueAt(live, parent) !== undefined) return [];
    made.add(at);
    return [{ op: 'add', path: at, value: {} }];
  });
}

function compared(pointer: string, before: Json, after: Json): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const operation of jsonPatch.compare({ field: before }, { field: after })) {
    const path = `${pointer}${operation.path.slice('/field'.length)}`;
    if (operation.op === 'remove') operations.push({ op: 'remove', path });
    else if (operation.op === 'add' || operation.op === 'replace') {
      operations.push({ op: operation.op, path, value: operation.value });
    }
  }
  return operations;
}
