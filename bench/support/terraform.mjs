// The same shape in Terraform: `terraform_data` resources and a local state, without provider
// process and network, so a lower bound of what it takes for a real account.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.mjs';
import { writeTerraformStack, writeTerraformState } from './shape.mjs';

const env = {
  ...process.env,
  CHECKPOINT_DISABLE: '1',
  TF_IN_AUTOMATION: '1',
  TF_CLI_CONFIG_FILE: process.platform === 'win32' ? 'NUL' : '/dev/null',
};

/** The first of the binaries that is installed, with its version; undefined when none is. */
export function findTerraform() {
  for (const command of ['terraform', 'tofu']) {
    const result = spawnSync(command, ['version', '-json'], { encoding: 'utf8', env });
    if (result.status === 0)
      return { command, version: JSON.parse(result.stdout).terraform_version };
  }
  return undefined;
}

/** Measures every job in turn; applies only up to `applyMax` resources: it is quadratic. */
export async function measureTerraform(terraform, shape, options) {
  const { directory, deadlineMs, applyMax, report } = options;
  const cwd = join(directory, 'terraform');
  const job = async (name, args, code) => {
    const result = await measure(terraform.command, args, { cwd, env, deadlineMs });
    if (result.code === 'timeout') {
      report({ name, timeout: true, wallS: deadlineMs / 1000 });
      return false;
    }
    if (result.code !== code)
      throw new Error(`${name}: ${result.code}\n${result.stderr.slice(-1500)}`);
    report({ ...result, name });
    return true;
  };
  const plan = ['plan', '-no-color', '-input=false', '-detailed-exitcode'];
  const apply = ['apply', '-no-color', '-input=false', '-auto-approve'];
  const applies = shape.total <= applyMax;
  writeTerraformStack(cwd, shape);
  const init = await measure(terraform.command, ['init', '-no-color'], { cwd, env, deadlineMs });
  if (init.code !== 0) throw new Error(`terraform init: ${init.stderr.slice(-1500)}`);
  await job('plan from empty', plan, 2);
  const applied = applies && (await job('apply', apply, 0));
  if (!applied) {
    rmSync(join(cwd, 'terraform.tfstate'), { force: true });
    rmSync(join(cwd, '.terraform.tfstate.lock.info'), { force: true });
    writeTerraformState(cwd, shape, terraform.version);
  }
  await job('no-op plan', plan, 0);
  writeTerraformStack(cwd, shape, { changed: true });
  await job('plan, 1 % changed', plan, 2);
  if (applies) await job('apply, 1 % changed', apply, 0);
}
