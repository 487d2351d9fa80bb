import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import { runChanging } from './change-stack.ts';
import type { CommandIo, Endings } from './command-io.ts';
import type { ApplyFlags } from './flags.ts';
import { usage } from './parse-flags.ts';
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
  if (!isFile && directory !== undefined) {
    throw usage(`apply takes one directory, or a saved plan before it; ${first} is no such file`);
  }
  const saved = isFile ? readPlanFile(resolve(io.cwd, first)) : undefined;
  checkMode(saved, flags);
  const shown =
    flags.shown === undefined ? undefined : readShown(resolve(io.cwd, flags.shown), saved);
  const stackDirectory = isFile ? (directory ?? '.') : first;
  return runChanging(io, stackDirectory, flags, 'apply', saved, shown);
}

/**
 * A plan file approves, it does not decide: that things are to be destroyed, and in which
 * environment, stands on the command line.
 */
function checkMode(saved: SavedPlan | undefined, flags: ApplyFlags): void {
  const destroys = flags.destroy === true;
  if (saved === undefined) {
    if (destroys) throw usage('--destroy goes with a plan file; without one use `trueup destroy`');
    return;
  }
  if (destroys !== (saved.mode === 'destroy')) {
    throw destroys
      ? new TrueupError('plan-file-invalid', 'the plan file is not one of `plan --destroy`')
      : new TrueupError('plan-file-invalid', 'the plan file is one of `plan --destroy`', {
          hint: 'pass `--destroy` to delete what it shows',
        });
  }
  if (saved.offline) {
    throw new TrueupError('plan-file-invalid', 'the plan file was made with `plan --offline`', {
      hint: 'it shows what to expect: `trueup apply --shown FILE`; make one without --offline to apply it',
    });
  }
  if (flags.env !== undefined || saved.environment === 'default') return;
  throw new TrueupError(
    'plan-file-invalid',
    `the plan file is of environment '${saved.environment}'`,
    { hint: `pass \`--env ${saved.environment}\` to apply it there` },
  );
}

function readShown(path: string, saved: SavedPlan | undefined): SavedPlan {
  if (saved !== undefined) throw usage('--shown takes the place of a plan file: give one of them');
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw usage('--shown takes a saved plan; there is no such file');
  }
  const shown = readPlanFile(path);
  if (shown.mode === 'plan') return shown;
  throw new TrueupError('plan-file-invalid', 'the plan file is one of `plan --destroy`');
}

function readPlanFile(path: string): SavedPlan {
  if (statSync(path).size > PLAN_BYTES_MAX) {
    throw new TrueupError('plan-file-invalid', 'the plan file is too large');
  }
  return readSavedPlan(readFileSync(path, 'utf8'));
}
