import type { Diagnostic } from '../core/diagnostic.ts';
import type { Open } from './planning.ts';

/**
 * An error for each resource that was left out and whose reason nothing else tells: what it follows
 * from may have no error, or may not be in a partial plan. A plan that is not complete always has
 * an error that says why.
 */
export function unexplained(
  open: readonly Open[],
  told: readonly Diagnostic[],
): readonly Diagnostic[] {
  const byAddress = new Map<string, Open>(open.map((item) => [item.address, item]));
  const errors = told.filter((item) => item.severity === 'error');
  const explained = new Set(errors.flatMap((item) => item.address ?? []));
  const isTold = (item: Open): boolean => {
    let root: Open | undefined = item;
    // What others follow from was there before them, so this ends.
    while (root?.by !== undefined && !explained.has(root.address)) root = byAddress.get(root.by);
    return root !== undefined && (explained.has(root.address) || root.fromList === true);
  };
  return open
    .filter((item) => !isTold(item))
    .map(({ address, because }) => ({
      code: 'dependency-incomplete',
      severity: 'error',
      address,
      message: `${address} is left out: ${because}`,
    }));
}
