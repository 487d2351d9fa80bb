import { typeOf } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { StateResource } from '../core/prior.ts';
import type { Stack } from '../core/resource.ts';

export interface Moved {
  readonly resources: Readonly<Record<string, StateResource>>;
  /** New address → old address. */
  readonly movedFrom: ReadonlyMap<string, string>;
  readonly problems: readonly Diagnostic[];
  /** Both addresses of moves that are refused: nothing is concluded about them. Each has a reason. */
  readonly refused: ReadonlyMap<string, { readonly because: string; readonly by?: string }>;
}

/** The state's resources under their new addresses. Done already: silent. Both there: an error. */
export function applyMoves(
  resources: Readonly<Record<string, StateResource>>,
  moves: Stack['moved'],
): Moved {
  const next: Record<string, StateResource> = { ...resources };
  const movedFrom = new Map<string, string>();
  const problems: Diagnostic[] = [];
  const stuck = new Map<string, { readonly because: string; readonly by?: string }>();
  for (const { from, to } of moves) {
    const entry = next[from];
    if (entry === undefined) continue;
    if (next[to] !== undefined || typeOf(from) !== typeOf(to)) {
      const problem = refused(from, to, next[to] !== undefined);
      problems.push(problem);
      const because = problem.message;
      stuck.set(from, { because, by: to }).set(to, { because });
      continue;
    }
    delete next[from];
    next[to] = entry;
    movedFrom.set(to, movedFrom.get(from) ?? from);
    movedFrom.delete(from);
  }
  return { resources: renamed(next, movedFrom), movedFrom, problems, refused: stuck };
}

/** What depended on a moved resource depends on it under its new address. */
function renamed(
  resources: Readonly<Record<string, StateResource>>,
  movedFrom: ReadonlyMap<string, string>,
): Readonly<Record<string, StateResource>> {
  if (movedFrom.size === 0) return resources;
  const movedTo = new Map([...movedFrom].map(([to, from]) => [from, to]));
  return Object.fromEntries(
    Object.entries(resources).map(([address, entry]) => {
      if (!entry.dependsOn.some((item) => movedTo.has(item))) return [address, entry];
      const dependsOn = entry.dependsOn.map((item) => movedTo.get(item) ?? item);
      return [address, { ...entry, dependsOn }];
    }),
  );
}

function refused(from: string, to: string, both: boolean): Diagnostic {
  const why = both ? 'both are in the state' : 'they are of different kinds';
  const way = both ? ', or let go of one of them with `trueup state rm`' : '';
  return {
    code: 'moved-invalid',
    severity: 'error',
    address: to,
    message: `${from} cannot be moved to ${to}: ${why}`,
    hint: `take it out of \`moved\`${way}`,
  };
}
