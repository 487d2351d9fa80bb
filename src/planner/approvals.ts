import type { Risk } from '../core/risk.ts';

/** What was approved on the command line, always by name. */
export interface Approvals {
  /** `--allow <risk>=<address glob>`; `recreate` brings an expired group back. */
  readonly allowed: readonly { readonly risk: Risk | 'recreate'; readonly glob: string }[];
  /** `--allow-deletes=<n>`. */
  readonly deletesMax: number | undefined;
}

export const noApprovals: Approvals = { allowed: [], deletesMax: undefined };

export function isAllowed(approvals: Approvals, risk: Risk | 'recreate', address: string): boolean {
  return approvals.allowed.some((item) => item.risk === risk && matchesGlob(item.glob, address));
}

/** `*` stands for any characters. The provider may be left out: `workspaces.*`. */
export function matchesGlob(glob: string, address: string): boolean {
  const expression = new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  return expression.test(address) || expression.test(address.slice(address.indexOf('.') + 1));
}

export function matchesAny(globs: readonly string[], address: string): boolean {
  return globs.some((glob) => matchesGlob(glob, address));
}
