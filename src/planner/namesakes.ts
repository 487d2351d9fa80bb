import type { Diagnostic } from '../core/diagnostic.ts';
import type { UnmanagedEntry } from './plan.ts';
import type { Planning } from './planning.ts';

/**
 * Unmanaged objects that bear the natural key of a managed one. Names are not unique everywhere,
 * so this is no error; but a create whose answer came after every visibility window leaves just
 * this behind, and nobody should have to find it by chance.
 */
export function namesakesOf(
  planning: Planning,
  unmanaged: readonly UnmanagedEntry[],
): readonly Diagnostic[] {
  return unmanaged.flatMap((entry): readonly Diagnostic[] => {
    const kind = planning.input.kinds.get(entry.type);
    const object = planning.input.live.byId(entry.type, entry.id);
    if (kind === undefined || object === undefined) return [];
    const owner = planning.keys
      .candidates(kind, object.fields)
      .map((other) => planning.claimed.get(`${other.type} ${other.id}`))
      .find((address) => address !== undefined);
    if (owner === undefined) return [];
    return [
      {
        code: 'possible-duplicate',
        severity: 'warning',
        address: owner,
        message: `${entry.type} ${entry.id} has the same name as ${owner} ('${entry.name}') and is not managed`,
        hint: 'it may come from a create whose answer was lost; look at both and delete the one that is not wanted',
      },
    ];
  });
}
