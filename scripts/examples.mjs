// Runs every example stack against the embedded emulator: apply, an empty plan, destroy.
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, runTrueup } from './support/emulator.mjs';
import { root, setup } from './setup.mjs';

const stacks = join(root, 'examples', 'stacks');
const destroyAll = ['--auto-approve', '--allow', 'data-loss=*', '--allow', 'lockout=*'];

/** What the environments of the examples read from the shell; made-up, and they open nothing. */
const madeUp = {
  ACME_PROD_ADMIN_PASSWORD: 'Fake-V7r2-Yf4z-Pg9!',
  ACME_PROD_APP_PASSWORD: 'Fake-W8s3-Zh5x-Qj2!',
  ACME_PROD_ETL_TOKEN: 'fake-token-of-the-example-stack',
};

/** Protected resources make `destroy` refuse; elsewhere it ends with nothing left. */
const protectedEnvironments = ['acme/prod'];

function environmentsOf(stack) {
  const folder = join(stacks, stack, 'environments');
  if (!existsSync(folder)) return [undefined];
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => file.replace(/\.ya?ml$/, ''))
    .toSorted();
}

async function runStack(stack, environment, temporary) {
  const directory = join(temporary, stack, environment ?? 'default');
  cpSync(join(stacks, stack), directory, {
    recursive: true,
    filter: (source) => !source.endsWith('.trueup'),
  });
  const common = [
    `--emulate=${join(temporary, 'account', stack, environment ?? 'default')}`,
    ...(environment === undefined ? [] : ['--env', environment]),
  ];
  const env = cleanEnvironment({ ...madeUp, NO_COLOR: '1' });
  const isProtected = protectedEnvironments.includes(`${stack}/${environment}`);
  const steps = [
    { args: ['validate', ...common.slice(1)], code: 0 },
    { args: ['plan', ...common, '--detailed-exitcode'], code: 2 },
    { args: ['apply', ...common, '--auto-approve'], code: 0 },
    { args: ['plan', ...common, '--detailed-exitcode'], code: 0 },
    { args: ['drift', ...common], code: 0 },
    { args: ['destroy', ...common, ...destroyAll], code: isProtected ? 4 : 0 },
  ];
  for (const { args, code } of steps) {
    const result = await runTrueup(args, { cwd: directory, env });
    if (result.code !== code) {
      process.stdout.write(`${result.stdout}${result.stderr}`);
      throw new Error(`trueup ${args.join(' ')} ended with ${result.code}, not ${code}`);
    }
  }
}

const temporary = mkdtempSync(join(tmpdir(), 'trueup-examples-'));
let passed = 0;
let failed = 0;
try {
  setup();
  for (const stack of readdirSync(stacks).toSorted()) {
    for (const environment of environmentsOf(stack)) {
      const name = environment === undefined ? stack : `${stack}, environment ${environment}`;
      try {
        await runStack(stack, environment, temporary);
        passed += 1;
        process.stdout.write(`ok   ${name}\n`);
      } catch (error) {
        failed += 1;
        const message = error instanceof Error ? error.message : String(error);
        process.stdout.write(`FAIL ${name}: ${message}\n`);
      }
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`examples: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
