import type { Json, JsonObject } from '../../core/json.ts';
import type { Value } from '../../core/value.ts';
import type { FieldExplanation } from '../../planner/explain.ts';
import type { ResourceChange } from '../../planner/plan.ts';
import { pointerPath } from '../pointer.ts';
import { changeJson, identityJson } from './change-json.ts';
import { valueParts } from './value-json.ts';

const WHOLE: ReadonlySet<string> = new Set(['']);
const NONE: ReadonlySet<string> = new Set();

/** What `explain --format json` prints; values that are absent, unknown or sensitive are left out. */
export function explainJson(
  change: ResourceChange,
  fields: readonly FieldExplanation[],
  origins: ReadonlyMap<string, string>,
): JsonObject {
  const { address, type, id } = change;
  const { action_reason: reason } = changeJson(change);
  return {
    ...identityJson(address, type),
    ...(id === undefined ? {} : { id }),
    action: change.action,
    ...(reason === undefined ? {} : { action_reason: reason }),
    fields: fields.map((field) => fieldJson(field, origins.get(field.pointer))),
  };
}

function fieldJson(field: FieldExplanation, origin: string | undefined): JsonObject {
  const { pointer, verdict, sensitive, rules, causes, role, position, accepted } = field;
  const hidden = sensitive ? WHOLE : NONE;
  const member = (name: string, value: Value | undefined): Record<string, Json> => {
    const { json } = valueParts(value, hidden);
    return json === undefined ? {} : { [name]: json };
  };
  return {
    field: pointerPath(pointer),
    verdict: verdict.replaceAll('-', '_'),
    sensitive,
    ...member('manifest', field.desired),
    ...member('sent', field.sent),
    ...member('read', field.read),
    ...member('live', field.live),
    compared: {
      ...member('manifest', field.compared.desired),
      ...member('live', field.compared.live),
    },
    ...(role.normaliser === undefined ? {} : { normaliser: role.normaliser }),
    rules: rules.map((rule) => rule.replaceAll('-', '_')),
    cause: causes,
    ...(position === undefined
      ? {}
      : { source: { file: position.file, line: position.line, column: position.column } }),
    ...(origin === undefined ? {} : { from: origin }),
    ...(accepted === undefined
      ? {}
      : { accepted: accepted.verdict.replaceAll('-', '_'), until: accepted.acceptance.until }),
  };
}
