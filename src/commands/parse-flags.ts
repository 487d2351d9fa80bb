import { TrueupError } from '../core/errors.ts';
import { durationSeconds } from '../core/normalise/duration-or-time.ts';
import { RISKS, type Risk } from '../core/risk.ts';
import type { Approvals } from '../planner/approvals.ts';
import type { PlanOptions } from '../planner/input.ts';
import type { PlanFlags } from './flags.ts';

const PARALLELISM = 10;
const PARALLELISM_MAX = 1_000;
const RATE_MAX = 100_000;

export function parallelismOf(text: string | undefined): number {
  return text === undefined ? PARALLELISM : whole('--parallelism', text, PARALLELISM_MAX);
}

export function rateOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : positive('--rate', text, RATE_MAX);
}

/** `--lock-timeout`: seconds or a duration; milliseconds. */
export function lockWaitMs(text: string | undefined): number {
  if (text === undefined) return 0;
  const seconds = /^\d+$/.test(text) ? Number(text) : durationSeconds(text);
  if (seconds === undefined)
    throw usage(`--lock-timeout takes a duration such as 90s, not '${text}'`);
  return seconds * 1_000;
}

/** `NAME=VALUE` pairs. */
export function varsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const vars: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw usage('--var takes NAME=VALUE');
    vars[text.slice(0, at)] = text.slice(at + 1);
  }
  return vars;
}

export function planOptions(
  flags: PlanFlags,
  destroy: boolean,
  ratePerSecond: number,
): PlanOptions {
  const { adopt = [] } = flags;
  return {
    destroy,
    adopt: adopt === true ? ['*'] : adopt,
    replace: flags.replace ?? [],
    target: flags.target ?? [],
    exclude: flags.exclude ?? [],
    send: flags.send ?? [],
    approvals: approvalsOf(flags),
    ratePerSecond,
  };
}

function approvalsOf(flags: PlanFlags): Approvals {
  const deletes = flags.allowDeletes;
  return {
    allowed: (flags.allow ?? []).map((text) => {
      const [name = '', glob = ''] = text.split('=', 2);
      const risk = [...RISKS, 'recreate' as const].find((item) => item === name);
      if (risk === undefined || glob === '') {
        throw usage(
          `--allow takes <risk>=<address>, for example data-loss=workspaceGroups.main, not '${text}'`,
        );
      }
      return { risk: risk satisfies Risk | 'recreate', glob };
    }),
    deletesMax: deletes === undefined ? undefined : whole('--allow-deletes', deletes, 1e9),
  };
}

function positive(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > max) {
    throw usage(`${name} takes a number above 0 and up to ${max}, not '${text}'`);
  }
  return value;
}

function whole(name: string, text: string, max: number): number {
  const value = positive(name, text, max);
  if (Number.isInteger(value)) return value;
  throw usage(`${name} takes a whole number from 1 to ${max}, not '${text}'`);
}

export function usage(message: string): TrueupError {
  return new TrueupError('usage', message);
}
