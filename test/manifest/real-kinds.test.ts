import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { Reference, Template } from '../../src/core/value.ts';
import { SourceTemplate, SourceTerm } from '../../src/manifest/source-term.ts';
import { stackSchema } from '../../src/manifest/stack-schema.ts';
import { PROVIDERS, kindTable } from '../../src/providers/registry.ts';
import { codes, load, resourceOf } from './_load.ts';

const kinds = kindTable(PROVIDERS);
const SETTINGS = `stack: acme
providers:
  singlestore: { organization: Acme Analytics }
state: { backend: file }
variables:
  region: { type: string, default: us-east-1 }
  appPassword: { type: string, sensitive: true, fromEnv: APP_PASSWORD }
guards:
  deletes: { maxShare: 0.3, minExisting: 10 }
`;
const MANIFEST = `workspaceGroups:
  main:
    name: acme-main
    provider: AWS
    regionName: \${var.region}
    project: { name: Standard Project }
    firewallRanges: [203.0.113.0/24]
    adminPassword: { fromEnv: ACME_ADMIN_PASSWORD }
    updateWindow: { day: 0, hour: 3 }
    lifecycle: { protect: true }
workspaces:
  app:
    workspaceGroup: main
    size: S-2
    autoSuspend: { suspendType: IDLE, suspendAfterSeconds: 1800 }
teams:
  analysts: { description: Reads reports, members: { users: [ann@acme.example], teams: [] } }
roles:
  night-operator: { resourceType: Cluster, permissions: [Operate], inherits: [{ resourceType: Cluster, role: Reader }] }
secrets:
  APP_DSN: { value: "mysql://app:\${var.appPassword}@\${workspaces.app.endpoint}/orders" }
accessControls:
  analysts-read-main: { object: { workspaceGroup: main }, role: Reader, teams: [analysts], users: [] }
outputs:
  app-endpoint: { value: "\${workspaces.app.endpoint}" }
`;

it('loads a stack of every kind', () => {
  const { stack, diagnostics } = load(
    { 'trueup.yaml': SETTINGS, 'prod.yaml': MANIFEST },
    { kinds },
  );
  expect(diagnostics).toEqual([]);
  if (stack === undefined) throw new Error('no stack');
  expect(stack.resources).toHaveLength(6);
  expect(resourceOf(stack, 'singlestore.workspaceGroups.main').fields).toMatchObject({
    regionName: 'us-east-1',
    project: new Reference('singlestore.projects', 'name', 'Standard Project'),
  });
  const group = resourceOf(stack, 'singlestore.workspaceGroups.main').fields;
  expect(group['adminPassword']).toBeInstanceOf(SourceTerm);
  expect(resourceOf(stack, 'singlestore.roles.night-operator').fields['role']).toBe(
    'night-operator',
  );
  expect(resourceOf(stack, 'singlestore.secrets.APP_DSN').fields['value']).toBeInstanceOf(
    SourceTemplate,
  );
  expect(stack.outputs[0]?.value).toBeInstanceOf(Template);
});

it('finds mistakes of the real shapes', () => {
  const text = `accessControls:\n  a: { object: { organization: true, team: { id: x } }, role: Reader }
workspaces:\n  w: { workspaceGroup: { name: G }, size: 3, endpont: x }\n`;
  expect(codes(load({ 'a.yaml': text }, { kinds }))).toEqual([
    'schema-value a.yaml:2',
    'schema-type a.yaml:4',
    'schema-unknown-field a.yaml:4',
  ]);
});

it('says in words what a form means that a value has not', () => {
  const result = load({ 'a.yaml': 'apps:\n  abc: { tags: { path: a/b } }\n' }, { kinds });
  const hints = result.diagnostics.map(({ hint }) => hint ?? '');
  expect(hints.toSorted()).toEqual([
    expect.stringContaining('4 to 38 letters, digits and hyphens'),
    expect.stringContaining('Values are letters, digits'),
  ]);
});

it('describes them for editors', () => {
  const validate = new Ajv({ strict: false }).compile(stackSchema(kinds));
  const group = {
    provider: 'AWS',
    regionName: '${var.r}',
    project: { name: 'P' },
    firewallRanges: [],
  };
  expect(validate({ workspaceGroups: { main: group } }) ? null : validate.errors).toBeNull();
  expect(validate({ workspaceGroups: { main: { ...group, provider: 'IBM' } } })).toBe(false);
});
