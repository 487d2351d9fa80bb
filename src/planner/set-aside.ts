import type { Diagnostic, SourcePosition } from '../core/diagnostic.ts';
import { toDiagnostic, type TrueupError } from '../core/errors.ts';
import type { Open, Planning } from './planning.ts';

/**
 * Leaves a resource out of the plan, and so everything that depends on it. What follows from
 * something else is a warning: `by`, or a list whose error is told already.
 */
export function setAside(
  planning: Planning,
  { address, position }: { readonly address: Open['address']; readonly position?: SourcePosition },
  error: TrueupError,
  by?: string,
): void {
  const prior = planning.prior[address];
  if (prior !== undefined) planning.claimed.set(`${prior.type} ${prior.id}`, address);
  const follows = by !== undefined || error.code === 'inventory-incomplete';
  const told: readonly Diagnostic[] = error.diagnostics.map((item) => ({ ...item, address }));
  const own: Diagnostic = {
    ...toDiagnostic(error, address),
    severity: follows ? 'warning' : 'error',
    ...(position === undefined ? {} : { position }),
  };
  planning.diagnostics.push(...(told.length > 0 ? told : [own]));
  planning.undetermined.push({
    address,
    because: error.message,
    ...(by === undefined ? { fromList: follows && told.length === 0 } : { by }),
  });
}
