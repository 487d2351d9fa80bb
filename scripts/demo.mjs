// The tour, run for real: plan, apply, an empty plan, a change behind trueup's back, drift, repair,
// destroy. Against an emulated account, in a copy of the quick-start stack; needs no account.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { cleanEnvironment, runTrueup, startEmulator } from './support/emulator.mjs';
import { root, setup } from './setup.mjs';

const apiKey = 'demo';
const visibleWithinMs = 10_000;

/** Calls the emulated API as a colleague at the portal would: not through trueup. */
async function callApi(url, method, path, body) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(visibleWithinMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function groupNamed(url, name) {
  const groups = await callApi(url, 'GET', '/v1/workspaceGroups');
  return groups.find((group) => group.name === name);
}

/** Opens the firewall of the group and waits until the API shows it: such changes come late. */
async function openFirewall(url, name, range) {
  const group = await groupNamed(url, name);
  if (group === undefined) throw new Error(`there is no workspace group ${name}`);
  process.stdout.write(
    `\n$ curl -X PATCH …/v1/workspaceGroups/${group.workspaceGroupID}` +
      ` -d '{"firewallRanges":["${range}"]}'   # somebody, by hand\n`,
  );
  await callApi(url, 'PATCH', `/v1/workspaceGroups/${group.workspaceGroupID}`, {
    firewallRanges: [range],
  });
  const giveUpAtMs = performance.now() + visibleWithinMs;
  for (;;) {
    const seen = await groupNamed(url, name);
    if (seen?.firewallRanges?.includes(range) === true) return;
    if (performance.now() > giveUpAtMs) throw new Error('the API never showed the new firewall');
    await sleep(100);
  }
}

function assertOutput(output, expected) {
  for (const text of expected) {
    if (!output.includes(text)) throw new Error(`expected the output to contain "${text}"`);
  }
}

async function tour(url, directory) {
  const env = cleanEnvironment({
    SINGLESTOREDB_MANAGEMENT_BASE_URL: url,
    SINGLESTOREDB_API_KEY: apiKey,
    TRUEUP_TIMING: 'fast',
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  });
  const step = async (args, code, expected) => {
    process.stdout.write(`\n$ trueup ${args.join(' ')}\n`);
    const result = await runTrueup(args, { cwd: directory, env, echo: true });
    process.stdout.write(`(exit ${result.code})\n`);
    if (result.code !== code) throw new Error(`expected exit ${code}, got ${result.code}`);
    assertOutput(stripVTControlCharacters(result.stdout), expected);
  };
  await step(['plan'], 0, ['workspaceGroups.quickstart', '4 to add, 0 to change, 0 to destroy']);
  await step(['apply', '--auto-approve'], 0, ['Apply complete!']);
  await step(['plan', '--detailed-exitcode'], 0, ['No changes.']);
  await openFirewall(url, 'quickstart', '198.51.100.0/24');
  await step(['drift'], 2, ['workspaceGroups.quickstart', 'firewallRanges', '198.51.100.0/24']);
  await step(['apply', '--auto-approve'], 0, ['1 changed', 'Apply complete!']);
  await step(['plan', '--detailed-exitcode'], 0, ['No changes.']);
  await step(['destroy', '--auto-approve', '--allow', 'data-loss=*'], 0, ['4 destroyed']);
  // As in the real API, lists show a deleted object for a little while.
  for (let tries = 0; (await groupNamed(url, 'quickstart')) !== undefined; tries += 1) {
    if (tries === 50) throw new Error('the workspace group is still there');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const startedMs = performance.now();
const temporary = mkdtempSync(join(tmpdir(), 'trueup-demo-'));
let emulator;
try {
  setup();
  const directory = join(temporary, 'quickstart');
  cpSync(join(root, 'examples', 'stacks', 'quickstart'), directory, {
    recursive: true,
    filter: (source) => !source.endsWith('.trueup'),
  });
  emulator = await startEmulator();
  process.stdout.write(`An emulated SingleStore account listens on ${emulator.url}\n`);
  await tour(emulator.url, directory);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`\nDemo complete: every step did what was expected (${seconds} s).\n`);
} catch (error) {
  process.stderr.write(`\ndemo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await emulator?.stop();
  rmSync(temporary, { recursive: true, force: true });
}
