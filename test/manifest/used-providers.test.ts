import { describe, expect, it } from 'vitest';
import type { KindShape, KindTable } from '../../src/core/kind.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { FAKE_KINDS } from './_fake-kinds.ts';
import { codes, load } from './_load.ts';

/** Two providers that both have `teams` and `groups`; only the second has `boats`. */
const TWO: KindTable = new Map(
  [...FAKE_KINDS.values()].flatMap((kind): readonly (readonly [string, KindShape])[] => {
    const other = { ...kind, provider: 'other', type: `other.${kind.name}` };
    const boats = { ...other, name: 'boats', type: 'other.boats' };
    return [
      [kind.type, kind],
      [other.type, other],
      ...(kind.name === 'teams' ? [[boats.type, boats] as const] : []),
    ];
  }),
);
const [first] = [...FAKE_KINDS.values()];
const own = first?.provider ?? '';

describe('a word that two providers own', () => {
  const teams = 'teams: { a: {} }\n';
  it.each([
    ['nothing else says which', teams, ['kind-ambiguous a.yaml:1']],
    ['one is configured', `${teams}providers: { ${own}: {} }\n`, []],
    ['one has other kinds, under its name', `${teams}${own}: { teams: { b: {} } }\n`, []],
    ['only one has another kind of the stack', `${teams}boats: { b: {} }\n`, []],
    [
      'both are used',
      `${teams}boats: { b: {} }\nproviders: { ${own}: {} }\n`,
      ['kind-ambiguous a.yaml:1'],
    ],
  ])('where %s', (_, text, expected) => {
    expect(codes(load({ 'a.yaml': text }, { kinds: TWO }))).toEqual(expected);
  });

  it('belongs to the provider of an overlay too', () => {
    const files = { 'a.yaml': teams, 'environments/prod.yaml': 'boats: { b: {} }\n' };
    expect(codes(load(files, { kinds: TWO, environment: 'prod' }))).toEqual([]);
  });
});

describe('the words of the registered providers', () => {
  it('that a stack of one provider could be using are not ambiguous among what is managed', () => {
    const managed = [...kindTable(PROVIDERS).values()].filter((kind) => kind.managed);
    const names = managed.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['workspaces: { w: { workspaceGroup: g, size: S-1 } }\nworkspaceGroups: { g: {} }\n'],
    ['apps: { some-app: { region: us-west-2 } }\n'],
  ])('need no provider before regions, in a stack of one: %s', (text) => {
    const result = load(
      { 'a.yaml': `${text}regions: { r: {} }\n` },
      { kinds: kindTable(PROVIDERS) },
    );
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['kind-not-manageable']);
  });
});
