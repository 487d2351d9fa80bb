import type { FieldRole } from '../../core/field-role.ts';
import { TrueupError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ShapeCheck } from '../../core/kind.ts';
import type { ProviderKind } from '../contract.ts';

/** The members that every kind has that is looked up and never managed. */
export function lookedUp(shape: {
  readonly provider: string;
  readonly name: string;
  readonly type: string;
  readonly schema: JsonObject;
  readonly fields: readonly FieldRole[];
  readonly checkShape: ShapeCheck;
}): Omit<ProviderKind, 'key' | 'list' | 'read'> {
  const refuse = (): never => {
    throw new TrueupError('kind-not-manageable', `${shape.type} can be looked up only`);
  };
  return {
    ...shape,
    managed: false,
    replace: 'forbid',
    deleteRisk: 'none',
    needs: [],
    contains: [],
    scoped: false,
    asynchronous: false,
    provisions: false,
    deleteOn404: 'error',
    request: refuse,
    result: refuse,
  };
}
