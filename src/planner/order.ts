import type { Address } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import type { KindShape, KindTable } from '../core/kind.ts';
import { referencesOf } from '../core/resolve.ts';
import type { DesiredResource } from '../core/resource.ts';
import { AttributeReference } from '../core/value.ts';
import { indexSources } from './derive.ts';
import { staticFields } from './static-fields.ts';

/** The resources of a stack with what each one needs to be there first. */
export interface Ordered {
  /** Dependencies before dependents; among equals by address. */
  readonly order: readonly DesiredResource[];
  readonly dependencies: ReadonlyMap<string, readonly Address[]>;
  /** Those among them that the fields of a resource follow from. */
  readonly sources: ReadonlyMap<string, readonly Address[]>;
}

/**
 * Edges from references, expressions, names of roles, `dependsOn` and what fields follow from.
 * Throws on a cycle.
 */
export function orderResources(resources: readonly DesiredResource[], kinds: KindTable): Ordered {
  const byAddress = new Map(resources.map((resource) => [String(resource.address), resource]));
  const named = indexNames(resources, kinds);
  const sources = indexSources(resources, kinds);
  const dependencies = new Map<string, readonly Address[]>();
  for (const resource of resources) {
    const own = dependenciesOf(resource, byAddress, named, kinds);
    const followed = sources.get(resource.address) ?? [];
    const all = followed.length === 0 ? own : [...new Set([...own, ...followed])].toSorted();
    dependencies.set(resource.address, all);
  }
  return { order: sortTopologically(byAddress, dependencies), dependencies, sources };
}

function indexNames(
  resources: readonly DesiredResource[],
  kinds: KindTable,
): ReadonlyMap<string, Address> {
  const wanted = new Set<string>();
  const names = new Map<string, Address>();
  for (const kind of kinds.values())
    if (kind.namedDependencies !== undefined) wanted.add(kind.type);
  if (!resources.some((resource) => wanted.has(resource.type))) return names;
  for (const resource of resources) {
    const key = kinds.get(resource.type)?.key.of(staticFields(resource));
    if (key !== undefined) names.set(`${resource.type} ${key}`, resource.address);
  }
  return names;
}

function dependenciesOf(
  resource: DesiredResource,
  byAddress: ReadonlyMap<string, DesiredResource>,
  named: ReadonlyMap<string, Address>,
  kinds: KindTable,
): readonly Address[] {
  const found = new Set<Address>();
  for (const reference of referencesOf(resource.fields)) {
    const target =
      reference instanceof AttributeReference
        ? reference.address
        : reference.by === 'address'
          ? reference.value
          : undefined;
    const address = target === undefined ? undefined : byAddress.get(target)?.address;
    if (address !== undefined) found.add(address);
  }
  for (const address of resource.dependsOn) if (byAddress.has(address)) found.add(address);
  for (const address of namedAddresses(resource, kinds.get(resource.type), named)) {
    found.add(address);
  }
  found.delete(resource.address);
  // The order of the fields in a manifest is no property of a plan.
  return [...found].toSorted();
}

function namedAddresses(
  resource: DesiredResource,
  kind: KindShape | undefined,
  named: ReadonlyMap<string, Address>,
): readonly Address[] {
  const wanted = kind?.namedDependencies?.(staticFields(resource)) ?? [];
  return wanted.flatMap((name) => named.get(`${name.type} ${name.naturalKey}`) ?? []);
}

function sortTopologically(
  byAddress: ReadonlyMap<string, DesiredResource>,
  dependencies: ReadonlyMap<string, readonly Address[]>,
): readonly DesiredResource[] {
  const order: DesiredResource[] = [];
  const done = new Set<string>();
  const open = new Set<string>();
  const addresses = [...byAddress.keys()].toSorted();
  for (const start of addresses) {
    const stack: { address: string; next: number }[] = [{ address: start, next: 0 }];
    while (stack.length > 0) {
      const frame = stack.at(-1);
      if (frame === undefined) break;
      if (done.has(frame.address)) {
        stack.pop();
        continue;
      }
      open.add(frame.address);
      const below = dependencies.get(frame.address)?.[frame.next];
      frame.next += 1;
      if (below === undefined) {
        const resource = byAddress.get(frame.address);
        if (resource !== undefined) order.push(resource);
        done.add(frame.address);
        open.delete(frame.address);
        stack.pop();
      } else if (open.has(below)) throw cycleError([...open], below);
      else if (!done.has(below)) stack.push({ address: below, next: 0 });
    }
  }
  return order;
}

function cycleError(path: readonly string[], back: string): TrueupError {
  const cycle = [...path.slice(path.indexOf(back)), back].join(' → ');
  return new TrueupError('reference-cycle', `these resources refer to each other: ${cycle}`);
}
