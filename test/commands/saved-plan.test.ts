import * as fc from 'fast-check';
import { ftruncateSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { sameJson } from '../../src/core/resolve.ts';
import {
  PLAN_BYTES_MAX,
  approvedPart,
  readSavedPlan,
  savedPlan,
} from '../../src/commands/saved-plan.ts';
import type { Plan } from '../../src/planner/plan.ts';
import { createCommandWorld, type CommandWorld, type Wire } from '../_helpers/in-process.ts';
import { entry, object, planInput, planOf, recorded, ref } from '../_helpers/planner-builder.ts';

/** One change of each action, some of which depend on others. */
function everyAction(): Plan {
  const moved = [{ from: 'fake.labels.before' as never, to: 'fake.labels.after' as never }];
  const result = planOf({
    entries: [
      entry('boxes.new', { note: 'n' }),
      entry('boxes.changed', { note: 'now', tags: ['a', 'b'] }),
      entry('boxes.again', { place: 'there' }),
      entry('things.t', { box: ref('boxes.new'), size: '1' }),
      entry('labels.l', { of: ref('boxes.changed'), text: 'now' }),
      entry('labels.found'),
      entry('labels.after'),
    ],
    state: {
      'boxes.changed': recorded('boxes.changed', { note: 'then', tags: ['a'] }),
      'boxes.again': recorded('boxes.again', { place: 'here' }),
      'boxes.old': recorded('boxes.old'),
      'labels.l': recorded('labels.l', { of: 'changed-id', text: 'then' }),
      'labels.before': recorded('labels.before', { name: 'after' }),
      'labels.gone': recorded('labels.gone'),
    },
    objects: [
      object('boxes.changed', { note: 'then', tags: ['a'] }),
      object('boxes.again', { place: 'here' }),
      object('boxes.old'),
      object('things.inside', { box: 'old-id' }),
      object('labels.l', { of: 'changed-id', text: 'then' }),
      object('labels.before', { name: 'after' }),
      object('labels.found'),
    ],
    confirmed: new Map([['fake.labels gone-id', undefined]]),
    stack: { moved },
    options: { adopt: ['labels.found'] },
  });
  return result.plan;
}

const plan = everyAction();
const loaded = {
  state: planInput({}).prior,
  intents: [],
  fresh: false,
  lock: undefined,
} as unknown as Parameters<typeof savedPlan>[1];
const text = savedPlan(plan, loaded, { fake: { id: 'org', name: 'Org' } }, 'plan');
const original = readSavedPlan(text);
const APPROVED = ['change', 'id', 'previous_address', 'write_only', 'cascade'];

/** The addresses that a text approves; undefined when it is refused. */
function approvedBy(file: string): readonly string[] | undefined {
  try {
    const saved = readSavedPlan(file);
    const part = approvedPart(plan, saved);
    // Nothing but whole changes of the new plan itself gets through.
    expect(part.plan.changes.every((change) => plan.changes.includes(change))).toBe(true);
    const { changes, partial, ...rest } = part.plan;
    for (const [name, value] of Object.entries(rest)) {
      expect(value).toBe(plan[name as keyof Plan]);
    }
    const active = changes.filter((change) => change.action !== 'no-op');
    for (const { address } of active) {
      const [then, now] = [original.changes.get(address), saved.changes.get(address)];
      for (const name of APPROVED) expect(sameJson(then?.[name], now?.[name])).toBe(true);
    }
    const named = new Set(part.skipped.map((item) => item.address));
    const left = plan.changes.filter((change) => !changes.includes(change));
    expect(left.every((change) => named.has(change.address))).toBe(true);
    expect(partial || left.length === 0).toBe(true);
    return active.map(({ address }) => address).toSorted();
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'plan-file-invalid') return undefined;
    throw error;
  }
}

/** Every place of a JSON value. */
function placesOf(value: Json, base: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [base];
  const parts = Object.entries(value) as readonly (readonly [string, Json])[];
  return [base, ...parts.flatMap(([name, part]) => placesOf(part, [...base, name]))];
}

type Holder = Record<string, unknown>;

/** Changes a copy at one place: another value, nothing, or a second member beside it. */
function mutated(at: readonly string[], how: 'put' | 'drop' | 'add', value: unknown): string {
  const file = JSON.parse(text) as Holder;
  const last = at.at(-1);
  let holder: Holder = file;
  for (const name of at.slice(0, -1)) holder = holder[name] as Holder;
  if (last === undefined) return JSON.stringify(value);
  if (how === 'put') holder[last] = value;
  else if (how === 'add') Object.defineProperty(holder, '__proto__', { value, enumerable: true });
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder, last);
  return JSON.stringify(file);
}

describe('a plan file', () => {
  const whole = plan.changes.filter((change) => change.action !== 'no-op');

  it('approves every action as it was shown', () => {
    expect(approvedBy(text)).toEqual(whole.map(({ address }) => address).toSorted());
    expect(new Set(whole.map(({ action }) => action)).size).toBe(7);
    expect(approvedPart(plan, original).skipped).toEqual([]);
  });

  it('is refused when it ends early, at any byte', () => {
    const approving = Array.from({ length: text.trimEnd().length }, (_, length) => length).filter(
      (length) => approvedBy(text.slice(0, length)) !== undefined,
    );
    expect(approving).toEqual([]);
  });

  it('lets no mutation of it through: it is refused, or what it changes is skipped', () => {
    const places = placesOf(JSON.parse(text) as Json);
    const change = fc.record({
      at: fc.constantFrom(...places),
      how: fc.constantFrom('put' as const, 'drop' as const, 'add' as const),
      value: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('planted', '__proto__', ['create'], ['no-op'], 'fake.boxes.new', 'destroy'),
      ),
    });
    fc.assert(
      fc.property(change, ({ at, how, value }) => {
        approvedBy(mutated(at, how, value));
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  it('approves nothing of a row with another action, ID, before, after, contents or origin', () => {
    const file = JSON.parse(text) as { plan: { resource_changes: Holder[] } };
    for (const [index, row] of file.plan.resource_changes.entries()) {
      if (!whole.some(({ address }) => address === row['address'])) continue;
      const at = ['plan', 'resource_changes', String(index)];
      const edits: readonly (readonly [readonly string[], unknown])[] = [
        [
          [...at, 'change', 'actions'],
          ['update', 'planted'],
        ],
        [[...at, 'id'], 'planted'],
        [[...at, 'change', 'before'], { planted: true }],
        [[...at, 'change', 'after'], { planted: true }],
        [[...at, 'cascade'], [{ planted: true }]],
        [[...at, 'previous_address'], 'fake.labels.planted'],
        [[...at, 'write_only'], ['planted']],
        [[...at, 'change', 'importing'], { id: 'planted' }],
      ];
      for (const [place, value] of edits) {
        const approved = approvedBy(mutated(place, 'put', value));
        expect(approved, place.join('/')).not.toContain(row['address']);
      }
    }
  });

  it('is refused with two rows of one resource, whichever is the right one', () => {
    const file = JSON.parse(text) as { plan: { resource_changes: JsonObject[] } };
    const [first] = file.plan.resource_changes;
    file.plan.resource_changes.push({ ...first });
    expect(approvedBy(JSON.stringify(file))).toBeUndefined();
  });

  it.each(['fake.boxes.../../x', '', '\u001B[2J', '__proto__', 7])(
    'is refused with %j for an address',
    (address) => {
      const at = ['plan', 'resource_changes', '0', 'address'];
      expect(approvedBy(mutated(at, 'put', address))).toBeUndefined();
    },
  );

  it('survives rows for what does not exist, and names them', () => {
    const file = JSON.parse(text) as { plan: { resource_changes: JsonObject[] } };
    const row = file.plan.resource_changes.find((item) => item['address'] === 'fake.boxes.new');
    file.plan.resource_changes.push({ ...row, address: 'fake.boxes.planted' });
    const part = approvedPart(plan, readSavedPlan(JSON.stringify(file)));
    expect(part.skipped.map((item) => item.address)).toEqual(['fake.boxes.planted']);
    expect(part.plan.changes).toEqual(plan.changes);
  });

  it('may nest deeper than a stack is high', () => {
    const depth = 200_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(approvedBy(nested)).toBeUndefined();
    const inside = text.replace('"note": "now"', `"note": ${nested}`);
    expect(inside).not.toBe(text);
    expect(approvedBy(inside)).not.toContain('fake.boxes.changed');
    const members = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(approvedBy(text.replace('"note": "now"', `"note": ${members}`))).toBeDefined();
    const rows = text.replace('"resource_changes": [', `"resource_changes": [${nested},`);
    expect(approvedBy(rows)).toBeUndefined();
  });

  it('tells what is different, of both sides, in a line', () => {
    const told = (at: readonly string[], value: unknown): string | undefined => {
      const saved = readSavedPlan(mutated(['plan', 'resource_changes', ...at], 'put', value));
      return approvedPart(plan, saved).skipped[0]?.why;
    };
    const index = String(plan.changes.findIndex(({ address }) => address === 'fake.boxes.changed'));
    expect(told([index, 'change', 'before', 'note'], 'x')).toContain(
      'before: note "x" there, "then" now',
    );
    expect(told([index, 'change', 'after', 'note'], ['x'])).toContain(
      'after: note something else there, "now" now',
    );
    expect(told([index, 'change', 'actions'], ['delete'])).toContain('delete there, update now');
    expect(told([index, 'change', 'actions'], 7)).toContain('no action there, update now');
    expect(told([index, 'change', 'after', 'note'], 'y'.repeat(500))?.length).toBeLessThan(200);
    expect(told([index, 'change', 'replace_paths'], [['x']])).toContain('(change)');
    expect(told([index, 'id'], 'x')).toContain('(id)');
  });
});

function now(parts: Parameters<typeof planOf>[0]): Plan {
  return planOf(parts).plan;
}

/** What of an earlier plan is named as lost. */
function lost(then: Plan, current: Plan): readonly string[] {
  const saved = readSavedPlan(savedPlan(then, loaded, {}, 'plan'));
  return approvedPart(current, saved).skipped.map(({ address, why }) => `${address}: ${why}`);
}

describe('a change of the file that the new plan does not have', () => {
  const before = {
    state: { 'boxes.a': recorded('boxes.a', { note: 'then' }) },
    objects: [object('boxes.a', { note: 'then' })],
  };
  const after = {
    entries: [entry('boxes.a', { note: 'now' })],
    state: { 'boxes.a': recorded('boxes.a', { note: 'now' }) },
    objects: [object('boxes.a', { note: 'now' })],
  };
  const update = now({ ...before, entries: [entry('boxes.a', { note: 'now' })] });

  it('is done where live is as it was to be', () => {
    expect(lost(update, now(after))).toEqual([]);
    expect(lost(now({ entries: [entry('boxes.a', { note: 'now' })] }), now(after))).toEqual([]);
    expect(lost(now(before), now({}))).toEqual([]);
  });

  it('is named where it is not', () => {
    const same = { ...before, entries: [entry('boxes.a', { note: 'then' })] };
    expect(lost(update, now(same))).toEqual([
      expect.stringContaining('fake.boxes.a: it is in the'),
    ]);
    expect(lost(update, now({}))).toHaveLength(1);
    expect(lost(now(before), now(same))).toHaveLength(1);
    const replace = now({ ...same, options: { replace: ['boxes.a'] } });
    expect(lost(replace, now(same))).toHaveLength(1);
  });
});

describe('what depends on something that is skipped', () => {
  it('is skipped as well, down a chain, looking at each change once', () => {
    const [model] = plan.changes.filter(({ action }) => action === 'create');
    if (model === undefined) throw new Error('no create');
    const name = (index: number) => `fake.boxes.b${index}` as typeof model.address;
    const changes = Array.from({ length: 3000 }, (_, index) => ({
      ...model,
      address: name(index),
      dependsOn: [],
      // The worst order for whoever goes through all of them again and again.
      previousDependsOn: index === 0 ? [] : [name(index - 1)],
      action: 'delete' as const,
    }));
    const chain = { ...plan, changes };
    const saved = readSavedPlan(savedPlan(chain, loaded, {}, 'destroy'));
    expect(approvedPart(chain, saved).skipped).toEqual([]);
    const approved = new Map([...saved.changes].filter(([address]) => address !== name(2999)));
    const part = approvedPart(chain, { ...saved, changes: approved });
    expect([part.plan.changes, part.skipped.length]).toEqual([[], 3000]);
  });
});

describe('a create with the name of what the file deletes', () => {
  it('is skipped with a delete that is not as it was approved', () => {
    const state = { 'boxes.a': recorded('boxes.a', { name: 'same', note: 'then' }) };
    const entries = [entry('boxes.b', { name: 'same' })];
    const then = now({
      state,
      entries,
      objects: [object('boxes.a', { name: 'same', note: 'then' })],
    });
    const saved = readSavedPlan(savedPlan(then, loaded, {}, 'plan'));
    const changed = object('boxes.a', { name: 'same', note: 'now' });
    const { plan, skipped } = approvedPart(now({ state, entries, objects: [changed] }), saved);
    expect(plan.changes).toEqual([]);
    expect(skipped.map(({ address }) => address)).toEqual(['fake.boxes.a', 'fake.boxes.b']);
  });
});

const FIRST = {
  'trueup.yaml': 'stack: saved\n',
  'main.yaml': `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }
workspaces:
  app: { workspaceGroup: main, size: S-00 }
teams:
  kept: { description: then }
  old: { description: goes }
secrets:
  DSN: { value: { fromEnv: DSN } }
`,
};
const SECOND = {
  'main.yaml': `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }
workspaces:
  app: { workspaceGroup: main, size: S-1 }
teams:
  kept: { description: now }
  new: { description: comes }
secrets:
  DSN: { value: { fromEnv: DSN } }
`,
};

/** Requests without what differs from account to account. */
function shapeOf({ method, path, body }: Wire): string {
  return `${method} ${path} ${body}`.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '#');
}

function idOf(world: CommandWorld, type: string, name: string): string {
  const found = world.emulator.control
    .snapshot()
    .find((object) => object.type === type && object.fields['name'] === name);
  return found?.id ?? 'none';
}

describe('apply FILE', () => {
  let world: CommandWorld;
  let plain: readonly string[] = [];
  const DSN = 'a-dsn-before-the-plan';
  const CHANGED = 'a-dsn-of-the-plan-time';

  const planned = async (): Promise<string> => {
    world.reset();
    world.env = { DSN };
    world.write(FIRST);
    await world.done('apply', '--auto-approve');
    world.write(SECOND);
    world.env = { DSN: CHANGED };
    await world.done('plan', '--out', 'a.plan');
    return world.read('a.plan');
  };

  beforeAll(async () => {
    world = await createCommandWorld();
    await planned();
    plain = (await world.done('apply', '--auto-approve')).writes.map(shapeOf);
  });

  beforeEach(() => {
    world.onRequest = () => undefined;
  });

  afterAll(async () => {
    await world.close();
  });

  test('sends what apply sends, holds no secret, and asks nothing', async () => {
    const file = await planned();
    expect(file).not.toContain(CHANGED);
    expect(file).not.toContain(DSN);
    const result = await world.done('apply', 'a.plan');
    expect(plain).toHaveLength(5);
    expect(result.writes.map(shapeOf).toSorted()).toEqual([...plain].toSorted());
  });

  test('approves that a secret is set, not its value: the source is read again', async () => {
    await planned();
    world.env = { DSN: 'a-dsn-of-the-apply-time' };
    const result = await world.done('apply', 'a.plan');
    const secret = result.writes.filter(({ path }) => path.startsWith('/v1/secrets'));
    expect(secret.map(({ body }) => body)).toEqual(['{"value":"a-dsn-of-the-apply-time"}']);
  });

  test('does not send a secret that changed after the plan', async () => {
    world.reset();
    world.env = { DSN };
    world.write(FIRST);
    await world.done('apply', '--auto-approve');
    world.write(SECOND);
    await world.done('plan', '--out', 'a.plan');
    world.env = { DSN: CHANGED };
    const result = await world.run('apply', 'a.plan');
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('singlestore.secrets.DSN is skipped: it is no longer');
    expect(result.writes.some(({ path }) => path.startsWith('/v1/secrets'))).toBe(false);
    expect(result.stdout + result.stderr).not.toContain(CHANGED);
  });

  test('does nothing with a file of something else', async () => {
    const file = await planned();
    const refused: readonly (readonly [string, string, string])[] = [
      ['"stack": "saved"', '"stack": "planted"', 'plan-file-invalid'],
      ['"environment": "default"', '"environment": "planted"', '--env planted'],
      ['"environment": "default"', '"environment": "../../planted"', 'plan-file-invalid'],
      ['"mode": "plan"', '"mode": "destroy"', '--destroy'],
      ['"mode": "plan"', '"mode": "planted"', 'plan-file-invalid'],
      ['"format_version": 1', '"format_version": 2', 'plan-file-invalid'],
      ['"format": "trueup-plan"', '"format": "planted"', 'plan-file-invalid'],
      [/"lineage": "[^"]+"/.exec(file)?.[0] ?? 'none', '"lineage": "planted"', 'plan-file-invalid'],
      [/"organizations": {[^}]*}/.exec(file)?.[0] ?? 'none', '"organizations": {}', 'organization'],
      [
        /"singlestore": "[^"]+"/.exec(file)?.[0] ?? 'none',
        '"singlestore": "planted"',
        'another organization',
      ],
    ];
    for (const [from, to, told] of refused) {
      expect(file).toContain(from);
      world.write({ 'b.plan': file.replace(from, to) });
      const result = await world.run('apply', 'b.plan', '--auto-approve');
      expect([result.code, result.writes], to).toEqual([1, []]);
      expect(result.stderr, to).toContain(told);
      expect(result.sent.map(shapeOf).join('\n'), to).not.toContain('planted');
    }
  });

  test('of edited rows sends nothing, and nothing that stands in them', async () => {
    const file = await planned();
    const edited = file
      .replaceAll('"description": "now"', '"description": "planted-1"')
      .replaceAll('"description": "comes"', '"description": "planted-2\\u001b[2J"')
      .replaceAll('"size": "S-1"', '"size": "planted-3"')
      .replaceAll('"description": "goes"', '"description": "planted-4"');
    world.write({ 'b.plan': edited });
    const result = await world.run('apply', 'b.plan', '--auto-approve');
    expect(result.code).toBe(5);
    expect(result.writes.map(shapeOf)).toEqual([
      'PATCH /v1/secrets/# {"value":"a-dsn-of-the-plan-time"}',
    ]);
    expect(result.sent.map(shapeOf).join('\n')).not.toContain('planted');
    expect(result.stderr).toContain('size "planted-3" there, "S-1" now');
    expect(result.stdout + result.stderr).not.toContain('\u001B[2J');
  });

  test('that asks for more in place of less sends no more than apply does', async () => {
    const file = JSON.parse(await planned()) as { plan: { resource_changes: Holder[] } };
    const rows = file.plan.resource_changes;
    const gone = rows.find((row) => row['address'] === 'singlestore.teams.old');
    const stays = rows.filter((row) => row['address'] !== gone?.['address']);
    file.plan.resource_changes = stays.map((row) => ({
      ...row,
      change: { ...(row['change'] as Holder), actions: ['delete'], after: null },
    }));
    world.write({ 'b.plan': JSON.stringify(file) });
    const result = await world.run('apply', 'b.plan', '--auto-approve', '--allow', 'data-loss=*');
    expect([result.code, result.writes]).toEqual([5, []]);
  });

  test('larger than a plan can be is not read', async () => {
    await planned();
    const path = join(world.directory, 'big.plan');
    const handle = openSync(path, 'w');
    ftruncateSync(handle, PLAN_BYTES_MAX + 1);
    closeSync(handle);
    const result = await world.run('apply', 'big.plan', '--auto-approve');
    expect(result.stderr).toContain('too large');
    expect([result.code, result.sent]).toEqual([1, []]);
  });

  test('of a destroy takes --destroy, and no other file does', async () => {
    await planned();
    await world.done('plan', '--destroy', '--out', 'end.plan');
    expect((await world.run('apply', 'a.plan', '--destroy')).code).toBe(1);
    expect((await world.run('apply', '--destroy', '--auto-approve')).code).toBe(1);
    const unasked = await world.run(
      'apply',
      'end.plan',
      '--auto-approve',
      '--allow',
      'data-loss=*',
    );
    expect([unasked.code, unasked.sent]).toEqual([1, []]);
    const unapproved = await world.run('apply', 'end.plan', '--destroy', '--auto-approve');
    expect([unapproved.code, unapproved.writes]).toEqual([4, []]);
    const ended = await world.done('apply', 'end.plan', '--destroy', '--allow', 'data-loss=*');
    expect(ended.writes).toHaveLength(5);
  });

  test('does not delete what came into a group after the plan', async () => {
    await planned();
    await world.done('plan', '--destroy', '--out', 'end.plan');
    const group = world.emulator.control.snapshot().find(({ type }) => type === 'workspaceGroup');
    const body = { workspaceGroupID: group?.id ?? '', name: 'precious', size: 'S-00' };
    world.emulator.control.mutate({ op: 'create', type: 'workspace', body });
    const all = ['--destroy', '--auto-approve', '--allow', 'data-loss=*'];
    const result = await world.run('apply', 'end.plan', ...all);
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('workspaceGroups.main is skipped');
    expect(result.stderr).toContain('(cascade)');
    expect(result.writes.some(({ path }) => path.includes('workspaceGroups'))).toBe(false);
  });

  test('names the flags of the plan that were not given again', async () => {
    await planned();
    await world.done('apply', '--auto-approve');
    await world.done('plan', '--replace', 'secrets.DSN', '--out', 'r.plan');
    const result = await world.run('apply', 'r.plan');
    expect([result.code, result.writes]).toEqual([5, []]);
    expect(result.stderr).toContain('given again');
    expect((await world.done('apply', 'r.plan', '--replace', 'secrets.DSN')).writes).toHaveLength(
      2,
    );
  });

  const describeTeam = (name: string, description: string) => (): void => {
    const id = idOf(world, 'team', name);
    world.emulator.control.mutate({ op: 'set', type: 'team', id, fields: { description } });
  };
  const deleteTeam = (name: string) => (): void => {
    world.emulator.control.mutate({ op: 'delete', type: 'team', id: idOf(world, 'team', name) });
  };
  const createTeam = (name: string) => (): void => {
    world.emulator.control.mutate({ op: 'create', type: 'team', body: { name } });
  };
  /** What happened since the plan; the exit code; what is told; requests that are not sent. */
  const moved: readonly (readonly [string, () => void, number, string, string])[] = [
    [
      'update: moved',
      describeTeam('kept', 'x'),
      5,
      'description "then" there, "x" now',
      'PATCH /v1/teams',
    ],
    ['update: as wanted', describeTeam('kept', 'now'), 0, '', 'PATCH /v1/teams'],
    ['update: gone', deleteTeam('kept'), 5, 'update there, create now', '"kept"'],
    ['create: a namesake', createTeam('new'), 1, 'object-exists', ''],
    ['delete: changed', describeTeam('old', 'x'), 5, 'description "goes" there, "x" now', 'DELETE'],
    ['delete: gone', deleteTeam('old'), 5, 'delete there, forget now', 'DELETE'],
  ];

  test.each(moved)('since the plan %s', async (_name, act, code, told, unsent) => {
    await planned();
    act();
    const result = await world.run('apply', 'a.plan');
    expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(told)]);
    const sent = result.writes.map(shapeOf);
    expect(sent.filter((line) => line.includes(unsent))).toEqual([]);
    expect(plain).toEqual(expect.arrayContaining(sent));
  });
});
