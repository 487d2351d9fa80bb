// The shape every benchmark uses: five workspaces and two secrets per group, a team and a role per
// ten groups.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const workspacesPerGroup = 5;
const secretsPerGroup = 2;
const groupsPerTeam = 10;
const groupsPerFile = 50;

const number = (n) => String(n).padStart(5, '0');
const range = (length) => Array.from({ length }, (_, index) => index);

/** As many whole groups as come closest to `resources`. */
export function shapeOf(resources) {
  const perGroup = 1 + workspacesPerGroup + secretsPerGroup + 2 / groupsPerTeam;
  const groups = Math.max(1, Math.round(resources / perGroup));
  const teams = Math.ceil(groups / groupsPerTeam);
  const workspaces = groups * workspacesPerGroup;
  const total = groups * (1 + workspacesPerGroup + secretsPerGroup) + 2 * teams;
  return { groups, teams, workspaces, total };
}

/** Every `step`-th workspace has another size: one change in a hundred resources. */
function sizeOf(shape, workspace, changed) {
  const step = Math.floor(shape.workspaces / Math.max(1, Math.round(shape.total / 100)));
  return changed && workspace % Math.max(1, step) === 0 ? 'S-0' : 'S-00';
}

export function changedCount(shape) {
  return range(shape.workspaces).filter((w) => sizeOf(shape, w, true) === 'S-0').length;
}

function trueupGroups(shape, from, to, changed) {
  const groups = range(to - from).map((offset) => from + offset);
  const workspaces = groups.flatMap((g) =>
    range(workspacesPerGroup).map((w) => {
      const size = sizeOf(shape, g * workspacesPerGroup + w, changed);
      return `  workspace-${number(g)}-${w}: { workspaceGroup: group-${number(g)}, size: ${size} }`;
    }),
  );
  const secrets = groups.flatMap((g) =>
    range(secretsPerGroup).map((s) => {
      const key = `SECRET_${number(g)}_${s}`;
      return `  ${key}: { value: "\${var.token}-${number(g)}-${s}" }`;
    }),
  );
  return [
    'workspaceGroups:',
    ...groups.map((g) =>
      [
        `  group-${number(g)}:`,
        '    provider: AWS',
        '    regionName: us-east-1',
        '    firewallRanges: [203.0.113.0/24]',
        '    adminPassword: "${var.adminPassword}"',
      ].join('\n'),
    ),
    'workspaces:',
    ...workspaces,
    'secrets:',
    ...secrets,
    '',
  ].join('\n');
}

/** Writes the manifests of the shape; `changed` with one resource in a hundred changed. */
export function writeTrueupStack(directory, shape, { changed = false } = {}) {
  mkdirSync(directory, { recursive: true });
  const write = (name, text) => writeFileSync(join(directory, name), text);
  write(
    'trueup.yaml',
    [
      'stack: bench',
      'variables:',
      '  token: { type: string, sensitive: true, fromFile: token.txt }',
      '  adminPassword: { type: string, sensitive: true, fromFile: admin-password.txt }',
      '',
    ].join('\n'),
  );
  write('token.txt', 'made-up-token-of-the-benchmark\n');
  write('admin-password.txt', 'Fake-X9t4-Aj6v-Rk3!\n');
  for (let from = 0; from < shape.groups; from += groupsPerFile) {
    const to = Math.min(shape.groups, from + groupsPerFile);
    write(`groups-${number(from)}.yaml`, trueupGroups(shape, from, to, changed));
  }
  const teams = range(shape.teams);
  write(
    'access.yaml',
    [
      'teams:',
      ...teams.map(
        (t) => `  team-${number(t)}: { description: Team ${t}, members: { users: [], teams: [] } }`,
      ),
      'roles:',
      ...teams.map(
        (t) =>
          `  role-${number(t)}: { resourceType: Cluster, permissions: [],` +
          ' inherits: [{ resourceType: Cluster, role: Reader }] }',
      ),
      '',
    ].join('\n'),
  );
}

/** Every resource of the shape for Terraform: its name, its input, and what it refers to. */
function* terraformResources(shape, changed) {
  for (const g of range(shape.groups)) {
    const group = `group_${number(g)}`;
    yield {
      name: group,
      input: { name: group, provider: 'AWS', regionName: 'us-east-1', firewall: '203.0.113.0/24' },
    };
    for (const w of range(workspacesPerGroup)) {
      const size = sizeOf(shape, g * workspacesPerGroup + w, changed);
      yield { name: `workspace_${number(g)}_${w}`, input: { size }, parent: group };
    }
    for (const s of range(secretsPerGroup)) {
      const name = `secret_${number(g)}_${s}`;
      yield { name, input: { name, value: `token-${number(g)}-${s}` } };
    }
  }
  for (const t of range(shape.teams)) {
    yield { name: `team_${number(t)}`, input: { description: `Team ${t}` } };
    yield { name: `role_${number(t)}`, input: { resourceType: 'Cluster', inherits: 'Reader' } };
  }
}

/** Writes the same shape as `terraform_data` resources, which need neither provider nor network. */
export function writeTerraformStack(directory, shape, { changed = false } = {}) {
  mkdirSync(directory, { recursive: true });
  const blocks = [...terraformResources(shape, changed)].map(({ name, input, parent }) => {
    const fields = Object.entries(input).map(([key, value]) => `    ${key} = "${value}"`);
    if (parent !== undefined) fields.push(`    group = terraform_data.${parent}.id`);
    return `resource "terraform_data" "${name}" {\n  input = {\n${fields.join('\n')}\n  }\n}\n`;
  });
  writeFileSync(join(directory, 'main.tf'), blocks.join('\n'));
}

/**
 * Writes the state Terraform would have after applying the shape. Applying ten thousand resources
 * takes it about an hour, a plan over the finished state is what is measured.
 */
export function writeTerraformState(directory, shape, version) {
  const resources = [...terraformResources(shape, false)].map(({ name, input, parent }) => {
    const value = parent === undefined ? input : { ...input, group: `id-${parent}` };
    const type = ['object', Object.fromEntries(Object.keys(value).map((key) => [key, 'string']))];
    const attributes = {
      id: `id-${name}`,
      input: { value, type },
      output: { value, type },
      triggers_replace: null,
    };
    const dependencies = parent === undefined ? [] : [`terraform_data.${parent}`];
    return {
      mode: 'managed',
      type: 'terraform_data',
      name,
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [{ schema_version: 0, attributes, sensitive_attributes: [], dependencies }],
    };
  });
  const state = {
    version: 4,
    terraform_version: version,
    serial: 1,
    lineage: '00000000-0000-4000-8000-000000000000',
    outputs: {},
    resources,
    check_results: null,
  };
  writeFileSync(join(directory, 'terraform.tfstate'), JSON.stringify(state));
}
