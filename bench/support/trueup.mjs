// What trueup takes for a stack of one size, against an emulator in a process of its own.
import { join } from 'node:path';
import { cleanEnvironment, cli, startEmulator } from '../../scripts/support/emulator.mjs';
import { countRequests } from './control.mjs';
import { measure } from './measure.mjs';
import { changedCount, writeTrueupStack } from './shape.mjs';
import { median } from './median.mjs';

/** The emulator answers at once and is settled at once: what is left is trueup's own time. */
const timing = 'fast,equalReads=1,settleMsMin=0,pollMs=5,provisioningMax=1000';
const speed = ['--rate', '100000', '--parallelism', '50'];

/** One command, measured, with the requests it made; throws when it ends otherwise than `code`. */
async function job(name, args, code, context) {
  const before = await countRequests(context.url);
  const result = await measure(process.execPath, [cli, ...args, ...speed], context);
  const after = await countRequests(context.url);
  if (result.code !== code) {
    const said = `${result.stdout.slice(-1500)}\n${result.stderr.slice(-1500)}`;
    throw new Error(`${name}: trueup ${args.join(' ')} ended with ${result.code}\n${said}`);
  }
  return {
    ...result,
    name,
    reads: after.reads - before.reads,
    writes: after.writes - before.writes,
  };
}

/** The median run of several by wall time. */
async function repeated(runs, run) {
  const results = [];
  for (let index = 0; index < runs; index += 1) results.push(await run());
  const middle = median(results.map((result) => result.wallS));
  return results.find((result) => result.wallS === middle);
}

/** Measures every job in turn and hands each to `report` as soon as it is done. */
export async function measureTrueup(shape, { directory, runs, deadlineMs, report }) {
  const stack = join(directory, 'trueup');
  // Costs every start of Node some 40 ms where it is set.
  const { NODE_EXTRA_CA_CERTS: _, ...base } = cleanEnvironment();
  const emulator = await startEmulator({
    args: ['--timing', 'none', '--quiet'],
    env: base,
    quiet: true,
  });
  try {
    const env = {
      ...base,
      NO_COLOR: '1',
      SINGLESTOREDB_MANAGEMENT_BASE_URL: emulator.url,
      SINGLESTOREDB_API_KEY: 'bench',
      TRUEUP_STATE_KEY: 'made-up-key-of-the-benchmark-0123456789',
      TRUEUP_TIMING: timing,
    };
    const context = { cwd: stack, env, deadlineMs, url: emulator.url };
    const plan = ['plan', '--detailed-exitcode'];
    writeTrueupStack(stack, shape);
    report(await repeated(runs, () => job('plan from empty', plan, 2, context)));
    report(await job('apply', ['apply', '--auto-approve'], 0, context));
    report(await repeated(runs, () => job('no-op plan', plan, 0, context)));
    writeTrueupStack(stack, shape, { changed: true });
    const changed = await repeated(runs, () => job('plan, 1 % changed', plan, 2, context));
    const expected = `0 to add, ${changedCount(shape)} to change, 0 to destroy`;
    if (!changed.stdout.includes(expected)) throw new Error(`the plan does not say: ${expected}`);
    report(changed);
    report(await job('apply, 1 % changed', ['apply', '--auto-approve'], 0, context));
  } finally {
    await emulator.stop();
  }
}
