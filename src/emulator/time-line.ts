import type { Fields, Json } from './contract.ts';

/** A change of fields that takes effect at a moment; null removes a field. */
export interface Step {
  readonly at: number;
  readonly set: Fields;
}

/**
 * One object and its time line: `base`, then the steps in order of time. A reader sees it as it
 * was at some moment, so late changes, lists that lag and stale replicas need no timers.
 */
export interface TimeLine {
  readonly type: string;
  readonly id: string;
  /** What the object lives in; indexed. */
  readonly parent: string | undefined;
  /** Moment from which a primary knows the object, epoch milliseconds; 0: always. */
  createdMs: number;
  /** Set once the object is gone for good. */
  deletedMs: number | undefined;
  base: Fields;
  /** Write-only values, never shown by the API. */
  hidden: Fields;
  steps: Step[];
}

function overlay(fields: Fields, changes: Fields): Fields {
  const merged: Record<string, Json | undefined> = { ...fields };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

/** The fields as they were at moment `at`. */
export function viewAt(line: TimeLine, at: number): Fields {
  let fields = line.base;
  for (const step of line.steps) {
    if (step.at > at) break;
    fields = overlay(fields, step.set);
  }
  return fields;
}

/** The fields once everything that is under way has happened. */
export function targetOf(line: TimeLine): Fields {
  return viewAt(line, Number.POSITIVE_INFINITY);
}

export function existsAt(line: TimeLine, at: number): boolean {
  return (
    (line.createdMs === 0 || line.createdMs <= at) &&
    (line.deletedMs === undefined || at < line.deletedMs)
  );
}

/** Moment of the last change that took effect by `now`. */
export function lastChangeMs(line: TimeLine, now: number): number {
  let last = line.createdMs;
  for (const step of line.steps) if (step.at <= now && step.at > last) last = step.at;
  return last;
}

/**
 * Adds a step. Steps that would take effect later lose the fields that this one sets: the newer
 * write wins.
 */
export function addStep(line: TimeLine, at: number, set: Fields): void {
  const earlier: Step[] = [];
  const later: Step[] = [];
  for (const step of line.steps) {
    if (step.at <= at) {
      earlier.push(step);
      continue;
    }
    const kept = Object.entries(step.set).filter(([name]) => !(name in set));
    if (kept.length > 0) later.push({ at: step.at, set: Object.fromEntries(kept) });
  }
  line.steps = [...earlier, { at, set }, ...later];
}

/** Forgets every step that has not happened by `now`. */
export function dropFuture(line: TimeLine, now: number): void {
  line.steps = line.steps.filter((step) => step.at <= now);
}

/** Merges what no reader can tell apart any more: steps up to `horizon`. */
export function fold(line: TimeLine, horizon: number): void {
  if (line.steps.length === 0) return;
  let due = 0;
  for (const step of line.steps) {
    if (step.at > horizon) break;
    line.base = overlay(line.base, step.set);
    due += 1;
  }
  if (due > 0) line.steps = line.steps.slice(due);
}
