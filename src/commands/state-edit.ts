import { TrueupError } from '../core/errors.ts';
import type { JournalRecord, LoadedState } from '../state/contract.ts';
import { moveInState, removeFromState } from '../state/state-edit.ts';
import { text } from '../views/sanitize.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { findAddress } from './find-address.ts';
import type { AccountFlags } from './flags.ts';
import { lockWaitMs } from './parse-flags.ts';
import { openSession } from './session.ts';

type Edit = (loaded: LoadedState) => readonly JournalRecord[];

/** `trueup state mv FROM TO`: another address for the same object. */
export function runStateMove(
  io: CommandIo,
  directory: string,
  flags: AccountFlags,
  from: string,
  to: string,
): Promise<Endings> {
  return edit(io, directory, flags, 'state mv', `${from} is now ${to}.\n`, ({ state }) => {
    const source = findAddress(from, Object.keys(state.resources));
    const target = to.split('.').length === 2 ? `${source.split('.')[0] ?? ''}.${to}` : to;
    return [moveInState(state, source, target)];
  });
}

/** `trueup state rm ADDRESS`: lets go of an object without deleting it. */
export function runStateRemove(
  io: CommandIo,
  directory: string,
  flags: AccountFlags,
  addresses: readonly string[],
): Promise<Endings> {
  const told = `The state forgot ${addresses.join(', ')}; the objects themselves are untouched.\n`;
  return edit(io, directory, flags, 'state rm', told, ({ state }) =>
    addresses.map((address) =>
      removeFromState(state, findAddress(address, Object.keys(state.resources))),
    ),
  );
}

async function edit(
  io: CommandIo,
  directory: string,
  flags: AccountFlags,
  operation: string,
  told: string,
  make: Edit,
): Promise<Endings> {
  const session = await openSession(io, directory, flags, 'other');
  try {
    const lock = await session.backend.lock(operation, lockWaitMs(flags.lockTimeout));
    try {
      await session.backend.append(make(await session.backend.load()));
      await session.backend.fold();
    } finally {
      await lock.release();
    }
    session.reporting.result(told);
    return DONE;
  } finally {
    session.reporting.close();
  }
}

/** `trueup state unlock`: takes the lock away from whoever holds it. */
export async function runStateUnlock(
  io: CommandIo,
  directory: string,
  flags: AccountFlags,
): Promise<Endings> {
  const session = await openSession(io, directory, flags, 'other');
  try {
    const holder = await session.backend.unlock();
    if (holder === undefined)
      throw new TrueupError('state-address-unknown', 'the state is not locked');
    const since = new Date(holder.acquiredAtMs).toISOString();
    const who = `${text(`${holder.user}@${holder.host}`)} (pid ${holder.pid}`;
    session.reporting.result(`Taken from ${who}, ${text(holder.operation)} since ${since}).\n`);
    return DONE;
  } finally {
    session.reporting.close();
  }
}
