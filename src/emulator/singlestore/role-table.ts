import { viewAt } from '../time-line.ts';
import { BUILT_IN_ROLES } from './catalogue.ts';
import { textOf } from './world.ts';
import type { Call } from './world.ts';

export interface RoleName {
  readonly role: string;
  readonly description: string;
}

/** The roles a resource type has now: built-in ones first. */
export function roleNames(call: Call, resourceType: string): readonly RoleName[] {
  const custom: RoleName[] = [];
  for (const line of call.world.store.of('role').inParent(resourceType)) {
    if (line.deletedMs !== undefined) continue;
    const view = viewAt(line, call.now);
    custom.push({ role: textOf(view, 'role'), description: textOf(view, 'description') });
  }
  return [...(BUILT_IN_ROLES.get(resourceType) ?? []), ...custom];
}
