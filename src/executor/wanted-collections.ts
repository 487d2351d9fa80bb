import { typeOf } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveView } from '../core/live.ts';
import type { Intent, State } from '../core/prior.ts';
import { referencesOf, resolveFields } from '../core/resolve.ts';
import type { DesiredResource, Stack } from '../core/resource.ts';
import { Secret } from '../core/secret.ts';
import { Reference, Unknown, type AttributeReference, type ValueObject } from '../core/value.ts';
import { idByName } from '../planner/environment.ts';
import { indexNaturalKeys } from '../planner/identity.ts';
import { applyMoves } from '../planner/moves.ts';
import { recoverIntents } from '../planner/recover.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { Accounts } from './accounts.ts';

interface Wanted {
  readonly stack: Stack;
  readonly state: State;
  readonly intents: readonly Intent[];
  readonly accounts: Accounts;
}

/** The kinds to list: those of the stack and the state, what they look up and what is inside. */
export function wantedTypes(input: Wanted): readonly ProviderKind[] {
  const { kinds } = input.accounts;
  const types = new Set<string>();
  for (const resource of input.stack.resources) {
    types.add(resource.type);
    for (const reference of referencesOf(resource.fields)) {
      if (reference instanceof Reference && reference.by === 'name') types.add(reference.type);
    }
  }
  for (const entry of Object.values(input.state.resources)) types.add(entry.type);
  for (const intent of input.intents) types.add(intent.type);
  for (const type of Array.from(types)) {
    const kind = kinds.get(type);
    for (const needed of kind?.needs ?? []) types.add(needed);
    for (const inside of kind?.contains ?? []) types.add(inside.type);
    if (kind?.heldBy !== undefined && isInState(input, type)) types.add(kind.heldBy.type);
  }
  return [...types].toSorted().flatMap((type) => kinds.get(type) ?? []);
}

/** Only what the state has may have to be deleted. */
function isInState({ state }: Wanted, type: string): boolean {
  return Object.values(state.resources).some((entry) => entry.type === type);
}

/** The collections of a scoped kind: of the stack's and the state's resources and their parents. */
export function scopesOf(kind: ProviderKind, input: Wanted, live: LiveView): readonly string[] {
  const scopes = new Set<string>();
  const holds = (type: string): boolean =>
    input.accounts.kinds.get(type)?.contains.some((inside) => inside.type === kind.type) === true;
  const resources = knownResources(input, live);
  for (const entry of Object.values(resources)) {
    if (entry.type === kind.type && entry.scope !== undefined) scopes.add(entry.scope);
    if (holds(entry.type) && live.byId(entry.type, entry.id) !== undefined) scopes.add(entry.id);
  }
  for (const intent of input.intents) {
    if (intent.type === kind.type && intent.scope !== undefined) scopes.add(intent.scope);
  }
  const ids = createIdResolver(input, resources, live);
  for (const resource of input.stack.resources) {
    // What is about to be adopted may have to be made again.
    const adopted = holds(resource.type) ? ids.adoptable(resource) : undefined;
    if (adopted !== undefined) scopes.add(adopted);
    const own = input.accounts.kinds.get(resource.type);
    const asks = resource.type === kind.type || own?.neededScopes !== undefined;
    if (own === undefined || !asks) continue;
    for (const scope of resourceScopes(resource, own, kind.type, ids)) scopes.add(scope);
  }
  return [...scopes].toSorted();
}

/** IDs of the live objects of a kind that a resource of the stack or the state stands for. */
export function matchedIds(kind: ProviderKind, input: Wanted, live: LiveView): ReadonlySet<string> {
  const resources = knownResources(input, live);
  const ids = new Set<string>();
  for (const entry of Object.values(resources)) if (entry.type === kind.type) ids.add(entry.id);
  for (const { to, id } of input.stack.imports) if (typeOf(to) === kind.type) ids.add(id);
  const resolver = createIdResolver(input, resources, live);
  const keys = indexNaturalKeys(live);
  for (const resource of input.stack.resources) {
    if (resource.type !== kind.type) continue;
    for (const object of keys.candidates(kind, resolver.fields(resource))) ids.add(object.id);
  }
  return ids;
}

/** The state as the planner will see it: interrupted creates found, moves done. */
function knownResources(input: Wanted, live: LiveView): State['resources'] {
  const { state, intents, accounts, stack } = input;
  const recovered = recoverIntents(state, intents, live, accounts.kinds, 0);
  return applyMoves(recovered.prior.resources, stack.moved).resources;
}

function resourceScopes(
  resource: DesiredResource,
  own: KindShape,
  type: string,
  ids: IdResolver,
): readonly string[] {
  const fields = ids.fields(resource);
  const scope = resource.type === type ? own.scopeOf?.(fields) : undefined;
  const needed = own.neededScopes?.(fields).filter((item) => item.type === type) ?? [];
  return [...(scope === undefined ? [] : [scope]), ...needed.map((item) => item.scope)];
}

interface IdResolver {
  /** The listed object that an entry which the state lacks may take over. */
  adoptable(resource: DesiredResource): string | undefined;
  fields(resource: DesiredResource): ValueObject;
}

/** Fields with the IDs of what they refer to, as far as state and live know them. */
function createIdResolver(
  input: Wanted,
  resources: State['resources'],
  live: LiveView,
): IdResolver {
  const imports = new Map<string, string>(input.stack.imports.map(({ to, id }) => [to, id]));
  const byAddress = new Map(input.stack.resources.map((item) => [String(item.address), item]));
  const keys = indexNaturalKeys(live);
  const memo = new Map<string, string | Unknown>();
  let names: ReadonlyMap<string, string> | undefined;
  const idOf = (address: string): string | Unknown => {
    const known = memo.get(address);
    if (known !== undefined) return known;
    memo.set(address, new Unknown(address));
    const found =
      resources[address]?.id ?? imports.get(address) ?? liveId(address) ?? new Unknown(address);
    memo.set(address, found);
    return found;
  };
  const fields = (resource: DesiredResource): ValueObject =>
    resolveFields(resource.fields, {
      attribute: (reference: AttributeReference) =>
        reference.path.join('.') === 'id'
          ? idOf(reference.address)
          : new Unknown(reference.address),
      reference: (reference) => referenceId(reference),
      secret: (plain) => Secret.create(plain),
    });
  const adoptable = ({ address, type }: DesiredResource): string | undefined => {
    if (resources[address] !== undefined) return undefined;
    const id = imports.get(address) ?? liveId(address);
    return id === undefined ? undefined : live.byId(type, id)?.id;
  };
  return { fields, adoptable };

  function referenceId(reference: Reference): string | Unknown {
    if (reference.by === 'address') return idOf(reference.value);
    if (reference.by === 'id') return reference.value;
    try {
      return idByName(reference, live, input.accounts.kinds);
    } catch (error) {
      if (!(error instanceof TrueupError)) throw error;
      // No object has that name; an entry may be about to get it.
      const own = entryNamed(reference);
      return own === undefined ? new Unknown() : idOf(own);
    }
  }

  function entryNamed({ type, value }: Reference): string | undefined {
    names ??= new Map(
      input.stack.resources.flatMap((item) => {
        const name = item.fields[input.accounts.kinds.get(item.type)?.key.nameField ?? ''];
        return typeof name === 'string' ? [[namedKey(item.type, name), item.address]] : [];
      }),
    );
    return names.get(namedKey(type, value));
  }

  function liveId(address: string): string | undefined {
    const resource = byAddress.get(address);
    const kind = resource === undefined ? undefined : input.accounts.kinds.get(resource.type);
    if (resource === undefined || kind === undefined) return undefined;
    const [only, ...others] = keys.candidates(kind, fields(resource));
    return others.length === 0 ? only?.id : undefined;
  }
}

function namedKey(type: string, name: string): string {
  return `${type} ${name.trim().toLowerCase()}`;
}
