import { describe, expect, test } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import type { FileHook } from '../_helpers/memory-files.ts';
import { systemError } from '../_helpers/memory-files.ts';
import { actionsOf, createWorld, duplicates } from '../_helpers/world.ts';
import type { RunResult, World } from '../_helpers/world.ts';

const STACK = new Map([
  ['trueup.yaml', 'stack: small\n'],
  [
    'main.yaml',
    `workspaceGroups:
  main:
    provider: AWS
    regionName: us-east-1
    firewallRanges: [203.0.113.0/24]
workspaces:
  app: { workspaceGroup: main, size: S-00 }
teams:
  readers: { description: Reads, members: { users: [], teams: [] } }
  writers: { description: Writes, members: { users: [], teams: [] } }
`,
  ],
]);

interface Trouble {
  readonly code: string;
  /** Number of the first write that fails, of those of the run. */
  readonly from: number;
  /** Number of the first one that works again. */
  readonly until: number;
  readonly manner: 'before' | 'after' | 'half';
}

/** Fails writes: before anything was done, after all of it, or with half a line on the disk. */
function troubleHook(world: World, { code, from, until, manner }: Trouble): FileHook {
  const files = world.files();
  const first = files.writes();
  return ({ op, path, index }, phase) => {
    const number = index - first;
    if (number < from || number >= until) return;
    if (phase !== (manner === 'after' ? 'after' : 'before')) return;
    if (manner === 'half' && op === 'append') {
      files.put(path, `${files.text(path) ?? ''}{"v":1,"lineage":"5`);
    }
    throw systemError(code, path);
  };
}

interface Attempt {
  readonly result: RunResult | undefined;
  /** What the user is told: an error that ends the command, or problems of single changes. */
  readonly told: readonly { readonly code: string; readonly message: string }[];
  readonly requests: number;
}

async function applyIn(
  world: World,
  hook: FileHook,
  onRequest: (number: number) => void = () => undefined,
): Promise<Attempt> {
  let requests = 0;
  world.files().setHook(hook);
  try {
    const result = await world.apply(STACK, {
      onRequest(number) {
        requests = number;
        onRequest(number);
      },
    });
    return { result, told: result.outcome?.problems ?? [], requests };
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    endProcess(world);
    return { result: undefined, told: [error], requests };
  } finally {
    world.files().setHook(undefined);
  }
}

/** The world's processes live on after an error; a real one ends, and its lock has a dead holder. */
function endProcess(world: World): void {
  const files = world.files();
  for (const path of files.paths().filter((name) => name.endsWith('/holder.json'))) {
    const text = files.text(path) ?? '';
    files.put(path, text.replace(/"processStart": "[^"]*"/, '"processStart": "ended"'));
  }
}

/** Names of what the account has that the state knows nothing of: neither resource nor intent. */
function unknownObjects(world: World): readonly string[] {
  const known = `${world.files().text('/state/state.json') ?? ''}${world.files().text('/state/journal.jsonl') ?? ''}`;
  return ['main', 'app', 'readers', 'writers'].filter((name) => {
    const exists = world.emulator.control.snapshot().some(({ fields }) => fields['name'] === name);
    return (
      exists && !known.includes(`"naturalKey":"${name}"`) && !known.includes(`"name":"${name}"`)
    );
  });
}

async function wrongAfter(trouble: Trouble): Promise<readonly string[]> {
  const world = createWorld();
  const { result, told } = await applyIn(world, troubleHook(world, trouble));
  const outcome = result?.outcome;
  const isDone = outcome !== undefined && outcome.applied === 4;
  const wrong = [
    ...(isDone || told.length > 0 ? [] : ['it ended without a word']),
    ...told
      .filter((item) => item.code !== 'state-write-failed' || !item.message.includes(trouble.code))
      .map((item) => `told ${item.code} ${item.message}`),
    ...unknownObjects(world).map((name) => `${name} exists and the state knows nothing of it`),
  ];
  const second = await world.apply(STACK);
  const third = await world.plan(STACK);
  wrong.push(
    ...(second.outcome?.problems ?? [{ code: 'nothing', message: 'was applied' }]).map(
      (item) => `the next run: ${item.code} ${item.message}`,
    ),
    ...duplicates(world.emulator).map((item) => `duplicate ${item}`),
    ...actionsOf(third).map((item) => `left over ${item}`),
    ...(third.planned?.plan.incomplete === false ? [] : ['the third plan is incomplete']),
  );
  return wrong.map((text) => `${JSON.stringify(trouble)}: ${text}`);
}

async function writesOfAnApply(): Promise<number> {
  const { writes, outcome } = await createWorld().apply(STACK);
  expect(outcome).toMatchObject({ applied: 4, problems: [] });
  return writes;
}

describe('an apply whose disk fails', () => {
  test.each<[Trouble['manner'], 'once' | 'from then on']>([
    ['before', 'once'],
    ['before', 'from then on'],
    ['after', 'once'],
    ['half', 'from then on'],
  ])('at any write (%s it, %s) makes no twin', async (manner, times) => {
    const writes = await writesOfAnApply();
    const wrong: string[] = [];
    for (let from = 1; from <= writes; from += 1) {
      const until = times === 'once' ? from + 1 : Number.POSITIVE_INFINITY;
      const code = times === 'once' ? 'ENOSPC' : 'EROFS';
      wrong.push(...(await wrongAfter({ code, from, until, manner })));
    }
    expect(writes).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  test('before anything could be written sends nothing', async () => {
    for (const code of ['ENOSPC', 'EACCES', 'EROFS']) {
      const world = createWorld();
      const before = world.emulator.control.snapshot();
      const trouble = { code, from: 1, until: Number.POSITIVE_INFINITY, manner: 'before' } as const;
      const { told, requests } = await applyIn(world, troubleHook(world, trouble));
      expect(told).toMatchObject([
        {
          code: 'state-write-failed',
          message: expect.stringContaining(`cannot use the state in /state: ${code}`),
          hint: expect.stringContaining('make room or mend the permissions'),
        },
      ]);
      expect(world.emulator.control.snapshot()).toEqual(before);
      expect(requests).toBe(0);
    }
  });

  test('before the first intent sends no create', async () => {
    const world = createWorld();
    const before = world.emulator.control.snapshot().length;
    const { told, requests } = await applyIn(world, ({ path }, phase) => {
      if (phase === 'before' && path.endsWith('json.tmp')) throw systemError('ENOSPC', path);
    });
    expect(told).toMatchObject([{ code: 'state-write-failed' }]);
    expect(requests).toBeGreaterThan(3);
    expect(world.emulator.control.snapshot()).toHaveLength(before);
  });

  test('after a create says so, stops, and the next run takes the object over', async () => {
    const world = createWorld();
    const named = () =>
      world.emulator.control.snapshot().filter(({ fields }) => fields['name'] === 'main');
    const { result, told } = await applyIn(world, ({ op, path }, phase) => {
      const isJournal = op === 'append' && path.endsWith('journal.jsonl');
      if (phase === 'before' && isJournal && named().length > 0) throw systemError('ENOSPC', path);
    });
    expect(told[0]).toMatchObject({
      code: 'state-write-failed',
      message: expect.stringContaining('ENOSPC'),
      hint: expect.stringContaining('what was done is found again'),
    });
    expect(result?.outcome?.failed).toBeGreaterThan(0);
    const { applied = 0, blocked = 0, notStarted = 0 } = result?.outcome ?? {};
    expect(applied).toBe(0);
    expect(blocked + notStarted).toBeGreaterThan(0);
    expect(named()).toHaveLength(1);
    const [made] = named();
    const second = await world.apply(STACK);
    expect(second.outcome).toMatchObject({ problems: [], failed: 0 });
    expect(named().map(({ id }) => id)).toEqual([made?.id]);
    expect(duplicates(world.emulator)).toEqual([]);
  });
});

/** A lock that was just taken on another machine. */
function elsewhere(nowMs: number): string {
  return JSON.stringify({
    id: 'other',
    host: 'elsewhere',
    pid: 7,
    processStart: 'then',
    operation: 'apply',
    user: 'bob',
    acquiredAtMs: nowMs,
    renewedAtMs: nowMs,
    leaseMs: 60_000,
  });
}

describe('an apply that loses its lock', () => {
  test('to another host at any request sends no create that the other cannot know of', async () => {
    const { requests } = await createWorld().apply(STACK);
    const wrong: string[] = [];
    let stopped = 0;
    for (let at = 1; at <= requests; at += 1) {
      const world = createWorld();
      const take = (number: number): void => {
        if (number === at)
          world.files().put('/state/lock.2/holder.json', elsewhere(world.clock.now()));
      };
      const { told } = await applyIn(world, () => undefined, take);
      stopped += told.length > 0 ? 1 : 0;
      wrong.push(
        ...told
          .filter((item) => item.code !== 'state-lock-lost')
          .map((item) => `${String(at)}: told ${item.code} ${item.message}`),
        ...unknownObjects(world).map((name) => `${String(at)}: ${name} is unknown to the state`),
      );
      // The other run ends without having done anything; its lease has to run out.
      await world.clock.advance(60_000);
      const second = await world.apply(STACK);
      wrong.push(
        ...(second.outcome?.problems ?? []).map((item) => `${String(at)}: then ${item.message}`),
        ...duplicates(world.emulator).map((item) => `${String(at)}: duplicate ${item}`),
        ...actionsOf(await world.plan(STACK)).map((item) => `${String(at)}: left over ${item}`),
      );
    }
    expect(wrong).toEqual([]);
    expect(stopped).toBeGreaterThan(requests / 2);
  });

  test('since it cannot be renewed starts no new write, and the next one converges', async () => {
    const world = createWorld({ emulated: 'real', timing: 'real', ratePerSecond: 20 });
    const { result, told } = await applyIn(world, ({ op, path }, phase) => {
      const isRenewal = op === 'write' && path.includes('.next.tmp');
      if (phase === 'before' && isRenewal) throw systemError('ENOSPC', path);
    });
    expect(told.map(({ code }) => code)).toContain('state-lock-lost');
    expect(result?.outcome?.applied).toBeLessThan(4);
    const second = await world.apply(STACK);
    expect(second.outcome).toMatchObject({ problems: [], failed: 0 });
    expect(duplicates(world.emulator)).toEqual([]);
    expect(actionsOf(await world.plan(STACK))).toEqual([]);
  });
});
