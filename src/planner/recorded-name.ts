import type { StateResource } from '../core/prior.ts';
import type { DesiredResource } from '../core/resource.ts';

/**
 * An entry without a name is named by its key when it is created. An object that bears another
 * name, since its entry was moved, imported, or had a name earlier, keeps the recorded one: a
 * field that the manifest does not have is not managed.
 */
export function withRecordedName(
  resource: DesiredResource,
  prior: StateResource | undefined,
  nameField: string | undefined,
): DesiredResource {
  if (resource.namedByKey !== true || nameField === undefined) return resource;
  const recorded = prior?.sent[nameField];
  if (typeof recorded !== 'string' || recorded === resource.key) return resource;
  return { ...resource, fields: { ...resource.fields, [nameField]: recorded } };
}
