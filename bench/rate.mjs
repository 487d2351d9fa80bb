// How well the rate of an API is found out: node bench/rate.mjs [--seed 1] [--rates 2,10,100]
// Drives the real limiter on a virtual clock against a model of an API that limits requests
// (test/_helpers/limited-api.ts) and prints one Markdown table; the same seed prints the same.
import { parseArgs } from 'node:util';
import { setup } from '../scripts/setup.mjs';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rates: { type: 'string', default: '2,10,100' },
  },
});

const shapes = {
  'bucket of 1 s': { type: 'bucket', burstSeconds: 1 },
  'bucket of 10 s': { type: 'bucket', burstSeconds: 10 },
  'window of 1 s': { type: 'fixed', seconds: 1 },
  'window of 10 s': { type: 'fixed', seconds: 10 },
  'window of 60 s': { type: 'fixed', seconds: 60 },
  'sliding 1 s': { type: 'sliding', seconds: 1 },
  'sliding 10 s': { type: 'sliding', seconds: 10 },
  'sliding 60 s': { type: 'sliding', seconds: 60 },
};
const tolds = [
  ['nothing', {}],
  ['Retry-After', { retryAfter: 'seconds' }],
  ['X-RateLimit-*', { headers: { prefix: 'x-ratelimit', reset: 'epoch' } }],
];
const changes = [
  ['–', 1],
  ['÷ 2', 0.5],
  ['× 2', 2],
];

/** Long enough for 300 requests and some windows on each side of the change. */
function timesOf(perSecond, change, shape) {
  const windowMs = (shape.seconds ?? 0) * 1000;
  const requestsMs = 300_000 / (perSecond * Math.min(1, change));
  return {
    halfMs: Math.max(
      perSecond > 50 ? 60_000 : 180_000,
      requestsMs,
      windowMs * (perSecond > 50 ? 5 : 10),
    ),
    settleMs: Math.max(20_000, windowMs * 2),
  };
}

setup();
const model = new URL('../dist/test/_helpers/rate-run.js', import.meta.url);
const { runRate } = await import(model.href);
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const write = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

write([
  'a second',
  'told',
  'change',
  ...Object.keys(shapes).map((name) => `${name}: used, refused`),
]);
write(['---', '---', '---', ...Object.keys(shapes).map(() => '---')]);
const startMs = performance.now();
let requests = 0;
let seconds = 0;
for (const [told, headers] of tolds) {
  for (const perSecond of flags.rates.split(',').map(Number)) {
    for (const [change, factor] of changes) {
      const cells = [];
      for (const shape of Object.values(shapes)) {
        const run = await runRate({
          seed: Number(flags.seed),
          shape,
          told: headers,
          perSecond,
          change: factor,
          // What is allowed at once must not be what limits: half a second's worth, 10 at least.
          parallelism: Math.max(10, Math.ceil((perSecond * Math.max(1, factor)) / 2)),
          ...timesOf(perSecond, factor, shape),
        });
        requests += run.judged;
        seconds += run.seconds;
        cells.push(`${percent(run.usedShare)}, ${percent(run.refusedShare)}`);
      }
      write([perSecond, told, change, ...cells]);
    }
  }
}
process.stdout.write(
  `\nSeed ${flags.seed}: ${requests} judged requests in ${Math.round(seconds)} virtual seconds.\n`,
);
process.stderr.write(`${((performance.now() - startMs) / 1000).toFixed(0)} s\n`);
