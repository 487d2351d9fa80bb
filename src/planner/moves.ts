import { typeOf } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { StateResource } from '../core/prior.ts';
import type { Stack } from '../core/resource.ts';

export interface Moved {
  readonly resources: Readonly<Record<string, StateResource>>;
  /** New address → old address. */
  readonly movedFrom: ReadonlyMap<string, string>;
  readonly problems: readonly Diagnostic[];
}

/** The state's resources under their new addresses. Done already: silent. Both there: an error. */
export function applyMoves(
  resources: Readonly<Record<string, StateResource>>,
  moves: Stack['moved'],
): Moved {
  if (moves.length === 0) return { resources, movedFrom: new Map(), problems: [] };
  const next: Record<string, StateResource> = { ...resources };
  const movedFrom = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const { from, to } of moves) {
    const entry = next[from];
    if (entry === undefined) continue;
    if (next[to] !== undefined || typeOf(from) !== typeOf(to)) {
      problems.push(refused(from, to, next[to] !== undefined));
      continue;
    }
    delete next[from];
    next[to] = entry;
    movedFrom.set(to, movedFrom.get(from) ?? from);
    movedFrom.delete(from);
  }
  return { resources: next, movedFrom, problems };
}

function refused(from: string, to: string, both: boolean): Diagnostic {
  const why = both ? 'both are in the state' : 'they are of different kinds';
  return {
    code: 'moved-invalid',
    severity: 'error',
    address: to,
    message: `${from} cannot be moved to ${to}: ${why}`,
  };
}
