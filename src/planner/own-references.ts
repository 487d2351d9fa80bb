import type { Address } from '../core/address.ts';
import type { KindTable } from '../core/kind.ts';
import type { LiveView } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import { referencesOf, resolveFields, type ResolveScope } from '../core/resolve.ts';
import type { DesiredResource, Stack } from '../core/resource.ts';
import { Secret } from '../core/secret.ts';
import { isTermObject, Reference, Unknown, type Term, type TermObject } from '../core/value.ts';
import { isIncomplete, objectsByName } from './environment.ts';
import { indexNaturalKeys } from './identity.ts';
import { withRecordedName } from './recorded-name.ts';
import { staticFields } from './static-fields.ts';

export interface OwnInput {
  readonly stack: Stack;
  readonly live: LiveView;
  readonly kinds: KindTable;
  /** The state after moves. */
  readonly prior: Readonly<Record<string, StateResource>>;
}

/**
 * Entries in which one thing is referred to in one way: by the address of its entry where the
 * stack has one, however the manifest spells it; else by its ID, where its name is that of one
 * live object. What a name says nothing certain about stays as it is, for its error.
 */
export function withOwnReferences(
  resources: readonly DesiredResource[],
  input: OwnInput,
): readonly DesiredResource[] {
  const owned = createOwned(resources, input);
  return resources.map((resource) => {
    const isForeign = referencesOf(resource.fields).some(
      (item) => item instanceof Reference && item.by !== 'address',
    );
    if (!isForeign) return resource;
    const translate = (reference: Reference): Reference => {
      const own = owned(reference);
      return own.by === 'address' && own.value === resource.address ? reference : own;
    };
    return { ...resource, fields: translated(resource.fields, translate) };
  });
}

/**
 * Entries that stand for the same object as another one, which only shows now that both refer in
 * one way: address → the other entry.
 */
export function sameObjects(
  resources: readonly DesiredResource[],
  written: readonly DesiredResource[],
  kinds: KindTable,
): ReadonlyMap<string, Address> {
  const types = new Set(
    resources.filter((item, index) => item !== written[index]).map((item) => item.type),
  );
  const first = new Map<string, Address>();
  const twins = new Map<string, Address>();
  for (const { address, type, fields } of resources) {
    if (!types.has(type)) continue;
    const key = kinds.get(type)?.key.of(resolveFields(fields, IDENTITIES));
    if (key === undefined) continue;
    const other = first.get(`${type} ${key}`);
    if (other === undefined) first.set(`${type} ${key}`, address);
    else twins.set(address, other);
  }
  return twins;
}

/** What is referred to, as a text that is the same for the same thing. */
const IDENTITIES: ResolveScope = {
  attribute: (reference) => new Unknown(reference.address),
  reference: ({ by, value, id }) => (by === 'address' ? value : (id ?? value)),
  secret: (plain) => Secret.create(plain),
};

type Translate = (reference: Reference) => Reference;

function translated(fields: TermObject, translate: Translate): TermObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, term]) => [name, translatedTerm(term, translate)]),
  );
}

function translatedTerm(term: Term, translate: Translate): Term {
  if (term instanceof Reference) return translate(term);
  if (Array.isArray(term)) return term.map((item: Term) => translatedTerm(item, translate));
  return isTermObject(term) ? translated(term, translate) : term;
}

function createOwned(resources: readonly DesiredResource[], input: OwnInput): Translate {
  const { live, kinds } = input;
  const indexes = new Map<string, Owners>();
  const ownersOf = (type: string): Owners => {
    const known = indexes.get(type);
    if (known !== undefined) return known;
    const made = indexOwners(
      resources.filter((resource) => resource.type === type),
      type,
      input,
    );
    indexes.set(type, made);
    return made;
  };
  return (reference) => {
    const { type, by, value } = reference;
    if (by === 'address') return reference;
    const owners = ownersOf(type);
    if (by === 'id') {
      const owner = owners.byId.get(value);
      return owner === undefined ? reference : new Reference(type, 'address', owner, value);
    }
    if (isIncomplete(live, type)) return reference;
    const [only, ...others] = objectsByName(reference, live, kinds);
    if (others.length > 0) return reference;
    const owner = only === undefined ? owners.byName.get(nameOf(value)) : owners.byId.get(only.id);
    if (owner !== undefined) return new Reference(type, 'address', owner);
    return only === undefined ? reference : new Reference(type, 'name', value, only.id);
  };
}

interface Owners {
  readonly byId: ReadonlyMap<string, Address>;
  /** By the name that they are to have; where several are to have one, it is nobody's. */
  readonly byName: ReadonlyMap<string, Address>;
}

function indexOwners(
  resources: readonly DesiredResource[],
  type: string,
  { stack, live, kinds, prior }: OwnInput,
): Owners {
  const byId = new Map<string, Address>();
  const byName = new Map<string, Address>();
  const shared = new Set<string>();
  const kind = kinds.get(type);
  const nameField = kind?.key.nameField;
  const imports = new Map<string, string>(stack.imports.map(({ to, id }) => [to, id]));
  const keys = indexNaturalKeys(live);
  for (const resource of resources) {
    const { address } = resource;
    const fields = staticFields(withRecordedName(resource, prior[address], nameField));
    const name = nameField === undefined ? undefined : fields[nameField];
    if (typeof name === 'string') {
      if (byName.has(nameOf(name))) shared.add(nameOf(name));
      byName.set(nameOf(name), address);
    }
    const known = prior[address]?.id ?? imports.get(address);
    const [only, ...others] =
      known === undefined && kind !== undefined ? keys.candidates(kind, fields) : [];
    const id = known ?? (others.length === 0 ? only?.id : undefined);
    // What the state says of an object counts more than its name.
    if (id !== undefined && (known !== undefined || !byId.has(id))) byId.set(id, address);
  }
  for (const name of shared) byName.delete(name);
  return { byId, byName };
}

function nameOf(text: string): string {
  return text.trim().toLowerCase();
}
