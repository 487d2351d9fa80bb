// How near an apply comes to what it cannot beat: node bench/apply-bound.mjs [--size 1000]
// An apply takes at least its critical path, and at least its requests divided by the rate, where
// requests are the writes, the lists of one refresh and one read for each settle. Measured once
// with a low rate and no provisioning, once with a high rate and known provisioning times.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment, cli, startEmulator } from '../scripts/support/emulator.mjs';
import { setup } from '../scripts/setup.mjs';
import { countRequests, setTiming } from './support/control.mjs';
import { measure } from './support/measure.mjs';
import { shapeOf, writeTrueupStack } from './support/shape.mjs';

const { values: flags } = parseArgs({ options: { size: { type: 'string', default: '1000' } } });
const factorMax = 1.15;
const deadlineMs = 120_000;

const cases = [
  {
    name: 'rate: 200 requests a second, nothing provisions',
    ratePerSecond: 200,
    emulated: { groupCreateMs: 0, workspaceCreateMs: 0 },
    timing: 'fast,equalReads=1,settleMsMin=0,pollMs=50,provisioningMax=1000',
  },
  {
    name: 'path: a group takes 10 s, a workspace 20 s',
    ratePerSecond: 2000,
    emulated: { groupCreateMs: 10_000, workspaceCreateMs: 20_000 },
    timing: 'fast,equalReads=1,settleMsMin=0,pollMs=250,pollMsMax=250,provisioningMax=1000',
  },
];

/** One apply from nothing: seconds taken, and the two bounds. */
async function measureCase(shape, { ratePerSecond, emulated, timing }) {
  const cwd = mkdtempSync(join(tmpdir(), 'trueup-bound-'));
  const { NODE_EXTRA_CA_CERTS: _, ...base } = cleanEnvironment();
  const emulator = await startEmulator({
    args: ['--timing', 'none', '--quiet'],
    env: base,
    quiet: true,
  });
  try {
    await setTiming(emulator.url, emulated);
    writeTrueupStack(cwd, shape);
    const env = {
      ...base,
      SINGLESTOREDB_MANAGEMENT_BASE_URL: emulator.url,
      SINGLESTOREDB_API_KEY: 'bench',
      TRUEUP_STATE_KEY: 'made-up-key-of-the-benchmark-0123456789',
      TRUEUP_TIMING: timing,
    };
    const run = async (args) => {
      const before = await countRequests(emulator.url);
      const speed = ['--rate', String(ratePerSecond), '--parallelism', '100'];
      const options = { cwd, env, deadlineMs };
      const result = await measure(process.execPath, [cli, ...args, ...speed], options);
      if (result.code !== 0) throw new Error(`${args[0]}: ${result.code} ${result.stderr}`);
      const after = await countRequests(emulator.url);
      return {
        wallS: result.wallS,
        reads: after.reads - before.reads,
        writes: after.writes - before.writes,
      };
    };
    const refresh = (await run(['plan'])).reads;
    const apply = await run(['apply', '--auto-approve']);
    const needed = apply.writes + refresh + apply.writes;
    const pathS = (emulated.groupCreateMs + emulated.workspaceCreateMs) / 1000;
    return { ...apply, needed, pathS, rateS: needed / ratePerSecond };
  } finally {
    await emulator.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
}

setup();
const shape = shapeOf(Number(flags.size));
const write = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
write(['apply', 'took, s', 'path, s', 'requests ÷ rate, s', 'factor', 'needed', 'sent']);
write(['---', '---', '---', '---', '---', '---', '---']);
for (const item of cases) {
  const { wallS, pathS, rateS, needed, reads, writes } = await measureCase(shape, item);
  const factor = wallS / Math.max(pathS, rateS);
  if (factor > factorMax) process.exitCode = 1;
  const numbers = [wallS.toFixed(1), pathS.toFixed(1), rateS.toFixed(1), factor.toFixed(2)];
  write([item.name, ...numbers, needed, reads + writes]);
}
if (process.exitCode === 1) process.stdout.write(`\nABOVE the factor ${factorMax}.\n`);
