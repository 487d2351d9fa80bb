import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import { runChanging } from './change-stack.ts';
import type { CommandIo, Endings } from './command-io.ts';
import type { ApplyFlags } from './flags.ts';
import { PLAN_BYTES_MAX, readSavedPlan, type SavedPlan } from './saved-plan.ts';

/** `trueup apply [DIR]` and `trueup apply FILE [DIR]`. */
export async function runApply(
  io: CommandIo,
  argument: string | undefined,
  directory: string | undefined,
  flags: ApplyFlags,
): Promise<Endings> {
  const first = argument ?? '.';
  const isFile = statSync(resolve(io.cwd, first), { throwIfNoEntry: false })?.isFile() === true;
  const saved = isFile ? readPlanFile(resolve(io.cwd, first)) : undefined;
  const stackDirectory = isFile ? (directory ?? '.') : first;
  const used =
    saved === undefined || flags.env !== undefined ? flags : withEnvironment(flags, saved);
  return runChanging(io, stackDirectory, used, 'apply', saved);
}

function readPlanFile(path: string): SavedPlan {
  if (statSync(path).size > PLAN_BYTES_MAX) {
    throw new TrueupError('plan-file-invalid', 'the plan file is too large');
  }
  return readSavedPlan(readFileSync(path, 'utf8'));
}

function withEnvironment(flags: ApplyFlags, saved: SavedPlan): ApplyFlags {
  return saved.environment === 'default' ? flags : { ...flags, env: saved.environment };
}
