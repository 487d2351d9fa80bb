import type { JsonObject } from '../../core/json.ts';
import type { LiveObject } from '../../core/live.ts';
import type { ProviderKind } from '../contract.ts';
import { listObjects } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf, textOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';

const shape = defineShape('permissions');

/** The catalogue of permissions by resource type. Names are opaque, with spaces in them. */
export const permissions: ProviderKind = {
  ...lookedUp(shape),
  key: {
    nameField: 'permission',
    of(fields) {
      const resourceType = textField(fields, 'resourceType');
      const permission = textField(fields, 'permission');
      if (resourceType === undefined || permission === undefined) return undefined;
      return `${resourceType}/${permission}`;
    },
    unique: true,
  },
  list: (context) =>
    listObjects(context, {
      type: shape.type,
      path: '/v2/authorization/permissions',
      parse: toLive,
    }),
  async read(context, id) {
    const { objects } = await permissions.list(context, undefined);
    return objects.find((object) => object.id === id);
  },
};

function toLive(item: JsonObject): LiveObject | undefined {
  const permission = nonEmptyOf(item, 'permission');
  const resourceType = nonEmptyOf(item, 'resourceType');
  if (permission === undefined || resourceType === undefined) return undefined;
  return {
    type: shape.type,
    id: `${resourceType}/${permission}`,
    fields: { permission, resourceType },
    attributes: defined({ description: textOf(item, 'description') }),
    status: 'settled',
  };
}
