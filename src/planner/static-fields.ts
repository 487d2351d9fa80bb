import { resolveFields } from '../core/resolve.ts';
import type { DesiredResource } from '../core/resource.ts';
import { Secret } from '../core/secret.ts';
import { Unknown, type ValueObject } from '../core/value.ts';

/** Fields with everything that depends on other resources unknown. */
export function staticFields(resource: DesiredResource): ValueObject {
  return resolveFields(resource.fields, {
    attribute: (reference) => new Unknown(reference.address),
    reference: ({ by, value, id }) =>
      by !== 'address' && id !== undefined ? id : new Unknown(value),
    secret: (plain) => Secret.create(plain),
  });
}
