import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { codes, line, load, resourceOf, stackOf } from './_load.ts';

/** What is wrong with a group whose changes of one field are ignored. */
function ignoring(path: string) {
  const lifecycle = `lifecycle: { ignoreChanges: [${path}] }`;
  return load({ 'main.yaml': `groups:\n  g: { region: x, ${lifecycle} }\n` }).diagnostics;
}

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
    const broken = [
      'p: planted-value\np: planted-value\n',
      'p: !x planted-value\n',
      '__proto__: planted-value\n',
    ];
    for (const one of broken) {
      const told = load({ 'a.yaml': secret }, { varFiles: [{ name: 'v.yaml', text: one }] });
      expect(JSON.stringify(told.diagnostics)).not.toContain('planted');
    }
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

  it('ignores changes of nothing less than what is compared by itself', () => {
    expect(ignoring('updateWindow')).toEqual([]);
    expect(ignoring('updateWindow.day')).toMatchObject([
      {
        code: 'schema-value',
        message:
          '"updateWindow" is compared as a whole: "updateWindow.day" cannot be ignored by itself',
        hint: 'ignore "updateWindow"',
      },
    ]);
  });

  it('leaves out files that a manifest names as a source', () => {
    const files = {
      'main.yaml': 'secrets:\n  s: { value: { fromFile: ./spec.yaml } }\n',
      'spec.yaml': 'not: [a manifest\n',
    };
    expect(codes(load(files))).toEqual([]);
  });

  it('leaves out files that the overlay of another environment names', () => {
    const files = {
      'main.yaml': 'secrets:\n  s: { value: { fromEnv: X } }\n',
      'prod.yaml': 'not: [a manifest\n',
      'sub.yaml': 'not: [a manifest\n',
      'environments/prod.yaml':
        'secrets:\n  s: { value: { fromEnv: null, fromFile: prod.yaml } }\n',
      'environments/test.yaml':
        'secrets:\n  s: { value: { fromEnv: null, fromFile: a/../sub.yaml } }\n',
    };
    for (const environment of ['prod', 'test', '-']) {
      expect(codes(load(files, { environment }))).toEqual([]);
    }
  });

  it('says where include is read', () => {
    const found = load({ 'a.yaml': 'include: [sub/*.yaml]\n' }).diagnostics;
    expect(found.map(({ code, hint }) => [code, hint])).toEqual([
      ['include-unmatched', 'include is read in trueup.yaml only: write it there'],
    ]);
  });

  it('refuses a variable that no expression can name', () => {
    expect(codes(load({ 'a.yaml': 'variables:\n  "a b": { default: x }\n' }))).toEqual([
      'key-invalid a.yaml:2',
    ]);
  });

  it('loads the same whatever the order of its files', () => {
    const files = { 'a.yaml': 'teams:\n  x: {}\n', 'b.yaml': 'groups:\n  g: { region: x }\n' };
    const reversed = Object.fromEntries(Object.entries(files).toReversed());
    const [one, other] = [files, reversed].map((from) => load(from).stack?.resources ?? []);
    expect(one?.map(({ address }) => address)).toEqual(['acme.groups.g', 'acme.teams.x']);
    expect(other?.map(({ address }) => address)).toEqual(['acme.groups.g', 'acme.teams.x']);
  });
});

describe('an environment', () => {
  it('is made by one file', () => {
    const files = {
      'environments/prod.yaml': 'teams: { a: {} }\n',
      'environments/prod.yml': 'teams: {}\n',
    };
    const { stack, diagnostics } = load(files, { environment: 'prod' });
    expect(stack).toBeUndefined();
    expect(diagnostics.map(line)).toEqual([
      'key-duplicate - environments/prod.yaml and environments/prod.yml are the same environment; one file makes it',
    ]);
  });

  it('is not offered under the name of the base', () => {
    const files = { 'environments/default.yaml': '', 'environments/prod.yaml': '' };
    expect(load(files).diagnostics.map(({ hint }) => hint)).toEqual(['--env prod | - (the base)']);
  });

  it.each([
    [
      'secrets: { s: { value: { fromEnv: A } } }',
      'secrets: { s: { value: { fromFile: b } } }',
      'fromEnv',
    ],
    [
      'groups: { g: { region: x } }\napps: { a: { size: S-1, group: { name: x } } }',
      'apps: { a: { group: { id: y } } }',
      'name',
    ],
    ['variables: { v: { default: x } }', 'variables: { v: { fromEnv: X } }', 'default'],
  ])(
    'that adds what excludes a member of the base is told how to remove it: %s',
    (base, patch, name) => {
      const files = { 'a.yaml': `${base}\n`, 'environments/prod.yaml': `${patch}\n` };
      const { diagnostics } = load(files, { environment: 'prod' });
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ hint }) => hint)).toEqual([
        `the overlay adds to what the entry has: write "${name}: null" beside it`,
      ]);
      const mended = patch.replace(/(fromFile|id|fromEnv): /, `${name}: null, $1: `);
      const again = load({ ...files, 'environments/prod.yaml': mended }, { environment: 'prod' });
      expect(again.stack).toBeDefined();
    },
  );
});
