import type { Address } from '../core/address.ts';
import type { PlanProblem } from '../core/kind.ts';
import { AttributeReference, Reference, Template } from '../core/value.ts';
import type { ReadResource } from './read-resource.ts';
import type { Reporter } from './reporter.ts';
import { placeOfField } from './shape-problems.ts';
import { toPointer } from '../core/resolve.ts';
import { placeText } from './source-text.ts';
import type { LoadedTerm } from './source-term.ts';
import { SourceTemplate, isLoadedObject } from './source-term.ts';
import { findCycles } from './find-cycles.ts';
import { staticFields } from './static-fields.ts';

/** What only the whole stack shows: natural keys, checks across fields, cycles. */
export function checkStack(resources: readonly ReadResource[], reporter: Reporter): void {
  const byNaturalKey = new Map<string, ReadResource>();
  const edges = new Map<Address, Set<Address>>();
  const named: { readonly from: Address; readonly key: string }[] = [];
  for (const item of resources) {
    const { resource, kind, sound } = item;
    edges.set(resource.address, dependencies(item));
    const { values, known } = staticFields(resource.fields);
    if (!sound) continue;
    checkNaturalKey(item, kind.key.of(values), byNaturalKey, reporter);
    if (known) reportFields(kind.checkFields?.(values) ?? [], item, reporter);
    for (const { type, naturalKey } of kind.namedDependencies?.(values) ?? []) {
      named.push({ from: resource.address, key: `${type} ${naturalKey}` });
    }
  }
  for (const { from, key } of named) {
    const target = byNaturalKey.get(key);
    if (target !== undefined) edges.get(from)?.add(target.resource.address);
  }
  const byAddress = new Map(resources.map((item) => [item.resource.address, item]));
  for (const cycle of findCycles(edges)) reportCycle(cycle, byAddress, reporter);
}

function checkNaturalKey(
  item: ReadResource,
  naturalKey: string | undefined,
  byNaturalKey: Map<string, ReadResource>,
  reporter: Reporter,
): void {
  if (naturalKey === undefined) return;
  const key = `${item.kind.type} ${naturalKey}`;
  const first = byNaturalKey.get(key);
  if (first === undefined) {
    byNaturalKey.set(key, item);
    return;
  }
  const { address } = item.resource;
  const message = `${address} and ${first.resource.address} (${placeText(first.entry)}) are the same object`;
  const { nameField } = item.kind.key;
  const hint = nameField === undefined ? undefined : `give them different values of "${nameField}"`;
  reporter.add({ code: 'natural-key-duplicate', message, at: item.entry, hint, address });
}

function reportFields(
  problems: readonly PlanProblem[],
  item: ReadResource,
  reporter: Reporter,
): void {
  for (const { code, message, path, hint } of problems) {
    const at = placeOfField(item.entry, toPointer(path ?? []));
    reporter.add({ code, message, at, hint, address: item.resource.address });
  }
}

/** Addresses that must be in place first: references, expressions and `dependsOn`. */
function dependencies({ resource }: ReadResource): Set<Address> {
  const found = new Set<Address>(resource.dependsOn);
  collect(resource.fields, found);
  return found;
}

function collect(term: LoadedTerm, found: Set<Address>): void {
  if (term === null || typeof term !== 'object') return;
  if (term instanceof Reference) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by toAddress
    if (term.by === 'address') found.add(term.value as Address);
  } else if (term instanceof Template || term instanceof SourceTemplate) {
    for (const part of term.parts) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by toAddress
      if (part instanceof AttributeReference) found.add(part.address as Address);
    }
  } else if (Array.isArray(term)) {
    for (const item of term as readonly LoadedTerm[]) collect(item, found);
  } else if (isLoadedObject(term)) {
    for (const name of Object.keys(term)) {
      const item = term[name];
      if (item !== undefined) collect(item, found);
    }
  }
}

function reportCycle(
  cycle: readonly Address[],
  byAddress: ReadonlyMap<Address, ReadResource>,
  reporter: Reporter,
): void {
  const [first] = cycle;
  const item = first === undefined ? undefined : byAddress.get(first);
  if (first === undefined || item === undefined) return;
  const message =
    cycle.length === 1
      ? `${first} depends on itself`
      : `these depend on each other: ${[...cycle, first].join(' → ')}`;
  reporter.add({ code: 'reference-cycle', message, at: item.entry, address: first });
}
