import type { FieldRole } from '../../core/field-role.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ShapeCheck } from '../../core/kind.ts';
import { fromPointer } from '../../core/resolve.ts';
import { readFields } from '../../core/schema-fields.ts';
import { SCHEMAS, type KindName } from './generated/schemas.ts';
import { VALIDATORS } from './generated/validators.ts';

/** The part of a kind that its schema gives. */
export interface Shape<Name extends KindName> {
  readonly provider: 'singlestore';
  readonly name: Name;
  readonly type: `singlestore.${Name}`;
  readonly schema: JsonObject;
  readonly fields: readonly FieldRole[];
  readonly checkShape: ShapeCheck;
}

export function defineShape<Name extends KindName>(name: Name): Shape<Name> {
  const schema = SCHEMAS[name];
  return {
    provider: 'singlestore',
    name,
    type: `singlestore.${name}`,
    schema,
    fields: readFields(schema),
    checkShape: shapeCheck(name),
  };
}

function shapeCheck(name: KindName): ShapeCheck {
  const validate = VALIDATORS[name];
  return (data) => {
    if (validate(data)) return [];
    return (validate.errors ?? []).map(({ instancePath, keyword, params, message = keyword }) => ({
      path: fromPointer(instancePath),
      keyword,
      params,
      message,
    }));
  };
}
