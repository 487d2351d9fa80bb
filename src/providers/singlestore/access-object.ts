import type { Value, ValueObject } from '../../core/value.ts';
import { pathOf } from '../shared/api.ts';
import { objectField } from '../shared/field-values.ts';

/** What a role is held on, as a manifest says it, and the API's words for it. */
interface ObjectType {
  readonly field: string;
  readonly collection: string;
  /** Name of the type in role paths. */
  readonly resourceType: string;
}

const OBJECT_TYPES: readonly ObjectType[] = [
  { field: 'workspaceGroup', collection: 'workspaceGroups', resourceType: 'Cluster' },
  { field: 'team', collection: 'teams', resourceType: 'Team' },
  { field: 'secret', collection: 'secrets', resourceType: 'Secret' },
  { field: 'organization', collection: 'organizations', resourceType: 'Organization' },
];

/** The organization has no ID in a manifest: there is one per credential. */
const CURRENT = 'current';
/** The collection of the organization's own access controls. */
export const ORGANIZATION_SCOPE = `organization/${CURRENT}`;

/** The collection an access control lives in: `team/<id>`, `organization/current`. */
export function objectScope(fields: ValueObject): string | undefined {
  const object = objectField(fields, 'object');
  for (const { field } of OBJECT_TYPES) {
    const id = objectId(object?.[field]);
    if (id !== undefined) return `${field}/${id}`;
  }
  return undefined;
}

function objectId(value: Value | undefined): string | undefined {
  if (value === true) return CURRENT;
  return typeof value === 'string' ? value : undefined;
}

/** The `object` field that stands for a scope; undefined for a text that is no scope. */
export function objectOfScope(scope: string): ValueObject | undefined {
  const { field, id } = splitScope(scope);
  if (id === '' || !OBJECT_TYPES.some((type) => type.field === field)) return undefined;
  return { [field]: field === 'organization' ? true : id };
}

/** The type of the object in role paths, also while its ID is not known yet. */
export function objectResourceType(fields: ValueObject): string | undefined {
  const object = objectField(fields, 'object') ?? {};
  return OBJECT_TYPES.find(({ field }) => field in object)?.resourceType;
}

/** Path of the object's access controls. */
export function accessPath(scope: string, organizationId: string): string {
  const { field, id } = splitScope(scope);
  const collection = OBJECT_TYPES.find((type) => type.field === field)?.collection ?? field;
  return pathOf('v1', collection, id === CURRENT ? organizationId : id, 'accessControls');
}

function splitScope(scope: string): { readonly field: string; readonly id: string } {
  const slash = scope.indexOf('/');
  return { field: scope.slice(0, Math.max(0, slash)), id: scope.slice(slash + 1) };
}

/** `<scope>/<role>` apart: a role may hold slashes, a scope holds one. */
export function splitAccessId(id: string): { readonly scope: string; readonly role: string } {
  const slash = id.indexOf('/', id.indexOf('/') + 1);
  return { scope: id.slice(0, Math.max(0, slash)), role: id.slice(slash + 1) };
}
