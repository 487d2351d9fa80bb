import { describe, expect, it } from 'vitest';
import { Secret, reveal } from '../../src/core/secret.ts';
import { AttributeReference, Reference, Template } from '../../src/core/value.ts';
import { SourceTemplate, SourceTerm } from '../../src/manifest/source-term.ts';
import { TWO_PROVIDERS } from './_fake-kinds.ts';
import { codes, load, resourceOf, stackOf } from './_load.ts';

const GROUP = 'groups:\n  main: { region: us-east-1 }\n';

const team = (key: string) => new Reference('acme.teams', 'address', `acme.teams.${key}`);
const secret = (value: string) => `secrets:\n  s:\n    value: ${value}\n`;

describe('names', () => {
  it('takes the key as the default of the name field', () => {
    expect(resourceOf(stackOf(GROUP), 'acme.groups.main').fields).toEqual({
      name: 'main',
      region: 'us-east-1',
    });
    const roles = stackOf('roles:\n  operator:\n  other: { role: Other }\n');
    expect(roles.resources.map(({ fields }) => fields['role'])).toEqual(['operator', 'Other']);
  });

  it('accepts kinds under their provider, and several documents in a file', () => {
    const stack = stackOf(
      `acme:\n  groups:\n    a: { region: x }\n---\ngroups:\n  b: { region: x }\n`,
    );
    expect(stack.resources.map(({ address }) => address)).toEqual([
      'acme.groups.a',
      'acme.groups.b',
    ]);
  });

  it('demands the provider where two own the word', () => {
    const files = { 'a.yaml': 'teams:\n  a: {}\n' };
    expect(codes(load(files, { kinds: TWO_PROVIDERS }))).toEqual(['kind-ambiguous a.yaml:1']);
    const under = { 'a.yaml': 'other:\n  teams:\n    a: {}\n' };
    expect(load(under, { kinds: TWO_PROVIDERS }).stack?.resources[0]?.type).toBe('other.teams');
    const configured = { 'trueup.yaml': 'stack: a\nproviders: { acme: }\n', ...files };
    expect(load(configured, { kinds: TWO_PROVIDERS }).stack?.resources[0]?.type).toBe('acme.teams');
  });

  it('names both places of a key defined twice', () => {
    const result = load({
      'a.yaml': GROUP,
      'b.yaml': `acme:\n  ${GROUP.replace('\n  ', '\n    ')}`,
    });
    expect(codes(result)).toEqual(['key-duplicate b.yaml:3']);
    expect(result.diagnostics[0]?.message).toContain('a.yaml:2');
  });

  it.each(['-x', 'a.b', 'a b', '"${var.x}"', '__proto__'])('refuses the key %s', (key) => {
    expect(codes(load({ 'a.yaml': `teams:\n  ${key}: {}\n` }))).toEqual(['key-invalid a.yaml:2']);
  });

  it('takes words of the language as keys without harm', () => {
    const stack = stackOf(
      'teams:\n  constructor: {}\n  toString: { members: { teams: [constructor] } }\n',
    );
    expect(stack.resources.map(({ key }) => key)).toEqual(['constructor', 'toString']);
    expect(codes(load({ 'a.yaml': 'teams:\n  a: { members: { teams: [valueOf] } }\n' }))).toEqual([
      'reference-unknown a.yaml:2',
    ]);
    expect(codes(load({ 'a.yaml': 'teams:\n  a: { constructor: 1 }\n' }))).toEqual([
      'schema-unknown-field a.yaml:2',
    ]);
    expect(codes(load({ 'a.yaml': 'constructor: {}\n' }))).toEqual(['kind-unknown a.yaml:1']);
  });
});

describe('references', () => {
  it('become addresses, IDs, names or expressions', () => {
    const stack = stackOf(`${GROUP}
apps:
  a: { group: main, size: S-1 }
  b: { group: { id: 4711 }, size: S-1 }
  c: { group: { name: Live Group }, size: S-1 }
  d: { group: "\${groups.main.id}", size: S-1 }
  e: { group: "\${var.which}", size: S-1 }
variables: { which: { default: main } }
`);
    const groups = stack.resources.slice(1).map(({ fields }) => fields['group']);
    expect(groups).toEqual([
      new Reference('acme.groups', 'address', 'acme.groups.main'),
      new Reference('acme.groups', 'id', '4711'),
      new Reference('acme.groups', 'name', 'Live Group'),
      new Reference('acme.groups', 'address', 'acme.groups.main'),
      new Reference('acme.groups', 'address', 'acme.groups.main'),
    ]);
  });

  it('stand in arrays and inside objects', () => {
    const stack = stackOf(`${GROUP}teams:\n  a: { members: { teams: [b, { name: Live }] } }\n  b: {}
grants:\n  g: { object: { group: main }, role: Reader, teams: "\${var.teams}" }
variables: { teams: { type: list, default: [a, b] } }\n`);
    expect(resourceOf(stack, 'acme.teams.a').fields['members']).toEqual({
      teams: [team('b'), new Reference('acme.teams', 'name', 'Live')],
    });
    expect(resourceOf(stack, 'acme.grants.g').fields).toMatchObject({
      object: { group: new Reference('acme.groups', 'address', 'acme.groups.main') },
      teams: [team('a'), team('b')],
    });
  });

  it('to nothing are errors with a suggestion', () => {
    const result = load({ 'a.yaml': `${GROUP}apps:\n  a: { group: mian, size: S-1 }\n` });
    expect(codes(result)).toEqual(['reference-unknown a.yaml:4']);
    expect(result.diagnostics[0]).toMatchObject({
      hint: 'did you mean "main"?',
      position: { column: 15, length: 4 },
      lineText: '  a: { group: mian, size: S-1 }',
    });
  });

  it('in a circle are an error that names it', () => {
    const teams = 'teams:\n  a: { members: { teams: [b] } }\n  b: { members: { teams: [a] } }\n';
    const result = load({ 'a.yaml': teams });
    expect(codes(result)).toEqual(['reference-cycle a.yaml:2']);
    expect(result.diagnostics[0]?.message).toContain('acme.teams.a → acme.teams.b → acme.teams.a');
    const roles = 'roles:\n  x: { inherits: [y] }\n  y: { inherits: [x] }\n';
    expect(codes(load({ 'a.yaml': roles }))).toEqual(['reference-cycle a.yaml:2']);
    const self = 'teams:\n  a: { dependsOn: [teams.a] }\n';
    expect(codes(load({ 'a.yaml': self }))).toEqual(['reference-cycle a.yaml:2']);
  });
});

describe('expressions', () => {
  it('keep the type of a scalar that is exactly one', () => {
    const stack = stackOf(
      `groups:\n  g: { region: "\${var.r}", firewallRanges: "\${var.office}" }
apps:\n  a: { group: g, size: S-1, replicas: "\${var.n}", name: "x-\${var.n}-$\${y}" }
variables: { r: { default: eu }, office: { default: [10.0.0.0/8] }, n: { default: 3 } }\n`,
    );
    expect(resourceOf(stack, 'acme.groups.g').fields).toMatchObject({
      region: 'eu',
      firewallRanges: ['10.0.0.0/8'],
    });
    expect(resourceOf(stack, 'acme.apps.a').fields).toMatchObject({
      replicas: 3,
      name: 'x-3-${y}',
    });
  });

  it('to attributes become templates', () => {
    const stack = stackOf(`${GROUP}teams:\n  a: { description: "at \${groups.main.endpoint}/x" }
  b: { description: "\${acme.groups.main.id}" }\n`);
    const endpoint = new AttributeReference('acme.groups.main', ['endpoint'], false);
    expect(resourceOf(stack, 'acme.teams.a').fields['description']).toEqual(
      new Template(['at ', endpoint, '/x'], false),
    );
    expect(resourceOf(stack, 'acme.teams.b').fields['description']).toEqual(
      new Template([new AttributeReference('acme.groups.main', ['id'], false)], true),
    );
  });

  it('are checked against the value they give', () => {
    const text = `${GROUP}apps:\n  a: { group: main, size: "\${var.s}" }\nvariables: { s: { default: XL } }\n`;
    expect(codes(load({ 'a.yaml': text }))).toEqual(['schema-value a.yaml:4']);
  });

  it.each([
    ['${var.}', 'expression-syntax'],
    ['${a b}', 'expression-syntax'],
    ['${var.x', 'expression-syntax'],
    ['${groups.main}', 'expression-syntax'],
    ['${var.nope}', 'variable-undeclared'],
    ['${groups.nope.id}', 'expression-unknown'],
    ['${nope.main.id}', 'expression-unknown'],
    ['${groups.main.endpiont}', 'expression-unknown'],
    ['${groups.main.adminPassword}', 'expression-unknown'],
    ['${groups.main.token}', 'sensitive-in-plain-field'],
    ['x${var.list}', 'expression-type'],
  ])('%s is an error: %s', (text, code) => {
    const variables = 'variables: { list: { default: [1] } }\n';
    const result = load({
      'a.yaml': `${GROUP}${variables}teams:\n  a:\n    description: '${text}'\n`,
    });
    expect(codes(result)).toEqual([`${code} a.yaml:6`]);
  });

  it('are left alone in verbatim fields', () => {
    const stack = stackOf('groups:\n  g: { region: x, notes: "${secrets:TOKEN}" }\n');
    expect(stack.resources[0]?.fields['notes']).toBe('${secrets:TOKEN}');
  });

  it('without quotes in flow style get a message of their own, each of them', () => {
    const result = load({
      'a.yaml':
        'groups:\n  g: { region: ${var.r}, firewallRanges: [${var.a}, x] }\n  h: { regoin: 1 }\n',
    });
    expect(codes(result)).toEqual([
      'yaml-unquoted-expression a.yaml:2',
      'variable-undeclared a.yaml:2',
      'yaml-unquoted-expression a.yaml:2',
      'variable-undeclared a.yaml:2',
      'schema-missing-field a.yaml:3',
      'schema-unknown-field a.yaml:3',
    ]);
    expect(result.diagnostics[0]?.hint).toBe('quote it: "${var.r}"');
  });
});

describe('secrets', () => {
  it('stand as sources until they are resolved', () => {
    const stack = stackOf(secret('{ fromEnv: PASSWORD }'));
    const term = stack.resources[0]?.fields['value'];
    expect(term).toBeInstanceOf(SourceTerm);
    expect((term as SourceTerm).place()).toMatchObject({
      position: { file: 'main.yaml', line: 3, column: 14 },
      lineText: '    value: { fromEnv: PASSWORD }',
    });
  });

  it('make what is computed from them secret', () => {
    const variables = 'variables: { p: { sensitive: true }, q: { fromFile: q.txt } }\n';
    const text = `${variables}secrets:\n  a: { value: "x\${var.p}" }\n  b: { value: "x\${var.q}" }\n`;
    const [a, b] = stackOf(text, { vars: { p: 'pw' } }).resources;
    expect(a?.fields['value']).toBeInstanceOf(Secret);
    expect(reveal(a?.fields['value'] as Secret)).toBe('xpw');
    expect(b?.fields['value']).toBeInstanceOf(SourceTemplate);
  });

  it('as literals are warned of, never quoted, and become Secret', () => {
    const result = load({ 'a.yaml': secret('hunter2-planted') });
    expect(codes(result)).toEqual(['sensitive-literal a.yaml:3']);
    expect(result.stack?.resources[0]?.fields['value']).toBeInstanceOf(Secret);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('in a misspelt or ill-typed sensitive field are not quoted either', () => {
    const misspelt = load({ 'a.yaml': 'groups:\n  g: { region: x, adminPasswrd: planted-1 }\n' });
    expect(codes(misspelt)).toEqual(['schema-unknown-field a.yaml:2']);
    const number = load({ 'a.yaml': secret('4711471147') });
    expect(codes(number)).toEqual(['schema-type a.yaml:3']);
    const broken = load({ 'a.yaml': 'secrets:\n  s:\n    value: "planted-2\n' });
    expect(codes(broken)).toEqual(['yaml-syntax a.yaml:4']);
    const block = load({ 'a.yaml': 'secrets:\n  s:\n    value: |\n      planted-3\n   x: [\n' });
    const all = JSON.stringify([misspelt, number, broken, block]);
    expect(all).not.toMatch(/planted|4711471147/);
  });

  it.each([
    'secrets: { a: { val: planted-1 } }',
    'secrets: { a: planted-1 }',
    'secrets: { a: [planted-1] }',
    'secrets: [{ a: planted-1 }]',
    'secrets: { "a b": { value: planted-1 } }',
    'secrets: { a: { value: !vault planted-1 } }',
    'secrets:\n  a:\n    value: { fromEnv: X }\n    value: planted-1',
    'secrets: { a: { value: { fromEnv: X } } }\n---\nsecrets: { a: { value: planted-1 } }',
    'secrets: { a: { value: { fromenv: planted-1 } } }',
    'secrets: { a: { value: "planted-1${teams.none.id}" } }',
    'secrets: { a: { value: planted-1${var.x} } }',
    'secrets: { a: { value: planted-1${var.x} } }\nteams: {',
    'secrets: { a: { value:planted-1 } }',
    'secrets: { a:planted-1 }',
    'secrets: { a: { value: *planted-1 } }',
    'secrets: { a: { value: !planted-1 } }',
    'secret: { a: { value: planted-1 } }',
    'acme: { secretz: { a: { value: planted-1 } } }',
    'groups: { g: { region: x, password: planted-1 } }',
    'state: { backend: git, key: planted-1 }',
    'providers: { acmee: { apiKey: planted-1 } }',
    'variables: { p: planted-1 }',
    'variables: { p: { sensitive: true, type: strin } }\n---\nvariables: { p: { default: planted-1 } }',
    'variables: { p: { sensitive: true, defualt: planted-1 } }',
    'variables: { p: { sensitiv: true, default: planted-1 } }',
    'variables: { p: { type: strin, sensitive: true, default: planted-1 } }',
    'variables: { p: { fromEnv: A, fromFile: b, default: planted-1 } }',
    'acceptedDrift: [{ address: secrets.none, field: value, value: planted-1, reason: x, owner: y, until: 2030-01-01 }]',
  ])('beside a mistake are not quoted: %s', (text) => {
    const { diagnostics } = load({ 'a.yaml': `${text}\n` });
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(JSON.stringify(diagnostics)).not.toContain('planted');
  });

  it('leave the lines of mistakes that are not beside them quoted', () => {
    const text = `groups:\n  g: { regoin: x }\nsecrets:\n  a: { value: { fromEnv: X }, nmae: y }
variables:\n  v: { typ: string, default: d }\n  w: { type: strin, default: d }\noutputs: { o: { valeu: x } }\n`;
    const { diagnostics } = load({ 'a.yaml': text });
    const lines = diagnostics.filter(({ lineText }) => lineText !== undefined);
    expect(lines.map(({ position }) => position?.line)).toEqual([2, 2, 4, 7, 8, 8]);
  });

  it('in a source that stands elsewhere or is misspelt are not told to be literals', () => {
    const text = 'secrets:\n  a: { fromEnv: X }\n  b: { value: { fromenv: X } }\n';
    const { diagnostics } = load({ 'a.yaml': text });
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ['schema-missing-field', undefined],
      ['schema-unknown-field', 'write it into the field: value: { fromEnv: … }'],
      ['schema-unknown-field', 'did you mean "fromEnv"?'],
    ]);
  });

  it.each([
    ['name', '{ fromEnv: X }'],
    ['name', '"${var.p}"'],
    ['name', '"a${var.p}b"'],
  ])('in the plain field %s: %s are refused', (field, value) => {
    const text = `variables: { p: { sensitive: true, default: x } }\nteams:\n  a:\n    ${field}: ${value}\n`;
    const result = load({ 'a.yaml': text });
    expect(codes(result)).toContain('sensitive-in-plain-field a.yaml:4');
  });

  it('in references and keys are refused', () => {
    const text = `variables: { p: { fromEnv: X } }\napps:\n  a: { size: S-1, group: "\${var.p}" }
  b: { size: S-1, group: { name: "\${var.p}" } }\n`;
    expect(codes(load({ 'a.yaml': text }))).toEqual([
      'sensitive-in-plain-field a.yaml:3',
      'sensitive-in-plain-field a.yaml:4',
    ]);
  });

  it('make outputs sensitive', () => {
    const text = `variables: { p: { fromEnv: X } }\n${GROUP}outputs:\n  a: { value: "\${var.p}" }
  b: { value: "\${groups.main.token}" }\n  c: { value: "\${groups.main.id}" }\n  d: { value: x, sensitive: true }\n`;
    expect(stackOf(text).outputs.map(({ sensitive }) => sensitive)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});

describe('text that is not YAML', () => {
  it.each([
    ['teams:\n\ta: {}\n', 'indent with spaces'],
    ['teams:\n  a:\n    name a\n    description: b\n', 'a colon may be missing on the line above'],
    ['teams:\n  a:\n    description: b: c\n', 'quote a text that holds ": "'],
    ['teams:\n  a: { description: "b }\n  c: {}\n', 'a quote or a bracket above may not be closed'],
    ['teams:\n  a: { description: @b }\n', 'quote a text that starts with @'],
    ['teams:\n  a:\n    description: %b\n', 'quote a text that starts with %'],
    ['teams:\n  a: { description: *b }\n', 'quote a text that starts with *'],
    ['teams:\n  a: { description: !b }\n', 'quote a text that starts with !'],
  ])('is told what may be wrong with it: %j', (text, hint) => {
    const { diagnostics } = load({ 'a.yaml': text });
    expect(diagnostics.map((found) => [found.code, found.hint])).toEqual([['yaml-syntax', hint]]);
  });
});

describe('types', () => {
  it('of an attribute that alone makes a field are checked', () => {
    const app = 'a: { group: main, size: S-1 }';
    const text = `${GROUP}apps:\n  ${app}\n  b: { group: main, size: S-1, replicas: "\${apps.a.replicas}" }
teams:\n  t: { description: "\${apps.a.replicas}" }\n  u: { description: "x \${apps.a.replicas}" }
secrets:\n  s: { value: "\${apps.a.suspended}" }\n`;
    const { diagnostics } = load({ 'a.yaml': text });
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'schema-type "description" must be a text, and "replicas" of acme.apps.a is a number',
      'schema-type "value" must be a text, and "suspended" of acme.apps.a is true or false',
    ]);
  });

  it.each([
    ['replicas: "3"', 'write 3, without quotes'],
    ['suspended: yes', 'write true, without quotes'],
    ['suspended: "false"', 'write false, without quotes'],
    ['suspended: maybe', undefined],
    ['name: 3', 'quote it'],
    ['name: "${var.n}"', 'the expression stands for a value of another type'],
  ])('are mended as told: %s', (field, hint) => {
    const text = `variables: { n: { default: 3 } }\n${GROUP}apps:\n  a: { group: main, size: S-1, ${field} }\n`;
    const { diagnostics } = load({ 'a.yaml': text });
    expect(diagnostics.map((found) => [found.code, found.hint])).toEqual([['schema-type', hint]]);
    expect(diagnostics[0]?.message).not.toContain('a text, not a text');
  });
});

describe('what names no resource', () => {
  it.each([
    ['${region}', 'did you mean "${var.region}"?'],
    ['${env.region}', 'did you mean "${var.region}"?'],
    ['${HOME}', 'a variable is written ${var.NAME}, and a text that holds ${ has $${ there'],
  ])('%s is told how a variable is written', (expression, hint) => {
    const text = `variables: { region: { default: x } }\nteams: { t: { description: "${expression}" } }\n`;
    expect(load({ 'a.yaml': text }).diagnostics.map((found) => found.hint)).toEqual([hint]);
  });
});
