// What starting trueup costs: `trueup --version` and `--help` against `node -e 0`, medians.
import { spawnSync } from 'node:child_process';
import { cleanEnvironment, cli } from '../scripts/support/emulator.mjs';
import { setup } from '../scripts/setup.mjs';
import { median } from './support/median.mjs';

const runs = 21;
const bound = 2.5;

setup();
const { NODE_EXTRA_CA_CERTS: _, ...env } = cleanEnvironment();

/** Milliseconds of every program, run in turns so that a busy moment hits all of them alike. */
function timesOf(programs) {
  const times = programs.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, args] of programs.entries()) {
      const startedMs = performance.now();
      const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' });
      times[index].push(performance.now() - startedMs);
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    }
  }
  return times.map(median);
}

const [empty, version, help] = timesOf([
  ['-e', '0'],
  [cli, '--version'],
  [cli, '--help'],
]);
const row = (name, ms) => `| ${name} | ${ms.toFixed(0)} | ${(ms / empty).toFixed(2)}× |\n`;
process.stdout.write(`| program | ms | of \`node -e 0\` |\n| --- | --- | --- |\n`);
process.stdout.write(row('`node -e 0`', empty));
process.stdout.write(row('`trueup --version`', version));
process.stdout.write(row('`trueup --help`', help));
if (version > bound * empty) {
  process.stdout.write(`\n\`trueup --version\` takes more than ${bound} times \`node -e 0\`.\n`);
  process.exitCode = 1;
}
