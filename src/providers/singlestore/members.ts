import type { JsonObject } from '../../core/json.ts';
import type { LiveObject, LiveView } from '../../core/live.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import { isValueArray } from '../shared/field-values.ts';
import { objectOf, textOf } from '../shared/item.ts';
import { userIds } from './users.ts';

/** The object with the addresses of `users` in lower case. */
export function canonicalEmails(fields: ValueObject): ValueObject {
  const { users } = fields;
  if (!isValueArray(users)) return fields;
  return { ...fields, users: users.map(lowerCase) };
}

function lowerCase(item: Value): Value {
  return typeof item === 'string' ? item.trim().toLowerCase() : item;
}

/** ID of a user: from the object that was read (it may name former users), else from the list. */
export function knownUserId(
  email: string,
  before: LiveObject | undefined,
  live: LiveView,
): string | undefined {
  const facts: JsonObject = before?.facts ?? {};
  const read = objectOf(facts, 'userIDs');
  return (read === undefined ? undefined : textOf(read, email)) ?? userIds(live).get(email);
}
