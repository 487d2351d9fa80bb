import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { cleanEnv, root } from '../_helpers/cli.ts';
import { evaluate, interpolate, isTrue, type Contexts } from './expression.ts';

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
export interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
export interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface RunOptions {
  readonly eventName: string;
  readonly event: object;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly sha?: string;
  /** Put behind the flags of every command that asks the account. */
  readonly flags?: string;
}

export interface RunResult {
  readonly ok: boolean;
  readonly log: string;
  readonly summary: string;
  /** By step ID or place; those of the steps of an action stand under its place. */
  readonly outputs: readonly Readonly<Record<string, string>>[];
  /** Conditions of the job did not hold. */
  readonly skipped: boolean;
}

/** Runs workflow files step by step as a runner would, with doubles for GitHub's own actions. */
export interface Runner {
  /** The checkout. */
  readonly workspace: string;
  /** Artefacts by name: file → content. */
  readonly artifacts: Map<string, Readonly<Record<string, string>>>;
  run(file: string, options: RunOptions): Promise<RunResult>;
  remove(): void;
}

export function readWorkflow(file: string): Workflow {
  return load(readFileSync(join(root, 'examples/github', file), 'utf8')) as Workflow;
}

const action = load(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;

/** The script of one of the action's own steps. */
export function stepOfAction(name: string): string {
  return action.runs.steps.find((step) => step.name === name)?.run ?? '';
}

export function createRunner(env: Readonly<Record<string, string>>): Runner {
  const parent = mkdtempSync(join(tmpdir(), 'trueup-runner-'));
  const workspace = join(parent, 'workspace');
  const temp = join(parent, 'temp');
  const actionPath = join(parent, 'action');
  for (const path of [workspace, temp, join(actionPath, 'scripts')])
    mkdirSync(path, { recursive: true });
  // What is tested is built already.
  writeFileSync(join(actionPath, 'scripts/setup.mjs'), '');
  symlinkSync(join(root, 'dist'), join(actionPath, 'dist'));
  const artifacts = new Map<string, Readonly<Record<string, string>>>();

  const run = async (file: string, options: RunOptions): Promise<RunResult> => {
    const workflow = readWorkflow(file);
    const [job] = Object.values(workflow.jobs);
    if (job === undefined) throw new Error(`${file} has no job`);
    writeFileSync(join(parent, 'event.json'), JSON.stringify(options.event));
    writeFileSync(join(parent, 'summary'), '');
    const sha = options.sha ?? 'f'.repeat(40);
    const contexts = {
      github: {
        event: options.event,
        event_name: options.eventName,
        token: 'the-token-of-the-run',
      },
      secrets: options.secrets ?? {},
      env: workflow.env ?? {},
      runner: { temp },
    };
    const base = {
      ...cleanEnv(),
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: 'acme/data',
      GITHUB_EVENT_NAME: options.eventName,
      GITHUB_EVENT_PATH: join(parent, 'event.json'),
      GITHUB_STEP_SUMMARY: join(parent, 'summary'),
      GITHUB_SHA: sha,
      RUNNER_TEMP: temp,
      ...env,
      ...workflow.env,
    };
    const result = { ok: true, log: '', summary: '', outputs: [] as Record<string, string>[] };
    if (job.if !== undefined && !isTrue(evaluate(job.if, contexts)))
      return { ...result, skipped: true };
    await runSteps(job.steps, contexts, base, result, options);
    const summary = readFileSync(join(parent, 'summary'), 'utf8');
    return { ...result, summary, skipped: false };
  };

  type Result = { ok: boolean; log: string; outputs: Record<string, string>[] };

  const runSteps = async (
    steps: readonly Step[],
    contexts: Contexts,
    env: Readonly<Record<string, string>>,
    result: Result,
    options: RunOptions,
  ): Promise<Readonly<Record<string, { outputs: Record<string, string> }>>> => {
    const done: Record<string, { outputs: Record<string, string> }> = {};
    for (const step of steps) {
      const known = { ...contexts, steps: done };
      if (!result.ok || (step.if !== undefined && !isTrue(evaluate(step.if, known)))) continue;
      const texts = (values: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, interpolate(String(value), known)]),
        );
      const own = { ...env, ...texts(step.env) };
      const outputs =
        step.uses === undefined
          ? await runShell(step, own, result)
          : await runAction(step.uses, texts(step.with), contexts, own, result, options);
      result.outputs.push(outputs);
      if (step.id !== undefined) done[step.id] = { outputs };
    }
    return done;
  };

  const runShell = async (
    step: Step,
    env: Readonly<Record<string, string>>,
    result: Result,
  ): Promise<Record<string, string>> => {
    if (step.shell !== 'bash') throw new Error(`step ${step.name ?? ''} names no shell`);
    const script = join(parent, 'step.sh');
    const output = join(parent, 'output');
    writeFileSync(script, step.run ?? '');
    writeFileSync(output, '');
    const code = await new Promise<number>((resolve) => {
      execFile(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', script],
        { cwd: workspace, env: { ...env, GITHUB_ACTION_PATH: actionPath, GITHUB_OUTPUT: output } },
        (error, stdout, stderr) => {
          result.log += `${stdout}${stderr}`;
          resolve(error === null ? 0 : 1);
        },
      );
    });
    if (code !== 0) result.ok = false;
    return readOutputs(readFileSync(output, 'utf8'));
  };

  const runAction = async (
    uses: string,
    inputs: Readonly<Record<string, string>>,
    contexts: Contexts,
    env: Readonly<Record<string, string>>,
    result: Result,
    options: RunOptions,
  ): Promise<Record<string, string>> => {
    const [name = ''] = uses.split('@');
    if (name === 'actions/checkout') return {};
    if (name === 'actions/upload-artifact') {
      artifacts.set(inputs['name'] ?? '', filesIn(inputs['path'] ?? ''));
      return {};
    }
    if (name === 'actions/download-artifact') {
      if (inputs['run-id'] !== '4711') throw new Error(`no run ${inputs['run-id'] ?? ''}`);
      const files = artifacts.get(inputs['name'] ?? '') ?? {};
      rmSync(inputs['path'] ?? '', { recursive: true, force: true });
      mkdirSync(inputs['path'] ?? '', { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        writeFileSync(join(inputs['path'] ?? '', file), text);
      }
      return {};
    }
    if (name !== 'OWNER/trueup') throw new Error(`no double of ${uses}`);
    for (const input of Object.keys(inputs)) {
      if (!(input in action.inputs)) throw new Error(`the action has no input ${input}`);
    }
    const defaults = Object.entries(action.inputs).map(([input, { default: text = '' }]) => [
      input,
      interpolate(text, contexts),
    ]);
    const given: Record<string, string> = { ...Object.fromEntries(defaults), ...inputs };
    const asks = ['apply', 'drift'].includes(given['command'] ?? '');
    if (asks) given['flags'] = `${given['flags'] ?? ''}\n${options.flags ?? ''}`;
    const inside = { ...contexts, inputs: given };
    const steps = await runSteps(action.runs.steps, inside, env, result, options);
    return Object.fromEntries(
      Object.entries(action.outputs).map(([output, { value }]) => [
        output,
        interpolate(value, { steps }),
      ]),
    );
  };

  return {
    workspace,
    artifacts,
    run,
    remove: () => {
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function filesIn(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) throw new Error(`nothing to upload in ${path}`);
  return Object.fromEntries(
    ['plan.md', 'plan.json']
      .filter((name) => existsSync(join(path, name)))
      .map((name) => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

/** The two forms of a step's output file: `name=value`, and a value between two lines of a word. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const [, name, delimiter] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter, index + 1);
      if (end === -1) throw new Error(`the value of ${name} has no end`);
      outputs[name] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (line !== '') {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`not an output: ${line}`);
      outputs[line.slice(0, at)] = line.slice(at + 1);
    }
  }
  return outputs;
}
