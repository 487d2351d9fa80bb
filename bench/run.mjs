// The benchmark: node bench/run.mjs [--sizes 1000,10000] [--runs 3] [--terraform-apply-max 1200]
//   [--deadline 300] [--no-terraform] [--only-terraform] [--keep]
// Prints one Markdown table. Ratios are Terraform's number divided by trueup's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setup } from '../scripts/setup.mjs';
import { shapeOf } from './support/shape.mjs';
import { findTerraform, measureTerraform } from './support/terraform.mjs';
import { measureTrueup } from './support/trueup.mjs';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000' },
    runs: { type: 'string', default: '3' },
    'terraform-apply-max': { type: 'string', default: '1200' },
    deadline: { type: 'string', default: '300' },
    'no-terraform': { type: 'boolean', default: false },
    'only-terraform': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const deadlineMs = Number(flags.deadline) * 1000;

const seconds = (value) => (value === undefined ? '–' : value.toFixed(value < 10 ? 2 : 1));
const mebibytes = (value) => (value === undefined ? '–' : value.toFixed(0));
const ratio = (theirs, ours) =>
  theirs === undefined || ours === undefined || ours === 0 ? '–' : `${(theirs / ours).toFixed(1)}×`;

function tableRow(total, name, ours, theirs) {
  const wall = theirs?.timeout === true ? `> ${seconds(theirs.wallS)}` : seconds(theirs?.wallS);
  return [
    total,
    name,
    seconds(ours?.wallS),
    seconds(ours?.cpuS),
    mebibytes(ours?.peakMiB),
    ours === undefined ? '–' : `${ours.reads} + ${ours.writes}`,
    wall,
    seconds(theirs?.cpuS),
    mebibytes(theirs?.peakMiB),
    `${theirs?.timeout === true ? '> ' : ''}${ratio(theirs?.wallS, ours?.wallS)}`,
    ratio(theirs?.peakMiB, ours?.peakMiB),
  ];
}

const header = [
  'resources',
  'job',
  'trueup, s',
  'CPU, s',
  'peak, MiB',
  'requests: reads + writes',
  'terraform, s',
  'CPU, s',
  'peak, MiB',
  'wall, ratio',
  'memory, ratio',
];
const jobs = ['plan from empty', 'apply', 'no-op plan', 'plan, 1 % changed', 'apply, 1 % changed'];

/** Runs one part of a benchmark; tells when it fails and goes on. */
async function attempt(run) {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** Measures one size; what fails is told and leaves its cells empty. */
async function measureSize(size, terraform) {
  const shape = shapeOf(size);
  const directory = mkdtempSync(join(tmpdir(), 'trueup-bench-'));
  const [ours, theirs] = [new Map(), new Map()];
  const reporter = (program, results) => (result) => {
    results.set(result.name, result);
    process.stderr.write(`${shape.total} ${program} ${result.name}: ${seconds(result.wallS)} s\n`);
  };
  const common = { directory, deadlineMs };
  if (!flags['only-terraform']) {
    const options = { ...common, runs: Number(flags.runs), report: reporter('trueup', ours) };
    await attempt(() => measureTrueup(shape, options));
  }
  if (terraform !== undefined) {
    const applyMax = Number(flags['terraform-apply-max']);
    const options = { ...common, applyMax, report: reporter(terraform.command, theirs) };
    await attempt(() => measureTerraform(terraform, shape, options));
  }
  if (flags.keep) process.stderr.write(`kept ${directory}\n`);
  else rmSync(directory, { recursive: true, force: true });
  return {
    shape,
    rows: jobs.map((job) => tableRow(shape.total, job, ours.get(job), theirs.get(job))),
    ours,
  };
}

/** What the reads of a plan may grow with: groups, resource types of roles, and a constant. */
function readBound({ shape, ours }) {
  const reads = ours.get('no-op plan')?.reads;
  if (reads === undefined) return [];
  const roleTypes = 1;
  const bound = shape.groups + roleTypes + 12;
  const verdict = reads <= bound ? 'within' : 'ABOVE';
  return [
    `- ${shape.total} resources: a no-op plan made ${reads} reads, ${verdict} the bound ${bound}.`,
  ];
}

setup();
const terraform = flags['no-terraform'] ? undefined : findTerraform();
const results = [];
for (const size of flags.sizes.split(',').map(Number))
  results.push(await measureSize(size, terraform));
const line = (cells) => `| ${cells.join(' | ')} |`;
process.stdout.write(
  [
    line(header),
    line(header.map(() => '---')),
    ...results.flatMap(({ rows }) => rows.map(line)),
    '',
    `Node ${process.versions.node}` +
      (terraform === undefined ? '' : `, ${terraform.command} ${terraform.version}`) +
      `; plans of trueup are the median of ${flags.runs} runs, everything else ran once.`,
    ...results.flatMap(readBound),
    '',
  ].join('\n'),
);
