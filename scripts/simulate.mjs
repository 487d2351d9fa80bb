// Lives simulated lives of accounts: npm run simulate -- --seeds 1000
// A life is drawn from a seed: a stack, an API that misbehaves, disks that fail, processes that
// die, other users. After each, the promises of trueup are checked (docs/reliability.md). Ends with
// one line, `1000 seeds, N faults, 0 violations`; exit 1 when there are violations.
//
//   --seeds N     how many (200)           --from K       the first one (1)
//   --seed K      replay one, telling all  --preset P     within (default) or beyond: what comes
//   --seconds S   stop after this time                    late, comes beyond every window
//   --jobs N      processes (cores)        --failed-once  the seeds that failed once, first
//   --providers P singlestore, spice or both, instead of what the seed says
//   --table       fault and check, and how many runs or lives had both, for docs/reliability.md
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, setup } from './setup.mjs';

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    preset: { type: 'string', default: 'within' },
    providers: { type: 'string' },
    seconds: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    'failed-once': { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
});
const worker = join(root, 'dist', 'test', 'simulation', 'worker.js');
/** Counted, but not something that goes wrong. */
const NO_FAULT = /^(runs|requests|final applies|destroyed|twins|lives of)/;

/** Every life that is asked for, in order. */
function* requests() {
  const verbose = flags.seed !== undefined;
  const { preset, providers } = flags;
  if (verbose) {
    yield { seed: Number(flags.seed), preset, providers, verbose };
    return;
  }
  if (flags['failed-once']) {
    const file = join(root, 'test', 'simulation', 'failed-once.json');
    for (const life of JSON.parse(readFileSync(file, 'utf8'))) yield { ...life, verbose };
  }
  const first = Number(flags.from);
  for (let index = 0; index < Number(flags.seeds); index += 1) {
    yield { seed: first + index, preset, providers, verbose };
  }
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const byText = (a, b) => a.localeCompare(b);

/** A row for each fault, a column for each check. */
function table() {
  const names = [...new Set([...checks.values()].flatMap((sums) => [...sums.keys()]))];
  names.sort(byText);
  const rows = [...checks]
    .toSorted(([a], [b]) => Number(b === 'all') - Number(a === 'all') || byText(a, b))
    .map(([fault, sums]) =>
      row([
        fault,
        String(fault === 'all' ? '' : (counts.get(fault) ?? 0)),
        ...names.map((name) => String(sums.get(name) ?? '')),
      ]),
    );
  const line = row(['---', '--:', ...names.map(() => '--:')]);
  return [row(['what went wrong', 'times', ...names]), line, ...rows].join('\n');
}

/** Hands the requests to processes until there are none, or the time is over. */
function liveAll(lives, onReport) {
  const deadline = performance.now() + Number(flags.seconds ?? Infinity) * 1_000;
  const one = () =>
    new Promise((resolve, reject) => {
      const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      let current;
      const next = () => {
        const { value, done } = performance.now() > deadline ? { done: true } : lives.next();
        current = value;
        if (done) child.disconnect();
        else child.send(value);
      };
      child.on('message', (report) => {
        current = undefined;
        onReport(report);
        next();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (current === undefined) return resolve();
        onReport({
          seed: current.seed,
          violations: [`the process ended with ${code}`],
          counts: {},
        });
        return resolve(one());
      });
      next();
    });
  const jobs = flags.seed === undefined ? Math.max(1, Number(flags.jobs)) : 1;
  return Promise.all(Array.from({ length: jobs }, one));
}

setup();
const startedMs = performance.now();
const counts = new Map();
const checks = new Map();
let [seeds, violations] = [0, 0];
await liveAll(requests(), (report) => {
  seeds += 1;
  for (const [name, count] of Object.entries(report.counts)) {
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  for (const [fault, told] of Object.entries(report.checks ?? {})) {
    const sums = checks.get(fault) ?? new Map();
    checks.set(fault, sums);
    for (const [check, count] of Object.entries(told)) {
      sums.set(check, (sums.get(check) ?? 0) + count);
    }
  }
  for (const violation of report.violations) {
    violations += 1;
    console.log(`seed ${report.seed}: ${violation}`);
  }
});
const seconds = (performance.now() - startedMs) / 1_000;
let faults = 0;
for (const [name, count] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) {
  if (!NO_FAULT.test(name)) faults += count;
  console.log(`${String(count).padStart(9)}  ${name}`);
}
if (flags.table) console.log(table());
console.log(`${(seeds / seconds).toFixed(1)} seeds a second`);
console.log(`${seeds} seeds, ${faults} faults, ${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;
