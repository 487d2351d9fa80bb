import { TrueupError } from '../core/errors.ts';
import type { State } from './contract.ts';

export interface StateOwner {
  readonly stack: string;
  readonly environment: string;
}

/** A state of nothing, with a lineage and a salt of its own. */
export function createFreshState({
  random,
  stack,
  environment,
}: StateOwner & { readonly random: (bytes: number) => Uint8Array }): State {
  return {
    version: 1,
    lineage: Buffer.from(random(16)).toString('hex'),
    stack,
    environment,
    serial: 0,
    providers: {},
    salt: Buffer.from(random(16)).toString('base64'),
    resources: {},
    outputs: {},
  };
}

/** Throws `state-corrupt` for the state of another stack or environment. */
export function assertOwner(state: State, owner: StateOwner, path: string): void {
  if (state.stack === owner.stack && state.environment === owner.environment) return;
  throw new TrueupError(
    'state-corrupt',
    `the state ${path} belongs to ${state.stack}/${state.environment}, ` +
      `not to ${owner.stack}/${owner.environment}`,
    { hint: 'a renamed stack: change `stack` in that file too; a copied one: remove the file' },
  );
}
