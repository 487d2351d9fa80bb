import type { CommandIo, Endings } from './command-io.ts';
import { runChanging } from './change-stack.ts';
import type { ApplyFlags } from './flags.ts';

/** `trueup destroy`: deletes what the state holds, in reverse order. */
export function runDestroy(io: CommandIo, directory: string, flags: ApplyFlags): Promise<Endings> {
  return runChanging(io, directory, flags, 'destroy', undefined);
}
