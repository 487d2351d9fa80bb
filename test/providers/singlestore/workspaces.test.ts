import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../../src/core/live.ts';
import { Unknown } from '../../../src/core/value.ts';
import { workspaces as kind } from '../../../src/providers/singlestore/workspaces.ts';
import {
  answer,
  body,
  change,
  check,
  codesOf,
  inventory,
  listOf,
  liveOf,
  NOTHING,
  redactor,
  resource,
  step,
  viewOf,
} from './world.ts';

const READ = {
  workspaceID: 'w-1',
  workspaceGroupID: 'g-1',
  name: 'app',
  size: 'S-2',
  state: 'ACTIVE',
  createdAt: '2026-11-01T10:00:00Z',
  endpoint: 'svc-1.example',
  kaiEnabled: true,
  autoSuspend: { suspendType: 'IDLE', idleAfterSeconds: 1800, idleChangedAt: 'x' },
  autoScale: { maxScaleFactor: 2, sensitivity: 'HIGH', changedAt: 'x' },
};

async function readOne(item: object): Promise<LiveObject> {
  const result = await listOf(kind, { '/v1/workspaces?workspaceGroupID=g-1': [item] }, 'g-1');
  expect(result).toMatchObject({ complete: true, scope: 'g-1' });
  const [object] = result.objects;
  if (object === undefined) throw new Error('nothing was read');
  return object;
}

describe('reading workspaces', () => {
  it('maps read names to the names that are written', async () => {
    const live = await readOne(READ);
    expect(live.fields).toEqual({
      name: 'app',
      workspaceGroup: 'g-1',
      size: 'S-2',
      enableKai: true,
      suspended: false,
      autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 1800 },
      autoScale: { maxScaleFactor: 2, sensitivity: 'HIGH' },
    });
    expect(live).toMatchObject({ scope: 'g-1', attributes: { endpoint: 'svc-1.example' } });
  });

  it('reads numbers that are told as texts', async () => {
    const { fields } = await readOne({
      ...READ,
      scaleFactor: '2',
      cacheConfig: 'many',
      autoSuspend: { suspendType: 'IDLE', idleAfterSeconds: '1800' },
    });
    expect(fields).toMatchObject({ scaleFactor: 2, autoSuspend: { suspendAfterSeconds: 1800 } });
    expect(fields['cacheConfig']).toBeUndefined();
  });

  it('reads a schedule by its own name', async () => {
    const autoSuspend = { suspendType: 'SCHEDULED', scheduledAfterSeconds: 60 };
    expect((await readOne({ ...READ, autoSuspend })).fields['autoSuspend']).toEqual({
      suspendType: 'SCHEDULED',
      suspendAfterSeconds: 60,
    });
  });

  it.each([
    ['ACTIVE', 'settled', false],
    ['SUSPENDED', 'settled', true],
    ['PENDING', 'pending', undefined],
    ['Resuming', 'pending', undefined],
    ['FAILED', 'failed', undefined],
    ['TERMINATED', 'gone', undefined],
  ])('takes the state %s for %s', async (state, status, suspended) => {
    const live = await readOne({ ...READ, state });
    expect(live.status).toBe(status);
    expect(live.fields['suspended']).toBe(suspended);
  });
});

describe('canonical form of workspaces', () => {
  it('has one spelling for off', () => {
    const off = { autoSuspend: { suspendType: 'DISABLED' }, autoScale: { maxScaleFactor: 1 } };
    const spellings = [
      { autoSuspend: null, autoScale: null },
      { ...off, autoScale: { maxScaleFactor: 1, sensitivity: 'NORMAL' } },
      off,
    ];
    for (const spelling of spellings) expect(kind.canonical?.(spelling, NOTHING)).toEqual(off);
    const defaults = kind.fields.filter(({ atomic }) => atomic).map((role) => role.default);
    expect(defaults).toEqual([off.autoSuspend, off.autoScale]);
  });

  it('is idempotent and adds no field', () => {
    const fields = fc.record(
      {
        autoSuspend: fc.option(
          fc.record({ suspendType: fc.constantFrom('IDLE', 'DISABLED') }, { requiredKeys: [] }),
        ),
        autoScale: fc.option(
          fc.record(
            { maxScaleFactor: fc.constantFrom(1, 2, 4), sensitivity: fc.constantFrom('LOW') },
            { requiredKeys: ['maxScaleFactor'] },
          ),
        ),
        size: fc.constant('S-1'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (given) => {
        const once = kind.canonical?.(given, NOTHING) ?? {};
        expect(kind.canonical?.(once, NOTHING)).toEqual(once);
        expect(Object.keys(once).toSorted()).toEqual(Object.keys(given).toSorted());
      }),
    );
  });
});

const before = (suspended: boolean): LiveObject => liveOf(kind.type, 'w-1', { suspended });

const compose = (
  suspended: boolean,
  after: Record<string, boolean | string>,
  changed: readonly string[],
): ReturnType<NonNullable<typeof kind.compose>> | undefined =>
  kind.compose?.(change({ before: before(suspended), after, changed }));

describe('composing workspace changes', () => {
  it('updates a running workspace in one step', () => {
    expect(compose(false, { size: 'S-4' }, ['/size'])).toEqual({ steps: ['update'] });
  });

  it('resumes, updates and suspends again, and says so', () => {
    const composed = compose(true, { size: 'S-4' }, ['/size']);
    expect(composed).toMatchObject({
      steps: ['resume', 'update', 'suspend'],
      restore: { suspended: true },
      unsettles: ['endpoint'],
    });
    expect(composed?.notes).toHaveLength(1);
  });

  it.each([
    [false, { suspended: true }, ['/suspended'], ['suspend']],
    [true, { suspended: false }, ['/suspended'], ['resume']],
    [true, { suspended: false, size: 'S-4' }, ['/suspended', '/size'], ['resume', 'update']],
    [false, { suspended: true, size: 'S-4' }, ['/suspended', '/size'], ['update', 'suspend']],
    [true, { suspended: true, size: 'S-4' }, ['/size'], ['resume', 'update', 'suspend']],
  ])('suspended %j with %j: %j', (suspended, after, changed, steps) => {
    expect(compose(suspended, after, changed)?.steps).toEqual(steps);
  });

  it('creates suspended and with a deployment type in further steps', () => {
    const after = { name: 'a', suspended: true, deploymentType: 'PRODUCTION' };
    expect(kind.compose?.(change({ operation: 'create', after }))).toEqual({
      steps: ['create', 'update', 'suspend'],
      restore: { suspended: true },
    });
  });
});

const wants = (size: string): Parameters<typeof step>[1] => ({
  after: { size, suspended: true },
});

describe('writing workspaces', () => {
  it('creates with what POST takes', () => {
    const after = {
      name: 'app',
      workspaceGroup: 'g-1',
      size: 'S-2',
      autoScale: null,
      autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 },
      deploymentType: 'NON-PRODUCTION',
      suspended: true,
    };
    expect(kind.request(step('create', { after }))).toEqual({
      method: 'POST',
      path: '/v1/workspaces',
      body: {
        name: 'app',
        workspaceGroupID: 'g-1',
        size: 'S-2',
        autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 },
      },
    });
    expect(
      kind.result(step('create', { after }), answer({ workspaceID: 'w-1' }), redactor),
    ).toEqual({ id: 'w-1', scope: 'g-1' });
    expect(body(kind, step('update', { id: 'w-1', after }))).toEqual({
      deploymentType: 'NON-PRODUCTION',
    });
  });

  it('patches only what changes, and never suspension', async () => {
    const live = await readOne(READ);
    const after = { size: 'S-4', suspended: true, autoScale: null, cacheConfig: 1 };
    const changed = ['/size', '/suspended', '/autoScale'];
    expect(body(kind, step('update', { id: 'w-1', before: live, after, changed }))).toEqual({
      size: 'S-4',
      autoScale: { maxScaleFactor: 1 },
    });
  });

  it('suspends and resumes by verbs', () => {
    expect(kind.request(step('suspend', { id: 'w-1' }))).toEqual({
      method: 'POST',
      path: '/v1/workspaces/w-1/suspend',
    });
    expect(kind.request(step('resume', { id: 'w-1' }))?.path).toBe('/v1/workspaces/w-1/resume');
  });

  it('is done when live shows it, not before', async () => {
    const active = await readOne(READ);
    const suspended = await readOne({ ...READ, state: 'SUSPENDED' });
    const pending = await readOne({ ...READ, state: 'PENDING' });
    expect(kind.stepDone?.(step('update', wants('S-2')), active)).toBe(true);
    expect(kind.stepDone?.(step('update', wants('S-4')), active)).toBe(false);
    expect(kind.stepDone?.(step('update', wants('S-2')), pending)).toBe(false);
    expect(kind.stepDone?.(step('suspend', wants('S-2')), active)).toBe(false);
    expect(kind.stepDone?.(step('suspend', wants('S-2')), suspended)).toBe(true);
    expect(kind.stepDone?.(step('resume', wants('S-2')), active)).toBe(true);
    expect(kind.stepDone?.(step('delete'), active)).toBe(false);
  });
});

describe('checks of workspaces', () => {
  it.each([
    [{ autoSuspend: { suspendType: 'DISABLED', suspendAfterSeconds: 1 } }, 1],
    [{ autoSuspend: { suspendType: 'IDLE' } }, 1],
    [{ autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 } }, 0],
    [{ autoScale: { maxScaleFactor: 1, sensitivity: 'HIGH' } }, 1],
    [{ autoScale: null, autoSuspend: null }, 0],
  ])('offline: %j has %d problems', (fields, count) => {
    expect(kind.checkFields?.(fields)).toHaveLength(count);
  });

  it('refuses the sixth workspace of a group', () => {
    const live = viewOf(
      inventory(
        kind.type,
        [
          ...['a', 'b', 'c', 'd'].map((id) => liveOf(kind.type, id, { workspaceGroup: 'g-1' })),
          { ...liveOf(kind.type, 'e', { workspaceGroup: 'g-1' }), status: 'gone' as const },
        ],
        'g-1',
      ),
    );
    const stack = ['x', 'y'].map((key) => resource(kind.type, key, { workspaceGroup: 'g-1' }));
    const codes = stack.map((own) => codesOf(kind.check?.(check(own, live, stack))));
    expect(codes).toEqual([[], ['limit-exceeded']]);
  });

  it('counts in a group that does not exist yet', () => {
    const group = new Unknown('singlestore.workspaceGroups.main');
    const stack = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) =>
      resource(kind.type, key, { workspaceGroup: group }),
    );
    const refused = stack.filter((own) => kind.check?.(check(own, NOTHING, stack))?.length === 1);
    expect(refused.map(({ address }) => address)).toEqual(['singlestore.workspaces.f']);
  });

  it('has no natural key while its group is unknown', () => {
    expect(kind.key.of({ name: 'a', workspaceGroup: new Unknown() })).toBeUndefined();
    expect(kind.key.of({ name: ' A', workspaceGroup: 'g-1' })).toBe('g-1/a');
  });
});
