import { parseAddress } from '../../core/address.ts';
import type { Diagnostic, SourcePosition } from '../../core/diagnostic.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { isValueObject } from '../../core/value.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import type {
  AcceptedEntry,
  Action,
  ActionReason,
  ChangedBy,
  DriftEntry,
  FieldChange,
  ResourceChange,
} from '../../planner/plan.ts';
import { pointerPath } from '../pointer.ts';
import { valueParts } from './value-json.ts';

const ACTIONS: Readonly<Record<Action, readonly string[]>> = {
  create: ['create'],
  update: ['update'],
  replace: ['delete', 'create'],
  delete: ['delete'],
  import: ['no-op'],
  move: ['no-op'],
  forget: ['forget'],
  'no-op': ['no-op'],
};

/** Terraform's own word where it has one, so that existing readers understand it. */
const REASONS: Readonly<Partial<Record<ActionReason, string>>> = {
  'immutable-field': 'replace_because_cannot_update',
  'parent-replaced': 'replace_by_triggers',
  'replace-requested': 'replace_by_request',
  'removed-from-manifest': 'delete_because_no_resource_config',
};

const NONE: ReadonlySet<string> = new Set();

/** `address`, `mode`, `type`, `name`, `provider_name`: how Terraform names a resource. */
export function identityJson(address: string, type: string): JsonObject {
  return {
    address,
    mode: 'managed',
    type: type.replace('.', '_'),
    name: parseAddress(address)?.key ?? address,
    provider_name: type.split('.', 1)[0] ?? type,
  };
}

/** One entry of `resource_changes`. */
export function changeJson(change: ResourceChange): JsonObject {
  return {
    ...identityJson(change.address, change.type),
    ...(change.previousAddress === undefined ? {} : { previous_address: change.previousAddress }),
    ...(change.id === undefined ? {} : { id: change.id }),
    action_reason: REASONS[change.reason] ?? change.reason.replaceAll('-', '_'),
    change: {
      actions: ACTIONS[change.action],
      ...sidesJson(change.before, change.after, sensitivePointers(change.fields)),
      replace_paths: change.fields
        .filter((field) => field.immutable)
        .map((field) => pointerPath(field.pointer)),
      ...(change.importing === undefined ? {} : { importing: { id: change.importing.id } }),
    },
    patch: patchJson(change),
    cause: change.causes,
    risk: change.risk,
    risks: change.risks.map(({ risk, message }) => ({ risk, message })),
    ...(change.position === undefined ? {} : { source: positionJson(change.position) }),
    cascade: change.cascade.map(({ type, id, name, address }) => ({
      type,
      id,
      name,
      ...(address === undefined ? {} : { address }),
    })),
    notes: change.notes,
    steps: change.steps,
    depends_on: change.dependsOn,
    write_only: change.writeOnly.map((pointer) => pointerPath(pointer)),
  };
}

/** One entry of `resource_drift`: recorded values before, live values after; only what differs. */
export function driftJson(entry: DriftEntry): JsonObject {
  const actions = { update: ['update'], gone: ['delete'], pending: ['no-op'] }[entry.action];
  const before = treeOf(entry.fields, (field) => field.before);
  const after = treeOf(entry.fields, (field) => field.after);
  const sides = sidesJson(
    before,
    entry.action === 'gone' ? undefined : after,
    sensitivePointers(entry.fields),
  );
  return {
    ...identityJson(entry.address, entry.type),
    id: entry.id,
    drift: entry.action,
    change: { actions, ...sides },
    ...(entry.changedBy === undefined ? {} : { changed_by: changedByJson(entry.changedBy) }),
  };
}

function changedByJson({ by, atMs, action }: ChangedBy): JsonObject {
  return { by, at: new Date(atMs).toISOString(), action };
}

/** One entry of `accepted_drift`: the manifest's value before, the live value after. */
export function acceptedJson(entry: AcceptedEntry): JsonObject {
  const { address, type, id, verdict, acceptance, field, because } = entry;
  const { path, owner, reason, until, position } = acceptance;
  const pointers = new Set(field?.sensitive === true ? [''] : []);
  return {
    ...identityJson(address, type),
    ...(id === undefined ? {} : { id }),
    field: path,
    verdict: verdict.replaceAll('-', '_'),
    ...(because === undefined ? {} : { because }),
    ...(field === undefined ? {} : { change: sidesJson(field.before, field.after, pointers) }),
    accepted: valueParts(entry.value, pointers).json ?? null,
    owner,
    reason,
    until,
    source: positionJson(position),
  };
}

/** `before` and `after` with their masks, in Terraform's form. */
export function sidesJson(
  before: Value | undefined,
  after: Value | undefined,
  sensitive: ReadonlySet<string>,
): JsonObject {
  const old = valueParts(before, sensitive);
  const next = valueParts(after, sensitive);
  return {
    before: old.json ?? null,
    after: next.json ?? null,
    after_unknown: next.unknown ?? emptyMask(next.json),
    before_sensitive: old.sensitive ?? emptyMask(old.json),
    after_sensitive: next.sensitive ?? emptyMask(next.json),
  };
}

/** Terraform writes an empty object for an object without a mask, and false for anything else. */
function emptyMask(json: Json | undefined): Json {
  if (Array.isArray(json)) return [];
  return typeof json === 'object' && json !== null ? {} : false;
}

export function diagnosticJson(diagnostic: Diagnostic): JsonObject {
  const { code, severity, message, position, lineText, hint, address } = diagnostic;
  return {
    code,
    severity,
    message,
    ...(position === undefined ? {} : { position: positionJson(position) }),
    ...(lineText === undefined ? {} : { lineText }),
    ...(hint === undefined ? {} : { hint }),
    ...(address === undefined ? {} : { address }),
  };
}

function positionJson(position: SourcePosition): JsonObject {
  const { file, line, column, length } = position;
  return { file, line, column, ...(length === undefined ? {} : { length }) };
}

/** The planner leaves sensitive values out of patches; this is the second lock on that door. */
function patchJson(change: ResourceChange): readonly JsonObject[] {
  const sensitive = [...sensitivePointers(change.fields)];
  return change.patch
    .filter(({ path }) => !sensitive.some((one) => path === one || path.startsWith(`${one}/`)))
    .map(({ op, path, value }) => ({ op, path, ...(value === undefined ? {} : { value }) }));
}

function sensitivePointers(fields: readonly FieldChange[]): ReadonlySet<string> {
  const found = fields.filter((field) => field.sensitive).map((field) => field.pointer);
  return found.length === 0 ? NONE : new Set(found);
}

/** The changed fields as an object, each at its place. */
function treeOf(
  fields: readonly FieldChange[],
  side: (field: FieldChange) => Value | undefined,
): ValueObject {
  let root: ValueObject = {};
  for (const field of fields) {
    const value = side(field);
    if (value !== undefined) root = withValue(root, pointerPath(field.pointer), value);
  }
  return root;
}

function withValue(tree: ValueObject, path: readonly string[], value: Value): ValueObject {
  const [name, ...rest] = path;
  if (name === undefined) return tree;
  const below = tree[name];
  const next =
    rest.length === 0 ? value : withValue(isValueObject(below) ? below : {}, rest, value);
  return { ...tree, [name]: next };
}
