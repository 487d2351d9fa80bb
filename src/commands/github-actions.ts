import { appendFileSync, statSync } from 'node:fs';
import { worstRisk } from '../core/risk.ts';
import type { ApplyOutcome } from '../executor/apply.ts';
import { newsOf } from '../planner/drift-report.ts';
import { countChanges, type Plan } from '../planner/plan.ts';
import { outputLines } from '../views/github/workflow-command.ts';
import { changedOutputs } from '../views/human/output-changes.ts';
import { BYTES_MIN, renderMarkdownPlan, type MarkdownOptions } from '../views/markdown/plan.ts';
import { text } from '../views/sanitize.ts';
import { isGithubRun } from './annotations.ts';
import type { CommandIo } from './command-io.ts';

/** A step's summary larger than this is not shown at all. */
const SUMMARY_BYTES_MAX = 1_048_576;

/** Writes a plan to the step's summary, and what it counts to the step's outputs. */
export function tellPlan(
  io: CommandIo,
  plan: Plan,
  mode: 'plan' | 'destroy' | 'drift',
  options: Pick<MarkdownOptions, 'basis'> = {},
): void {
  if (!isGithubRun(io)) return;
  addToSummary(io, (bytesMax) => renderMarkdownPlan(plan, mode, { ...options, bytesMax }));
  addOutputs(io, mode === 'drift' ? driftOutputs(plan) : planOutputs(plan));
}

/** Adds to the step's summary what an apply came to. */
export function tellOutcome(
  io: CommandIo,
  outcome: Pick<ApplyOutcome, 'applied' | 'failed' | 'blocked' | 'skipped' | 'notStarted'>,
): void {
  const { applied, failed, blocked, skipped, notStarted } = outcome;
  const rest = `${failed} failed, ${blocked} blocked, ${skipped} skipped, ${notStarted} not started`;
  addToSummary(io, () => `**Apply: ${applied} applied, ${rest}.**\n`);
}

function planOutputs(plan: Plan): Readonly<Record<string, string>> {
  const acting = plan.changes.filter(
    (change) => change.action !== 'no-op' || change.importing !== undefined,
  );
  const { add, change, destroy } = countChanges(acting);
  const changes = acting.length + changedOutputs(plan.outputs).length;
  return toTexts({ changes, add, change, destroy, risk: worstRisk(acting.map((one) => one.risk)) });
}

function driftOutputs(plan: Plan): Readonly<Record<string, string>> {
  const drifted = newsOf(plan);
  const destroy = drifted.filter((entry) => entry.action === 'gone').length;
  const changes = drifted.length;
  return toTexts({ changes, add: 0, change: changes - destroy, destroy, risk: 'none' });
}

function toTexts(values: Readonly<Record<string, number | string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** Appends to the step's summary what fits into it; `render` is told how many bytes those are. */
export function addToSummary(io: CommandIo, render: (bytesMax: number) => string): void {
  const file = isGithubRun(io) ? io.env['GITHUB_STEP_SUMMARY'] : undefined;
  if (file === undefined || file === '') return;
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const bytesMax = SUMMARY_BYTES_MAX - size - 1;
  if (bytesMax < BYTES_MIN) return;
  append(io, file, `${render(bytesMax)}\n`);
}

function addOutputs(io: CommandIo, outputs: Readonly<Record<string, string>>): void {
  const file = io.env['GITHUB_OUTPUT'];
  if (file === undefined || file === '') return;
  const delimiter = `trueup_${Buffer.from(io.random(16)).toString('hex')}`;
  append(io, file, outputLines(outputs, delimiter));
}

/** What a run tells its runner never decides how it ends. */
function append(io: CommandIo, file: string, content: string): void {
  try {
    appendFileSync(file, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    io.stderr.write(`The file of the runner could not be written: ${text(why)}\n`);
  }
}
