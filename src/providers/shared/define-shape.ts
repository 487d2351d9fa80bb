import type { FieldRole } from '../../core/field-role.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ShapeCheck } from '../../core/kind.ts';
import { fromPointer } from '../../core/resolve.ts';
import { readFields } from '../../core/schema-fields.ts';

/** The part of a kind that its schema gives. */
export interface Shape<Provider extends string, Name extends string> {
  readonly provider: Provider;
  readonly name: Name;
  readonly type: `${Provider}.${Name}`;
  readonly schema: JsonObject;
  readonly fields: readonly FieldRole[];
  readonly checkShape: ShapeCheck;
}

/** A compiled validator: `errors` holds what the last call found. */
interface Validator {
  (data: unknown): boolean;
  errors?:
    | readonly {
        readonly instancePath: string;
        readonly keyword: string;
        readonly params: Readonly<Record<string, unknown>>;
        readonly message?: string;
      }[]
    | null;
}

/** Gives the shapes of a provider's kinds, from what was generated of its schemas. */
export function shapesOf<Provider extends string, Kind extends string>(
  provider: Provider,
  schemas: Readonly<Record<Kind, JsonObject>>,
  validators: Readonly<Record<Kind, Validator>>,
): <Name extends Kind>(name: Name) => Shape<Provider, Name> {
  return (name) => ({
    provider,
    name,
    type: `${provider}.${name}`,
    schema: schemas[name],
    fields: readFields(schemas[name]),
    checkShape: shapeCheck(validators[name]),
  });
}

function shapeCheck(validate: Validator): ShapeCheck {
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
