import type { JsonObject } from '../../core/json.ts';
import type { PlanProblem } from '../../core/kind.ts';
import type { Inventory, LiveObject, LiveView } from '../../core/live.ts';
import { memoise } from '../../core/memoise.ts';
import type { ProviderKind } from '../contract.ts';
import { listObjects, pathOf, readObject } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf, textOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';
import { suggestion } from '../../core/suggest.ts';

const shape = defineShape('users');

/** Users of the organization. The list's e-mail filter takes patterns, so it is not used. */
export const users: ProviderKind = {
  ...lookedUp(shape),
  key: {
    nameField: 'email',
    of: (fields) => textField(fields, 'email')?.trim().toLowerCase(),
    unique: true,
  },
  list: (context) => listObjects(context, { type: shape.type, path: '/v1/users', parse: toLive }),
  read: (context, id) => readObject(context, pathOf('v1', 'users', id), toLive),
};

function toLive(item: JsonObject): LiveObject | undefined {
  const id = nonEmptyOf(item, 'userID');
  const email = nonEmptyOf(item, 'email');
  if (id === undefined || email === undefined) return undefined;
  return {
    type: shape.type,
    id,
    fields: { email: email.trim().toLowerCase() },
    attributes: defined({
      firstName: textOf(item, 'firstName'),
      lastName: textOf(item, 'lastName'),
      userKind: textOf(item, 'userKind'),
    }),
    status: 'settled',
  };
}

/** E-mail (in lower case) → user ID; empty where the users were not read in this run. */
export function userIds(live: LiveView): ReadonlyMap<string, string> {
  const inventory = live.inventory(shape.type);
  return inventory === undefined ? new Map() : idsByEmail(inventory);
}

const idsByEmail = memoise((inventory: Inventory): ReadonlyMap<string, string> => {
  return new Map(
    inventory.objects.flatMap((user) => {
      const email = textField(user.fields, 'email');
      return email === undefined ? [] : [[email, user.id] as const];
    }),
  );
});

/** A problem for each address that is no user of the organization. */
export function unknownUsers(
  emails: readonly string[],
  path: readonly string[],
  live: LiveView,
): readonly PlanProblem[] {
  if (live.inventory(shape.type)?.complete !== true) return [];
  const known = userIds(live);
  return emails
    .filter((email) => !known.has(email.trim().toLowerCase()))
    .map((email) => ({
      code: 'name-unknown',
      message: `no user ${email} in the organization${suggestion(email, [...known.keys()])}`,
      path,
      hint: 'Invite the user first; members are added once they have accepted.',
    }));
}
