import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { codes, line, load, resourceOf, stackOf } from './_load.ts';

describe('variables', () => {
  const text =
    'variables: { r: { type: string, default: d } }\ngroups:\n  g: { region: "${var.r}" }\n';
  const files = {
    'a.yaml': text,
    'environments/prod.yaml': 'variables: { r: { default: overlay } }\n',
  };
  const given = {
    environment: 'prod',
    vars: { r: 'flag' },
    varFiles: [
      { name: 'one.yaml', text: 'r: first\n' },
      { name: 'two.json', text: '{"r": "file"}' },
    ],
    processEnv: { TRUEUP_VAR_r: 'env' },
  };

  it.each([
    ['flag', {}],
    ['file', { vars: {} }],
    ['env', { vars: {}, varFiles: [] }],
    ['overlay', { vars: {}, varFiles: [], processEnv: {} }],
    ['d', { vars: {}, varFiles: [], processEnv: {}, environment: '-' }],
  ])('take the value of the strongest origin: %s', (expected, override) => {
    const { stack } = load(files, { ...given, ...override });
    expect(stack?.resources[0]?.fields['region']).toBe(expected);
  });

  it('are read as their type', () => {
    const typed = `variables:\n  n: { type: number }\n  b: { type: boolean }\n  l: { type: list }
groups:\n  g: { region: x, firewallRanges: "\${var.l}" }
apps:\n  a: { group: g, size: S-1, replicas: "\${var.n}", suspended: "\${var.b}" }\n`;
    const stack = stackOf(typed, { vars: { n: '3', b: 'true', l: '["1.2.3.4/32"]' } });
    expect(resourceOf(stack, 'acme.apps.a').fields).toMatchObject({ replicas: 3, suspended: true });
    const wrong = load({ 'a.yaml': typed }, { vars: { n: 'x', b: '1', l: '{}' } });
    expect(codes(wrong)).toEqual([
      'variable-type a.yaml:2',
      'variable-type a.yaml:3',
      'variable-type a.yaml:4',
    ]);
  });

  it('are never quoted when they are sensitive, wherever the value came from', () => {
    const secret =
      'variables: { p: { sensitive: true } }\nteams:\n  t: { description: "${var.p}" }\n';
    const varFiles = [{ name: 'v.yaml', text: 'p: planted-value\nq: [\n' }];
    const result = load({ 'a.yaml': secret }, { varFiles });
    expect(JSON.stringify(result.diagnostics)).not.toContain('planted');
    const vars = { p: 'planted-value' };
    const echoed = load({ 'a.yaml': `${secret}  u: { description: [planted-value] }\n` }, { vars });
    expect(JSON.stringify(echoed.diagnostics)).not.toContain('planted');
    const value = stackOf(
      'variables: { p: { sensitive: true } }\nsecrets: { s: { value: "${var.p}" } }\n',
      { vars },
    );
    expect(value.resources[0]?.fields['value']).toBeInstanceOf(Secret);
  });

  it('that nobody declared are errors', () => {
    expect(load({}, { vars: { regoin: 'x' } }).diagnostics.map(line)).toEqual([
      'variable-undeclared - --var sets the variable "regoin", which is not declared',
    ]);
  });
});

describe('environments', () => {
  const base =
    'groups:\n  a: { region: x, firewallRanges: [1.1.1.1/32], updateWindow: { day: 1, hour: 2 } }\n  b: { region: y }\n';
  const prod =
    'groups:\n  a: { firewallRanges: !none , updateWindow: { hour: 5 } }\n  b: null\n  c: { region: z }\n';
  const files = { 'main.yaml': base, 'environments/prod.yaml': prod, 'environments/dev.yaml': '' };

  it('are merge patches over the merged documents', () => {
    const { stack } = load(files, { environment: 'prod' });
    expect(stack?.environment).toBe('prod');
    expect(stack?.resources.map(({ key, fields }) => [key, fields])).toEqual([
      ['a', { name: 'a', region: 'x', firewallRanges: [], updateWindow: { day: 1, hour: 5 } }],
      ['c', { name: 'c', region: 'z' }],
    ]);
  });

  it('keep the places of both files', () => {
    const { stack } = load(files, { environment: 'prod' });
    const [a, c] = stack?.resources ?? [];
    expect(a?.position).toMatchObject({ file: 'main.yaml', line: 2 });
    expect(a?.positionOf('/updateWindow/day')).toMatchObject({ file: 'main.yaml', line: 2 });
    expect(a?.positionOf('/updateWindow/hour')).toMatchObject({
      file: 'environments/prod.yaml',
      line: 2,
    });
    expect(c?.positionOf('/nothing')).toMatchObject({ file: 'environments/prod.yaml', line: 4 });
  });

  it('must be chosen where there are any', () => {
    expect(load(files, { environment: '-' }).stack?.environment).toBe('default');
    expect(load(files).diagnostics[0]).toMatchObject({
      code: 'environment-required',
      hint: '--env dev | prod | - (the base)',
    });
    expect(load(files, { environment: 'prd' }).diagnostics[0]).toMatchObject({
      code: 'environment-unknown',
      hint: 'did you mean "prod"?',
    });
    expect(codes(load({ 'main.yaml': base }, { environment: 'prod' }))).toEqual([
      'environment-unknown',
    ]);
    expect(load({ 'main.yaml': base }).stack?.environment).toBe('default');
  });
});

describe('a stack', () => {
  it('needs its settings', () => {
    const none = load({}, {});
    expect(none.stack?.name).toBe('acme');
    expect(codes(load({ 'trueup.yaml': '' }))).toEqual(['schema-missing-field trueup.yaml:1']);
  });

  it('has settings of its own and of its resources', () => {
    const { stack } = load({
      'trueup.yaml': `stack: acme
providers: { acme: { organization: "\${var.org}" } }
variables: { org: { default: Acme } }
state: { backend: file }
guards: { deletes: { maxShare: 0.5 } }
moved: [{ from: teams.old, to: teams.t }]
removed: [{ address: acme.teams.gone }]
imports: [{ to: teams.t, id: "4711" }]
`,
      'main.yaml': `teams:\n  t:\n    lifecycle: { protect: true, onRemove: forget, replace: allow, ignoreChanges: [members.users] }
    dependsOn: [groups.g]\n    timeouts: { create: 1h30m, delete: 45s }\ngroups:\n  g: { region: x }\n`,
    });
    expect(stack).toMatchObject({
      providers: { acme: { organization: 'Acme' } },
      guards: { deletes: { maxShare: 0.5, minExisting: 10 } },
      moved: [{ from: 'acme.teams.old', to: 'acme.teams.t' }],
      removed: [{ address: 'acme.teams.gone', destroy: false }],
      imports: [{ to: 'acme.teams.t', id: '4711' }],
    });
    expect(stack?.resources.find(({ key }) => key === 't')).toMatchObject({
      lifecycle: {
        protect: true,
        onRemove: 'forget',
        replace: 'allow',
        ignoreChanges: ['members.users'],
      },
      dependsOn: ['acme.groups.g'],
      timeouts: { createMs: 5_400_000, deleteMs: 45_000 },
    });
  });

  it('leaves out files that a manifest names as a source', () => {
    const files = {
      'main.yaml': 'secrets:\n  s: { value: { fromFile: ./spec.yaml } }\n',
      'spec.yaml': 'not: [a manifest\n',
    };
    expect(codes(load(files))).toEqual([]);
  });

  it('loads the same whatever the order of its files', () => {
    const files = { 'a.yaml': 'teams:\n  x: {}\n', 'b.yaml': 'groups:\n  g: { region: x }\n' };
    const reversed = Object.fromEntries(Object.entries(files).toReversed());
    const [one, other] = [files, reversed].map((from) => load(from).stack?.resources ?? []);
    expect(one?.map(({ address }) => address)).toEqual(['acme.groups.g', 'acme.teams.x']);
    expect(other?.map(({ address }) => address)).toEqual(['acme.groups.g', 'acme.teams.x']);
  });
});
