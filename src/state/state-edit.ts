import { parseAddress } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import type { JournalRecord, State } from './contract.ts';

/**
 * The record of `state mv FROM TO`. Throws `state-address-unknown` when FROM is not in the state
 * and `moved-invalid` when TO is, is of another type, or is no address.
 */
export function moveInState(state: State, from: string, to: string): JournalRecord {
  const resource = state.resources[from];
  if (resource === undefined) throw unknownAddress(state, from);
  if (state.resources[to] !== undefined) {
    throw new TrueupError('moved-invalid', `${to} is in the state already`);
  }
  if (!to.startsWith(`${resource.type}.`)) {
    throw new TrueupError('moved-invalid', `${from} is of type ${resource.type}, ${to} is not`);
  }
  if (parseAddress(to) === undefined) {
    throw new TrueupError('moved-invalid', `${to} is no address: its key cannot be one`);
  }
  return { op: 'move', from, to };
}

/** The record of `state rm ADDRESS`; the object itself stays. Throws `state-address-unknown`. */
export function removeFromState(state: State, address: string): JournalRecord {
  if (state.resources[address] === undefined) throw unknownAddress(state, address);
  return { op: 'remove', address };
}

function unknownAddress(state: State, address: string): TrueupError {
  return new TrueupError(
    'state-address-unknown',
    `${address} is not in the state of ${state.stack}/${state.environment}`,
    { hint: 'trueup state list shows what is' },
  );
}
