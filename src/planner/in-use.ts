import type { Diagnostic } from '../core/diagnostic.ts';
import type { LiveObject } from '../core/live.ts';
import type { ResourceChange } from './plan.ts';
import type { Planning } from './planning.ts';

/** A message names at most this many holders. */
const NAMED_MAX = 5;

/**
 * Why an object that others hold (a role by its name, a project by its ID) cannot be deleted now, or
 * undefined. The API refuses that, or takes them with it. Holders that this plan deletes before do
 * not count; a delete waits for managed ones that let go of a name, a replacement cannot.
 */
export function createInUseCheck(
  planning: Planning,
  deletedIds: ReadonlySet<string>,
): (change: ResourceChange) => Diagnostic | undefined {
  let holders: ReadonlyMap<string, readonly Holder[]> | undefined;
  return (change) => {
    const kind = planning.input.kinds.get(change.type);
    const isDelete = change.action === 'delete';
    const mayBeHeld = kind?.idFromKey === true || kind?.heldBy !== undefined;
    if (!mayBeHeld || (!isDelete && change.action !== 'replace')) return undefined;
    holders ??= indexHolders(planning);
    const found = (holders.get(`${change.type} ${change.id ?? ''}`) ?? []).filter(
      (holder) => !deletedIds.has(holder.id) && !(isDelete && holder.letsGo),
    );
    return found.length === 0 ? undefined : refusal(change, found);
  };
}

interface Holder {
  readonly id: string;
  /** Undefined: not managed. */
  readonly address: string | undefined;
  /** Managed, and what it holds can change. */
  readonly letsGo: boolean;
}

/** `<type> <natural key or ID>` → the live objects that hold it. */
function indexHolders(planning: Planning): ReadonlyMap<string, readonly Holder[]> {
  const { kinds, live } = planning.input;
  const index = new Map<string, Holder[]>();
  const add = (key: string, { type, id }: LiveObject, mayChange: boolean): void => {
    const address = planning.claimed.get(`${type} ${id}`);
    const holder = { id, address, letsGo: mayChange && address !== undefined };
    const others = index.get(key);
    if (others === undefined) index.set(key, [holder]);
    else others.push(holder);
  };
  for (const kind of kinds.values()) {
    const { heldBy } = kind;
    if (heldBy !== undefined) {
      for (const object of live.objects(heldBy.type)) {
        const held = object.fields[heldBy.field];
        if (typeof held === 'string') add(`${kind.type} ${held}`, object, false);
      }
    }
    if (kind.namedDependencies === undefined) continue;
    for (const object of live.objects(kind.type)) {
      for (const held of kind.namedDependencies(object.fields)) {
        add(`${held.type} ${held.naturalKey}`, object, true);
      }
    }
  }
  return index;
}

function refusal(change: ResourceChange, holders: readonly Holder[]): Diagnostic {
  const names = holders.map(({ address, id }) => address ?? `${id} (not managed)`).toSorted();
  const more = names.length > NAMED_MAX ? `, and ${names.length - NAMED_MAX} more` : '';
  const managed = holders.flatMap(({ address }) => address ?? []).toSorted();
  const verb = change.action === 'delete' ? 'deleted' : 'deleted and created again';
  return {
    code: 'object-in-use',
    severity: 'error',
    address: change.address,
    message: `${change.address} cannot be ${verb} while it is in use by ${names.slice(0, NAMED_MAX).join(', ')}${more}`,
    hint:
      managed.length === holders.length
        ? `replace those too: ${managed.map((address) => `\`--replace ${address}\``).join(' ')}`
        : 'take it from those that are not managed first, or delete them',
    ...(change.position === undefined ? {} : { position: change.position }),
  };
}
