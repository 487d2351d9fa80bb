import type { KindShape, PlanProblem } from '../core/kind.ts';
import type { ResourceChange } from './plan.ts';

/** Fields without which the API creates nothing; an entry that exists may leave them out. */
export function missingOnCreate(kind: KindShape, change: ResourceChange): readonly PlanProblem[] {
  const { action, desired } = change;
  if (desired === undefined || (action !== 'create' && action !== 'replace')) return [];
  return kind.fields.flatMap(({ path, requiredOnCreate }): readonly PlanProblem[] => {
    const [name] = path;
    const isMissing = requiredOnCreate === true && path.length === 1 && name !== undefined;
    if (!isMissing || Object.hasOwn(desired.fields, name)) return [];
    return [
      {
        code: 'schema-missing-field',
        message: `"${name}" is missing: ${kind.type} cannot be created without it`,
      },
    ];
  });
}
