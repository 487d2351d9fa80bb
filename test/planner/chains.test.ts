import { describe, expect, it } from 'vitest';
import type { KindShape } from '../../src/core/kind.ts';
import type { StateResource } from '../../src/core/prior.ts';
import type { Risk } from '../../src/core/risk.ts';
import { Secret } from '../../src/core/secret.ts';
import { Unknown } from '../../src/core/value.ts';
import { missingApprovals, refusalsOf } from '../../src/planner/guards.ts';
import { noApprovals } from '../../src/planner/approvals.ts';
import { vanishedRefusals } from '../../src/planner/vanished.ts';
import { selectAddresses } from '../../src/planner/select.ts';
import {
  actionsOf,
  address,
  attribute,
  boxes,
  changeAt,
  codesOf,
  entry,
  kind,
  kindTable,
  labels,
  object,
  planInput,
  planOf,
  recorded,
  ref,
  role,
  text,
  things,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

/** Links hang on each other for good, so replacing one replaces all below it. */
function links(riskOf: (key: string) => Risk): KindShape {
  return kind('links', {
    fields: [
      role('name'),
      role('above', { immutable: true, reference: 'fake.links' }),
      role('other', { immutable: true, reference: 'fake.links' }),
    ],
    assess: ({ before, operation }) =>
      operation === 'delete'
        ? [{ risk: riskOf(text(before?.fields['name']) ?? ''), message: 'its own' }]
        : [],
  });
}

function chain(risks: Readonly<Record<string, Risk>>): World {
  const below = { b: { above: 'a' }, c: { above: 'b', other: 'd' }, d: { above: 'a' } };
  const keys = ['a', 'b', 'c', 'd'] as const;
  const partsOf = (key: (typeof keys)[number]): Readonly<Record<string, string>> =>
    key === 'a' ? {} : below[key];
  const idsOf = (key: (typeof keys)[number]): Record<string, string> =>
    Object.fromEntries(Object.entries(partsOf(key)).map(([name, to]) => [name, `${to}-id`]));
  return {
    entries: keys.map((key) =>
      entry(
        `links.${key}`,
        Object.fromEntries(
          Object.entries(partsOf(key)).map(([name, to]) => [name, ref(`links.${to}`)]),
        ),
      ),
    ),
    state: Object.fromEntries(
      keys.map((key) => [`links.${key}`, recorded(`links.${key}`, idsOf(key))]),
    ),
    objects: keys.map((key) => object(`links.${key}`, idsOf(key))),
    options: { replace: ['links.a'] },
    input: { kinds: kindTable(links((key) => risks[key] ?? 'none')) },
  };
}

describe('a replacement that carries a chain along', () => {
  it('names the worst risk of all of it, however deep, once', () => {
    const result = planOf(chain({ c: 'data-loss' }));
    const root = changeAt(result, 'links.a');
    expect(root.risk).toBe('data-loss');
    expect(root.risks.filter((finding) => finding.risk === 'data-loss')).toEqual([
      { risk: 'data-loss', message: 'takes fake.links.c with it: its own' },
    ]);
    expect(changeAt(result, 'links.c').reason).toBe('parent-replaced');
    expect(missingApprovals(changeAt(result, 'links.c'), noApprovals)).toEqual([]);
  });

  it('names no risk that is not worse than its own', () => {
    const root = changeAt(planOf(chain({ a: 'lockout', b: 'downtime', c: 'lockout' })), 'links.a');
    expect(root.risks).toEqual([{ risk: 'lockout', message: 'its own' }]);
  });

  it('names each step up', () => {
    const root = changeAt(planOf(chain({ a: 'restart', b: 'downtime', c: 'lockout' })), 'links.a');
    expect(root.risks.map((finding) => finding.risk)).toEqual(['restart', 'downtime', 'lockout']);
  });
});

function dependingOn(...names: readonly string[]): Pick<StateResource, 'dependsOn'> {
  return { dependsOn: names.map((name) => address(name)) };
}

describe('what went at once', () => {
  it('goes back to what everything depended on, by whatever way, beside what is new', () => {
    const gone = ['boxes.a', 'labels.b', 'labels.c'];
    const result = planOf({
      entries: [...gone, 'labels.new'].map((name) => entry(name)),
      state: {
        'boxes.a': recorded('boxes.a'),
        'labels.b': recorded('labels.b', {}, dependingOn('boxes.a')),
        'labels.c': recorded('labels.c', {}, dependingOn('boxes.a', 'labels.b')),
      },
      confirmed: new Map(
        gone.map((name) => [`fake.${name.split('.')[0]} ${name.split('.')[1]}-id`, undefined]),
      ),
    });
    const { guards } = planInput({}).stack;
    expect(vanishedRefusals(result.plan, noApprovals, guards)).toMatchObject([
      {
        code: 'guard-vanished',
        message:
          'none of the 3 resources of the state is there any more; these would be created anew: fake.boxes.a',
      },
    ]);
  });
});

describe('what a message names', () => {
  it.each([
    [7, /a-id \(not managed\), .*e-id \(not managed\), and 2 more$/],
    [5, /a-id \(not managed\), .*e-id \(not managed\)$/],
  ])('ends after five of %i holders', (count, end) => {
    const roles = kind('roles', {
      idFromKey: true,
      key: { nameField: 'name', of: (fields) => text(fields['name']), unique: true },
    });
    const holders = kind('holders', {
      fields: [role('name'), role('holds')],
      namedDependencies: (fields) =>
        typeof fields['holds'] === 'string'
          ? [{ type: 'fake.roles', naturalKey: fields['holds'] }]
          : [],
    });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, count);
    const { plan } = planOf({
      state: { 'roles.r': recorded('roles.r', {}, { id: 'r' }) },
      objects: [
        object('roles.r', {}, { id: 'r' }),
        ...keys.map((key) => object(`holders.${key}`, { holds: 'r' })),
      ],
      input: { kinds: kindTable(roles, holders) },
    });
    const told = plan.diagnostics.find((item) => item.code === 'object-in-use');
    expect(told?.message).toMatch(end);
  });
});

describe('a change in place that needs an approval', () => {
  it('is refused at the place of its entry', () => {
    const risky = kind('labels', {
      fields: [role('name'), role('text', { risk: 'lockout' })],
    });
    const result = planOf({
      entries: [entry('labels.l', { text: 'b' })],
      state: { 'labels.l': recorded('labels.l', { text: 'a' }) },
      objects: [object('labels.l', { text: 'a' })],
      input: { kinds: kindTable(risky) },
    });
    expect(missingApprovals(changeAt(result, 'labels.l'), noApprovals)).toMatchObject([
      { risk: 'lockout', message: 'changing text' },
    ]);
    const { stack, live } = planInput({});
    expect(refusalsOf(result.plan, noApprovals, stack.guards, live, false)).toMatchObject([
      { code: 'guard-approval', position: { file: 'main.yaml', line: 1, column: 1 } },
    ]);
  });
});

describe('the check of a kind', () => {
  it('sees the resources of its own kind and of those it needs, and no others', () => {
    const seen: string[][] = [];
    const needy = kind('labels', {
      ...labels,
      needs: ['fake.labels', 'fake.boxes', 'fake.things'],
      check: ({ stack }) => {
        seen.push(stack.map((item) => item.address));
        return [];
      },
    });
    const tags = kind('tags');
    planOf({
      entries: [entry('labels.l'), entry('labels.m'), entry('boxes.a'), entry('tags.t')],
      input: { kinds: kindTable(boxes, things, needy, tags) },
    });
    const both = ['fake.labels.l', 'fake.labels.m', 'fake.boxes.a'];
    expect(seen).toEqual([both, both]);
  });

  it('sees what is to be there after the apply, and the IDs of what is not', () => {
    const seen: unknown[] = [];
    const watching = kind('labels', {
      ...labels,
      check: ({ stack, deletedIds }) => {
        seen.push(
          stack.map((item) => item.address),
          [...deletedIds].toSorted(),
        );
        return [];
      },
    });
    planOf({
      entries: [entry('labels.new'), entry('labels.again')],
      state: { 'labels.again': recorded('labels.again'), 'labels.old': recorded('labels.old') },
      objects: [object('labels.again'), object('labels.old')],
      options: { replace: ['labels.again'], target: ['labels.*'] },
      input: { kinds: kindTable(watching) },
    });
    const after = ['fake.labels.again', 'fake.labels.new'];
    expect(seen).toEqual([after, ['again-id', 'old-id'], after, ['again-id', 'old-id']]);
  });

  it('leaves out a create without a field that the API needs, and only a create', () => {
    const strict = kind('labels', {
      fields: [role('name'), role('text', { requiredOnCreate: true })],
    });
    const kinds = kindTable(strict);
    const result = planOf({
      entries: [entry('labels.l'), entry('labels.m', { text: 'x' }), entry('labels.old')],
      state: { 'labels.old': recorded('labels.old', { name: 'before' }) },
      objects: [object('labels.old', { name: 'before', text: 'x' })],
      input: { kinds },
    });
    expect(undeterminedOf(result)).toEqual(['labels.l']);
    expect(codesOf(result)).toContain('schema-missing-field');
    expect(actionsOf(result)).toEqual({ 'labels.m': 'create', 'labels.old': 'update' });
  });

  it('leaves out a replacement without such a field too: its delete would come first', () => {
    const strict = kind('labels', {
      fields: [role('name'), role('text', { requiredOnCreate: true })],
    });
    const result = planOf({
      entries: [entry('labels.l')],
      state: { 'labels.l': recorded('labels.l') },
      objects: [object('labels.l', { text: 'x' })],
      options: { replace: ['labels.l'] },
      input: { kinds: kindTable(strict) },
    });
    expect(actionsOf(result)).toEqual({});
    expect(result.plan.undetermined).toEqual([
      {
        address: 'fake.labels.l',
        because: '"text" is missing: fake.labels cannot be created without it',
      },
    ]);
  });

  it('does not ask for a field whose parent is left out', () => {
    const nested = kind('labels', {
      fields: [role('name'), role('limits.low', { requiredOnCreate: true })],
    });
    const result = planOf({ entries: [entry('labels.l')], input: { kinds: kindTable(nested) } });
    expect(actionsOf(result)).toEqual({ 'labels.l': 'create' });
  });
});

describe('a part of a plan', () => {
  it('is selected although something it depends on is not in the plan', () => {
    const items = [
      { address: 'fake.labels.l', action: 'create', dependsOn: ['fake.boxes.elsewhere'] },
    ] as const;
    expect(selectAddresses(items, { target: ['labels.l'], exclude: [] })).toEqual(
      new Set(['fake.labels.l']),
    );
  });
});

describe('a value', () => {
  it('that the API echoes is compared, although it is never read back otherwise', () => {
    const password = Secret.create('in place');
    const result = planOf({
      entries: [entry('boxes.a', { password })],
      state: { 'boxes.a': recorded('boxes.a') },
      objects: [object('boxes.a', { password: Secret.create('in place') })],
    });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'no-op' });
  });

  it('of a set that is not known yet takes out what is there', () => {
    const result = planOf({
      entries: [entry('boxes.n'), entry('boxes.a', { tags: attribute('boxes.n', 'endpoint') })],
      state: { 'boxes.a': recorded('boxes.a', { tags: ['x'] }) },
      objects: [object('boxes.a', { tags: ['x'] })],
    });
    const change = changeAt(result, 'boxes.a');
    expect(change.fields).toMatchObject([{ pointer: '/tags', removed: ['x'], added: [] }]);
    expect(change.fields[0]?.after).toBeInstanceOf(Unknown);
    expect(change.patch).toEqual([]);
  });

  it('that somebody took away is drift to nothing', () => {
    const result = planOf({
      entries: [entry('boxes.a', { place: 'here' })],
      state: { 'boxes.a': recorded('boxes.a', { place: 'here' }) },
      objects: [object('boxes.a')],
    });
    expect(result.plan.drift).toMatchObject([
      { fields: [{ pointer: '/place', before: 'here', after: undefined }] },
    ]);
  });

  it('whose field the kind no longer has is no drift', () => {
    const result = planOf({
      entries: [entry('boxes.a')],
      state: { 'boxes.a': recorded('boxes.a', {}, { digests: { '/gone': 'digest' } }) },
      objects: [object('boxes.a', { note: 'x' })],
    });
    expect(result.plan.drift).toEqual([]);
  });

  it('that is no longer managed and cannot be read stays as it is', () => {
    const result = planOf({
      entries: [entry('boxes.a')],
      state: { 'boxes.a': recorded('boxes.a', {}, { digests: { '/password': 'digest' } }) },
      objects: [object('boxes.a')],
    });
    expect(result.plan.diagnostics).toMatchObject([
      {
        code: 'no-longer-managed',
        message: 'fake.boxes.a: password is no longer managed, stays as it is',
      },
    ]);
  });

  it('that only the canonical form has is a change of the manifest', () => {
    const spelled = kind('labels', {
      ...labels,
      fields: [...labels.fields, role('shown')],
      canonical: (fields) => ({ ...fields, shown: `${text(fields['text']) ?? ''}!` }),
    });
    const result = planOf({
      entries: [entry('labels.l', { text: 'b' })],
      state: { 'labels.l': recorded('labels.l', { text: 'a' }) },
      objects: [object('labels.l', { text: 'a' })],
      input: { kinds: kindTable(spelled) },
    });
    expect(changeAt(result, 'labels.l').fields).toMatchObject([
      { pointer: '/text', causes: ['manifest'] },
      { pointer: '/shown', causes: ['manifest'], before: 'a!', after: 'b!' },
    ]);
  });
});

describe('an import of an object in a place of its own', () => {
  it('is asked for there', () => {
    const imports = [{ to: address('things.t'), id: 'far' }];
    const { toConfirm } = planOf({
      entries: [entry('boxes.a'), entry('things.t', { box: ref('boxes.a') })],
      state: { 'boxes.a': recorded('boxes.a') },
      objects: [object('boxes.a')],
      stack: { imports },
    });
    expect(toConfirm).toMatchObject([{ type: 'fake.things', id: 'far', scope: 'a-id' }]);
  });
});
