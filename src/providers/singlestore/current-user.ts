import type { JsonObject } from '../../core/json.ts';
import type { Inventory, LiveObject, LiveView } from '../../core/live.ts';
import type { ProviderKind, ReadContext } from '../contract.ts';
import { parseItems } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { textField } from '../shared/field-values.ts';
import { nonEmptyOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';

const shape = defineShape('currentUser');
const PATH = '/v1/users/current';

/** The user of the credential: an inventory of one. Knows the organization's ID too. */
export const currentUser: ProviderKind = {
  ...lookedUp(shape),
  key: { nameField: 'email', of: (fields) => textField(fields, 'email'), unique: true },
  list: listCurrent,
  async read(context, id) {
    const { objects } = await listCurrent(context);
    return objects.find((object) => object.id === id);
  },
};

async function listCurrent(context: ReadContext): Promise<Inventory> {
  const { body } = await context.client.get(PATH);
  return parseItems({ type: shape.type, path: PATH, parse: (item) => toLive(item, context) }, [
    body,
  ]);
}

function toLive(item: JsonObject, context: ReadContext): LiveObject | undefined {
  const id = nonEmptyOf(item, 'userID');
  const email = nonEmptyOf(item, 'email');
  if (id === undefined || email === undefined) return undefined;
  return {
    type: shape.type,
    id,
    fields: { email: email.trim().toLowerCase() },
    attributes: { organizationID: context.organization.id },
    status: 'settled',
  };
}

/** E-mail of the caller, in lower case; undefined when it was not read in this run. */
export function callerEmail(live: LiveView): string | undefined {
  return textField(live.objects(shape.type)[0]?.fields, 'email');
}

/** ID of the credential's organization; undefined when it was not read in this run. */
export function callerOrganization(live: LiveView): string | undefined {
  const id = live.objects(shape.type)[0]?.attributes['organizationID'];
  return typeof id === 'string' ? id : undefined;
}
