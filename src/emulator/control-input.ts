import { isFields } from './body.ts';
import type { FaultPlan, FaultRule } from './faults.ts';
import { Refusal } from './refusal.ts';

/** Durations by name; each emulator has its own three profiles. */
export type TimingProfile = 'none' | 'fast' | 'real';

const FAULTS = ['latency', 'status', 'reset', 'hang', 'truncate', 'malformed', 'echo'];

function isFaultRule(value: unknown): value is FaultRule {
  if (!isFields(value) || !isFields(value['fault'])) return false;
  const { kind, ms, status } = value['fault'];
  if (typeof kind !== 'string' || !FAULTS.includes(kind)) return false;
  if (kind === 'latency') return typeof ms === 'number';
  return kind !== 'status' || typeof status === 'number';
}

/** Whether JSON is a fault plan; a Refusal otherwise. */
export function isFaultPlan(input: unknown): input is FaultPlan {
  const rules = isFields(input) ? (input['rules'] ?? []) : undefined;
  if (Array.isArray(rules) && rules.every(isFaultRule)) return true;
  throw new Refusal(400, 'setFaults: must be an object with rules, each with a fault');
}

/** Whether JSON is a profile or an object of the durations in `known`; a Refusal otherwise. */
export function isTimingOf<Timing extends object>(
  known: Timing,
  input: unknown,
): input is TimingProfile | Partial<Timing> {
  if (input === 'none' || input === 'fast' || input === 'real') return true;
  const valid =
    isFields(input) &&
    Object.entries(input).every(
      ([name, value]) => Object.hasOwn(known, name) && typeof value === 'number' && value >= 0,
    );
  if (!valid) throw new Refusal(400, 'setTiming: must be none, fast, real or an object');
  return true;
}

/** Whether JSON is an object of switches like those in `known`; a Refusal otherwise. */
export function isSwitchesOf<Switches extends object>(
  known: Switches,
  input: unknown,
): input is Partial<Switches> {
  const types = new Map(Object.entries(known).map(([name, value]) => [name, typeof value]));
  const valid =
    isFields(input) &&
    Object.entries(input).every(([name, value]) => types.get(name) === typeof value);
  if (!valid) throw new Refusal(400, 'setSwitches: must be an object of known switches');
  return true;
}
