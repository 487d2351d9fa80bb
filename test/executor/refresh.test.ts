import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { Reference, Template } from '../../src/core/value.ts';
import type { PlannedRun } from '../../src/executor/make-plan.ts';
import { failure, fakeAccount, type FakeAccount } from '../_helpers/fake-account.ts';
import {
  attribute,
  entry,
  intent,
  object,
  recorded,
  ref,
  things,
  type World,
} from '../_helpers/planner-builder.ts';

function lists(account: FakeAccount): readonly string[] {
  return account.reads.filter((read) => read.startsWith('LIST')).toSorted();
}

function actions({ plan }: PlannedRun): readonly string[] {
  return plan.changes.map((item) => `${item.action} ${item.address}`);
}

const thing = entry('things.t', { box: ref('boxes.a') });
const inside: World = {
  entries: [entry('boxes.a'), thing],
  state: { 'boxes.a': recorded('boxes.a') },
  objects: [object('boxes.a'), object('boxes.other')],
};

describe('the collections of a plan', () => {
  it('are those of the stack, of the state and of what is inside', async () => {
    const account = fakeAccount(inside);
    await account.plan({ ...inside, entries: [entry('labels.l')] });
    expect(lists(account)).toEqual(['LIST boxes', 'LIST labels', 'LIST things a-id']);
  });

  it('do not contain those inside objects that nobody manages', async () => {
    const account = fakeAccount(inside);
    await account.plan(inside);
    expect(lists(account)).toEqual(['LIST boxes', 'LIST things a-id']);
  });

  it('contain what is inside an object that is known by its name, its ID or an import', async () => {
    const byName = new Reference('fake.boxes', 'name', 'other');
    const byId = new Reference('fake.boxes', 'id', 'far-id');
    const account = fakeAccount(inside);
    await account.plan({
      entries: [
        entry('boxes.i'),
        entry('things.n', { box: byName }),
        entry('things.d', { box: byId }),
        entry('things.i', { box: ref('boxes.i') }),
      ],
      stack: { imports: [{ to: 'fake.boxes.i' as never, id: 'imported-id' }] },
    });
    expect(lists(account)).toEqual([
      'LIST boxes',
      'LIST things a-id',
      'LIST things far-id',
      'LIST things imported-id',
      'LIST things other-id',
    ]);
  });

  it('contain what is inside an object that is about to be adopted', async () => {
    const account = fakeAccount(inside);
    const adopting: World = {
      entries: [entry('boxes.other'), entry('things.t', { box: ref('boxes.other') })],
      options: { adopt: ['*'] },
    };
    expect(actions(await account.plan(adopting))).toContain('import fake.boxes.other');
    expect(lists(account)).toContain('LIST things other-id');
  });

  it('contain those of creates that were begun, and of what a kind asks for besides', async () => {
    const kinds = {
      labels: { neededScopes: () => [{ type: 'fake.things', scope: 'needed-id' }] },
      boxes: { needs: ['fake.labels'] },
    };
    const account = fakeAccount({}, { kinds });
    const begun = intent('things.t', { box: 'begun-id' }, { scope: 'begun-id' });
    account.records.push({ op: 'intent', intent: begun });
    await account.plan({ entries: [entry('labels.l'), entry('boxes.a')] });
    expect(lists(account)).toEqual([
      'LIST boxes',
      'LIST labels',
      'LIST things begun-id',
      'LIST things needed-id',
    ]);
  });

  it('are none of an object that is yet to be made', async () => {
    const account = fakeAccount({});
    const computed = new Template(['box-', Secret.create('of the tests')], false);
    const entries = [
      entry('boxes.a'),
      thing,
      entry('things.s', { box: ref('boxes.a'), secret: computed }),
      entry('labels.l', { text: attribute('boxes.a', 'endpoint'), of: attribute('boxes.a', 'id') }),
    ];
    const planned = await account.plan({ entries });
    expect(planned.plan.changes).toHaveLength(4);
    expect(lists(account)).toEqual(['LIST boxes', 'LIST labels']);
  });

  it('are none of a kind that nobody knows, or of an entry that is not there', async () => {
    const ghost = { ...recorded('boxes.ghost'), type: 'fake.ghosts' };
    const account = fakeAccount({ state: { 'fake.ghosts.g': ghost } });
    account.records.push({ op: 'put', address: 'fake.ghosts.g', resource: ghost });
    const { plan } = await account.plan({ entries: [entry('labels.l')] });
    expect(plan.undetermined).toMatchObject([{ address: 'fake.ghosts.g' }]);
    expect(lists(account)).toEqual(['LIST labels']);
    await account.plan({ entries: [entry('things.t', { box: ref('boxes.zz') })] });
    expect(lists(account)).toEqual(['LIST labels']);
  });

  it('are none of an object that may be one of several', async () => {
    const twins = ['one', 'two'].map((id) => object('boxes.twin', {}, { id }));
    const account = fakeAccount({ objects: twins });
    await account.plan({
      entries: [entry('boxes.twin'), entry('things.t', { box: ref('boxes.twin') })],
    });
    expect(lists(account)).toEqual(['LIST boxes']);
  });

  it('do not loop over entries that refer to each other', async () => {
    const account = fakeAccount({});
    const wanted = entry('things.t', { box: attribute('things.t', 'id') });
    await account.plan({ entries: [wanted] }).catch(() => undefined);
    expect(lists(account).length).toBeLessThanOrEqual(2);
  });
});

describe('a look-up', () => {
  it.each([
    ['nothing', [] as const],
    ['several objects', ['one', 'two'] as const],
  ])('that matches %s leaves out its resource and goes on with the rest', async (_name, ids) => {
    const twins = ids.map((id) => object('boxes.twin', {}, { id }));
    const account = fakeAccount({ objects: twins });
    const byName = new Reference('fake.boxes', 'name', 'twin');
    const entries = [entry('things.t', { box: byName }), entry('labels.l')];
    const { plan } = await account.plan({ entries });
    expect(plan.changes.map((item) => item.address)).toEqual(['fake.labels.l']);
    expect(plan.diagnostics).toMatchObject([{ code: 'lookup-failed', address: 'fake.things.t' }]);
  });

  it('in a list that cannot be read concludes nothing', async () => {
    const account = fakeAccount(inside);
    account.broken.add('fake.boxes');
    const byName = new Reference('fake.boxes', 'name', 'other');
    const { plan } = await account.plan({ entries: [entry('things.t', { box: byName })] });
    expect(plan.changes).toEqual([]);
    expect(plan.incomplete).toBe(true);
  });

  it('of a kind that is only looked up comes before everything else', async () => {
    const account = fakeAccount(
      {},
      { kinds: { labels: { managed: false }, boxes: { needs: ['fake.labels'] } } },
    );
    await account.plan({ entries: [entry('boxes.a')] });
    expect(account.reads).toEqual(['LIST labels', 'LIST boxes']);
  });
});

const listing = (status: number): FakeAccount =>
  fakeAccount(inside, {
    kinds: { things: { list: () => Promise.reject(failure('refused', status)) } },
  });

const list = () => Promise.resolve({ type: 'fake.boxes', complete: false, objects: [] } as const);

describe('a list', () => {
  it('of what is inside an object that is not there is empty', async () => {
    const { plan } = await listing(404).plan(inside);
    expect(plan.incomplete).toBe(false);
    expect(plan.changes.map((item) => item.action)).toContain('create');
  });

  it.each([400, 403, 500])('that answers %i is incomplete, never empty', async (status) => {
    const { plan } = await listing(status).plan(inside);
    expect(plan.incomplete).toBe(true);
    expect(plan.changes.map((item) => item.address)).toEqual(['fake.boxes.a']);
  });

  it('of a whole kind that answers 404 is incomplete, never empty', async () => {
    const kinds = { boxes: { list: () => Promise.reject(failure('refused', 404)) } };
    const { plan } = await fakeAccount(inside, { kinds }).plan(inside);
    expect(plan.changes).toEqual([]);
    expect(plan.incomplete).toBe(true);
  });

  it('that is not whole and does not say why stops a create all the same', async () => {
    const { plan } = await fakeAccount({}, { kinds: { boxes: { list } } }).plan({
      entries: [entry('boxes.a')],
    });
    expect(plan.changes).toEqual([]);
  });

  it('that fails as a bug fails the plan', async () => {
    const kinds = { things: { list: () => Promise.reject(new TypeError('a bug')) } };
    await expect(fakeAccount(inside, { kinds }).plan(inside)).rejects.toThrow('a bug');
  });

  it('is told as read, with what was in it', async () => {
    const account = fakeAccount(inside);
    await account.plan(inside);
    expect(account.events.filter((event) => event.type === 'collection-read')).toEqual([
      { type: 'collection-read', resourceType: 'fake.boxes', objects: 2, complete: true },
      {
        type: 'collection-read',
        resourceType: things.type,
        scope: 'a-id',
        objects: 0,
        complete: true,
      },
    ]);
    expect(account.events.find((event) => event.type === 'refresh-done')).toEqual({
      type: 'refresh-done',
      collections: 2,
      requests: 2,
    });
  });
});
