import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { sameJson } from '../core/resolve.ts';

/**
 * What of a change was approved: nothing of it is ever sent, it is only compared. Of a secret the
 * file shows that it is set, not its value: the one of the source at the time of the apply is sent.
 */
const APPROVED = ['change', 'id', 'previous_address', 'write_only', 'cascade'] as const;
/** A message names at most this many fields, and quotes no more than this of a value. */
const NAMED_MAX = 3;
const QUOTED_MAX = 80;

/** Why a change of the new plan is not the approved one, or undefined. Rows of the plan JSON. */
export function differenceOf(
  approved: JsonObject | undefined,
  current: JsonObject | undefined,
): string | undefined {
  if (approved === undefined) return 'it is not in the plan file';
  if (current === undefined) return 'it is not in the new plan';
  const differing = APPROVED.filter((name) => !sameJson(approved[name], current[name]));
  const [first] = differing;
  if (first === undefined) return undefined;
  const what = first === 'change' ? changeDifference(approved[first], current[first]) : first;
  return `it is no longer what the plan file shows (${what})`;
}

/** Both sides of a `change`, as far as they can be told in one line. */
function changeDifference(approved: Json | undefined, current: Json | undefined): string {
  const [old, now] = [objectOf(approved), objectOf(current)];
  if (!sameJson(old['actions'], now['actions'])) {
    return `${actionsOf(old)} there, ${actionsOf(now)} now`;
  }
  for (const side of ['before', 'after'] as const) {
    const [was, is] = [objectOf(old[side]), objectOf(now[side])];
    const names = Object.keys(is).filter((name) => !sameJson(own(was, name), is[name]));
    if (names.length === 0) continue;
    const told = names.slice(0, NAMED_MAX).map((name) => {
      return `${name} ${quoted(own(was, name))} there, ${quoted(is[name])} now`;
    });
    return `${side}: ${told.join('; ')}`;
  }
  return 'change';
}

/** Whether an approved change is not planned any more, and not because it is done already. */
export function isLost(approved: JsonObject, current: JsonObject | undefined): boolean {
  const change = objectOf(approved['change']);
  const actions = actionsOf(change);
  if (actions === 'no-op') return false;
  const now = objectOf(current?.['change']);
  if (current !== undefined && actionsOf(now) !== 'no-op') return false;
  if (actions === 'delete' || actions === 'forget') return current !== undefined;
  const isResent = !sameJson(approved['write_only'], []);
  const isReplaced = actions !== 'create' && actions !== 'update';
  return current === undefined || isReplaced || isResent || !shows(now['after'], change['after']);
}

/** Whether every part of `wanted` is in `now`, which may have more: what was unknown then. */
function shows(now: Json | undefined, wanted: Json | undefined): boolean {
  if (!isJsonObject(wanted) || !isJsonObject(now)) return sameJson(now, wanted);
  return Object.keys(wanted).every((name) => shows(own(now, name), wanted[name]));
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function actionsOf(change: JsonObject): string {
  const { actions } = change;
  if (!Array.isArray(actions)) return 'no action';
  return actions.map((action) => (typeof action === 'string' ? action : '?')).join('-');
}

/** Only what is no list or object: a file may nest deeper than can be written out. */
function quoted(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return 'something else';
  const text = JSON.stringify(value);
  return text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text;
}
