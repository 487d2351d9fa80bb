import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceChange } from './plan.ts';
import type { Planning } from './planning.ts';

/** A message names at most this many holders. */
const NAMED_MAX = 5;

/**
 * Why an object that others hold by its name (a role) cannot be deleted now, or undefined. The API
 * refuses that, or takes the grants with it. Holders that this plan deletes before do not count; a
 * delete waits for managed ones that let go, a replacement cannot.
 */
export function createInUseCheck(
  planning: Planning,
  deletedIds: ReadonlySet<string>,
): (change: ResourceChange) => Diagnostic | undefined {
  let holders: ReadonlyMap<string, readonly Holder[]> | undefined;
  return (change) => {
    const kind = planning.input.kinds.get(change.type);
    const isDelete = change.action === 'delete';
    if (kind?.idFromKey !== true || (!isDelete && change.action !== 'replace')) return undefined;
    holders ??= indexHolders(planning);
    const found = (holders.get(`${change.type} ${change.id ?? ''}`) ?? []).filter(
      (holder) => !deletedIds.has(holder.id) && !(isDelete && holder.address !== undefined),
    );
    return found.length === 0 ? undefined : refusal(change, found);
  };
}

interface Holder {
  readonly id: string;
  /** Undefined: not managed. */
  readonly address: string | undefined;
}

/** `<type> <natural key>` → the live objects that hold it by name. */
function indexHolders(planning: Planning): ReadonlyMap<string, readonly Holder[]> {
  const { kinds, live } = planning.input;
  const index = new Map<string, Holder[]>();
  for (const kind of kinds.values()) {
    if (kind.namedDependencies === undefined) continue;
    for (const { type, id, fields } of live.objects(kind.type)) {
      const address = planning.claimed.get(`${type} ${id}`);
      for (const held of kind.namedDependencies(fields)) {
        const key = `${held.type} ${held.naturalKey}`;
        const others = index.get(key);
        if (others === undefined) index.set(key, [{ id, address }]);
        else others.push({ id, address });
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
        : 'take it from those that are not managed first',
    ...(change.position === undefined ? {} : { position: change.position }),
  };
}
