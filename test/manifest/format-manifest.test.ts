import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createRedactor } from '../../src/core/redactor.ts';
import { formatManifest } from '../../src/manifest/format-manifest.ts';
import { loadStack } from '../../src/manifest/load-stack.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';

const KINDS = kindTable(PROVIDERS);

function format(text: string): string {
  const result = formatManifest('main.yaml', text, KINDS);
  if (result.type !== 'formatted') throw new Error(`${result.type}:\n${text}`);
  return result.text;
}

describe('formatManifest', () => {
  it('puts kinds and fields in order, and keeps comments, anchors and spellings', () => {
    const text = `\uFEFF# yaml-language-server: $schema=./x.json\r
# about workspaces
workspaces:
    app:   # the app
        # size matters
        size: "S-00"   # small
        workspaceGroup: main


        lifecycle: {protect: true}
        autoSuspend: {suspendAfterSeconds: 0x10,suspendType: IDLE}
    # about b
    b: {size: S-1, workspaceGroup: main}
    c: {size: S-1, workspaceGroup: main}
    # trailing

# groups
workspaceGroups:
  main: &m
    adminPassword: !none
    firewallRanges:
    - 1.2.3.4   # one
    # two
    - "5.6.7.8"
    name:
    updateWindow:
       hour: 1
       day: 2
stack: x
teams:
  long: { description: "it's", members: { teams: [], users: [aaaaaaaaaaaaaaa@acme.example, bbbbbbbbbbbbbbbbb@acme.example, ccccccccc@acme.example ] } }
  text:
    description: |
        two
          lines

        x
    name: a
      b
---
secrets: # here
  A: {value: "\${var.x}"}
`;
    const made = format(text);
    expect(made).toBe(`# yaml-language-server: $schema=./x.json
# groups
workspaceGroups:
  main: &m
    name:
    firewallRanges:
      - 1.2.3.4 # one
      # two
      - '5.6.7.8'
    adminPassword: !none
    updateWindow:
      day: 2
      hour: 1

# about workspaces
workspaces:
  app: # the app
    workspaceGroup: main
    # size matters
    size: 'S-00' # small
    autoSuspend: { suspendType: IDLE, suspendAfterSeconds: 0x10 }

    lifecycle: { protect: true }

  # about b
  b: { workspaceGroup: main, size: S-1 }
  c: { workspaceGroup: main, size: S-1 }
  # trailing

stack: x

teams:
  long:
    description: "it's"
    members:
      users: [aaaaaaaaaaaaaaa@acme.example, bbbbbbbbbbbbbbbbb@acme.example, ccccccccc@acme.example]
      teams: []

  text:
    name: a b
    description: |
      two
        lines

      x
---
secrets: # here
  A: { value: '\${var.x}' }
`);
  });

  it.each([
    ['an anchor stays in front of its alias', 'teams:\n  a: &a { name: x }\nprojects:\n  b: *a\n'],
    ['a merge key', 'x: &x { size: S-0 }\nworkspaces:\n  a:\n    <<: *x\n    workspaceGroup: g\n'],
    ['an indented block that says so', 'teams:\n  a:\n    description: |2\n        x\n       y\n'],
    ['trailing lines', 'teams:\n  a:\n    description: |+\n      x\n\n\n  b: {}\n'],
    ['a folded text', 'teams:\n  a:\n    description: >-\n      one\n      two\n\n      three\n'],
    ['a tab in front', 'teams:\n  a:\n    description: |-\n      \tx\n      y\n'],
    ['quotes over lines', 'teams:\n  a:\n    description: "one\n      two \\\n      three"\n'],
    ['a spicepod in its order', 'apps:\n  a:\n    spicepod: { z: 1, a: { y: 2, b: 3 } }\n'],
    ['an overlay', 'teams:\n  a: null\n  b: { description: ~ }\nworkspaces: null\n'],
    ['only comments', '# nothing\n\n# at all\n'],
    ['nothing', ''],
    [
      'comments in a flow list',
      'teams:\n  a: { members: { users: [\n      # who\n      x@y ] } }\n',
    ],
  ])('means the same and is stable: %s', (_, text) => {
    const made = format(text);
    expect(values(made)).toEqual(values(text));
    expect(format(made)).toBe(made);
    expect(made.match(/#.*/g)).toEqual(text.match(/#.*/g));
  });

  it('leaves on top what stands apart from the first key', () => {
    const body = 'workspaces:\n  a: { size: S-1 }\nworkspaceGroups:\n  m: {}\n';
    const made = 'workspaceGroups:\n  m: {}\n\n';
    expect(format(`# the whole\n\n# about workspaces\n${body}`)).toBe(
      `# the whole\n\n${made}# about workspaces\nworkspaces:\n  a: { size: S-1 }\n`,
    );
    expect(format(`# the whole\n\n${body}`)).toBe(
      `# the whole\n\n${made}workspaces:\n  a: { size: S-1 }\n`,
    );
  });

  it('refuses what is no YAML, and never quotes it', () => {
    const result = formatManifest('main.yaml', 'secrets:\n  A: { value: "hunter2\n', KINDS);
    expect(result.type).toBe('invalid');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('changes no meaning, loses no comment, and has nothing to do the second time', () => {
    fc.assert(
      fc.property(manifest, (text) => {
        const made = format(text);
        expect(values(made)).toEqual(values(text));
        expect(loaded(made)).toBe(loaded(text));
        expect(format(made)).toBe(made);
        // Each comment is above, or behind, what it is about.
        for (const [, about = ''] of text.matchAll(/# above (\S+)/g)) {
          const own = about.split('.').at(-1) ?? '';
          expect(made).toMatch(new RegExp(`# above ${about}\n(?: *#.*\n)* *${own}:`));
        }
        for (const [, about = ''] of text.matchAll(/# behind (\S+)/g)) {
          const own = about.split('.').at(-1) ?? '';
          expect(made).toMatch(new RegExp(`^ *${own}:.*# behind ${about}$`, 'm'));
        }
      }),
      { numRuns: 40 },
    );
  });
});

const ID = '93b61160-0fae-4a9f-a4c2-cd2a6eb9c5ae';

/** By the reference implementation, in no order. */
function values(text: string): unknown {
  return [...parseAllDocuments(text, { merge: true, logLevel: 'silent' })].map(
    (document) => document.toJS() as unknown,
  );
}

/** What a stack makes of it, places apart. */
function loaded(text: string): string {
  const { stack, diagnostics } = loadStack({
    files: new Map([
      ['trueup.yaml', `stack: x\nvariables: { region: { type: string, default: ${ID} } }\n`],
      ['main.yaml', text],
    ]),
    kinds: KINDS,
    environment: undefined,
    vars: {},
    varFiles: [],
    processEnv: {},
    redactor: createRedactor(),
  });
  if (stack === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const resources = stack.resources.map(({ address, fields, lifecycle }) => ({
    address,
    fields,
    lifecycle,
  }));
  const ordered = resources.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return inspect(ordered, { depth: 20, sorted: true });
}

/** Values as they are written, by field. */
const FIELDS = {
  workspaceGroups: {
    regionID: ['${var.region}', '"${var.region}"', "'${var.region}'"],
    firewallRanges: ['[1.2.3.4/32, "5.6.7.8/32"]', '[]', '\n{i}- 1.2.3.4/32\n{i}- 5.6.7.8/32'],
    updateWindow: ['{hour: 0x3,day: 1}', '\n{i}hour: 3\n{i}day: 1'],
    expiresAt: ['2030-01-01T00:00:00Z', '3h'],
    lifecycle: ['{ protect: true }', '\n{i}protect: true\n{i}replace: allow'],
  },
  teams: {
    description: [
      '"null"',
      "'1'",
      'yes',
      '"a\\tb"',
      "'it''s'",
      'a text',
      '|\n{i}one\n{i}  two\n\n{i}three',
      '>-\n{i}one\n{i}two',
      '"# no comment"',
    ],
    members: ['{ teams: [], users: [ann@acme.example] }', '\n{i}teams: []\n{i}users:\n{i}- a@b.c'],
  },
  apps: {
    region: ['us-east-1', '"us-east-1"'],
    tags: ['{ b: "1", a: x }'],
    spicepod: [
      '\n{i}version: v1\n{i}datasets:\n{i}  - from: x\n{i}    name: ${secrets:A}',
      '{ z: 1, a: 2 }',
    ],
  },
} as const;

/** A manifest with fields and kinds in any order, indented somehow, with comments everywhere. */
const manifest = fc
  .record({
    step: fc.constantFrom(2, 3, 4),
    kinds: fc.shuffledSubarray(Object.keys(FIELDS) as (keyof typeof FIELDS)[], { minLength: 1 }),
    seeds: fc.infiniteStream(fc.nat(1_000)),
  })
  .map(({ step, kinds, seeds }) => {
    const next = (below: number): number => (seeds.next().value ?? 0) % below;
    const pad = (level: number): string => ' '.repeat(step * level);
    const remark = (level: number, about: string): string =>
      next(3) === 0 ? `${next(2) === 0 ? '\n' : ''}${pad(level)}# above ${about}\n` : '';
    const behind = (about: string): string => (next(4) === 0 ? `   # behind ${about}` : '');
    const field = (about: string, name: string, choices: readonly string[]): string => {
      const value = choices[next(choices.length)] ?? '';
      const isTall = value.includes('\n');
      const written = value.replaceAll('{i}', pad(3));
      return `${remark(2, about)}${pad(2)}${name}:${value.startsWith('\n') ? '' : ' '}${written}${isTall ? '' : behind(about)}\n`;
    };
    const entry = (kind: keyof typeof FIELDS, key: string): string => {
      const fields = Object.entries<readonly string[]>(FIELDS[kind]).toSorted(() => next(3) - 1);
      const some = fields.filter(() => next(3) > 0);
      const about = `${kind}.${key}`;
      const lines = some.map(([name, choices]) => field(`${about}.${name}`, name, choices));
      const isEmpty = lines.length === 0;
      return `${remark(1, about)}${pad(1)}${key}:${isEmpty ? ' {}' : ''}${behind(about)}\n${lines.join('')}`;
    };
    return kinds
      .map((kind) => `${remark(0, kind)}${kind}:\n${entry(kind, 'first')}${entry(kind, 'second')}`)
      .join('');
  });
