import { describe, expect, it } from 'vitest';
import type { StateResource } from '../../src/core/prior.ts';
import { Secret } from '../../src/core/secret.ts';
import { NotCompared, Template, AttributeReference } from '../../src/core/value.ts';
import type { ApplyOutcome } from '../../src/executor/apply.ts';
import { fakeAccount, type FakeAccount, type FakeOptions } from '../_helpers/fake-account.ts';
import {
  address,
  attribute,
  boxes,
  entry,
  object,
  recorded,
  ref,
  type World,
} from '../_helpers/planner-builder.ts';

async function run(account: FakeAccount, world: World): Promise<ApplyOutcome> {
  return account.apply(world, await account.plan(world));
}

function kept(account: FakeAccount, short: string): StateResource | undefined {
  return account.state().state.resources[`fake.${short}`];
}

const box: World = { entries: [entry('boxes.a', { place: 'here', note: 'x' })] };

const expiring = (text: string, note = 'x'): World => ({
  entries: [entry('boxes.a', { expires: text, note })],
});

describe('what the state has of a change', () => {
  it('that is done is what was sent and what was read', async () => {
    const account = fakeAccount({});
    await run(account, box);
    const known = { name: 'a', place: 'here', note: 'x' };
    expect(kept(account, 'boxes.a')).toMatchObject({
      id: 'made-1',
      sent: known,
      read: known,
      attributes: { endpoint: 'made-1.example' },
      createdAtMs: account.clock.now(),
    });
    expect(kept(account, 'boxes.a')).not.toHaveProperty('pending');
    expect(account.state().state.providers).toEqual({ fake: { organization: 'org' } });
  });

  it('that failed after its create is the ID, as begun', async () => {
    const account = fakeAccount({});
    account.meanwhile.set(1, () => {
      const made = account.objects.get('made-1');
      if (made !== undefined) account.objects.set('made-1', { ...made, status: 'failed' });
    });
    expect((await run(account, box)).problems).toMatchObject([{ code: 'settle-failed' }]);
    expect(kept(account, 'boxes.a')).toMatchObject({
      id: 'made-1',
      read: {},
      pending: { steps: ['create'], done: 1 },
    });
    expect(account.state().intents).toEqual([]);
  });

  it('that was refused, skipped or blocked is what it was before', async () => {
    const world: World = {
      entries: [
        entry('boxes.a', { note: 'new' }),
        entry('boxes.b', { note: 'new' }),
        entry('labels.l', { of: ref('boxes.a'), text: 'new' }),
      ],
      state: {
        'boxes.a': recorded('boxes.a', { note: 'old' }),
        'boxes.b': recorded('boxes.b', { note: 'old' }),
        'labels.l': recorded('labels.l', { of: 'a-id', text: 'old' }),
      },
      objects: [
        object('boxes.a', { note: 'old' }),
        object('boxes.b', { note: 'old' }),
        object('labels.l', { of: 'a-id', text: 'old' }),
      ],
    };
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    const before = account.state().state.resources;
    account.objects.set('b-id', object('boxes.b', { note: 'theirs' }));
    await account.clock.advance(120_000);
    account.faults.push('refuse');
    const outcome = await account.apply(world, planned);
    expect(outcome).toMatchObject({ applied: 0, failed: 1, skipped: 1, blocked: 1 });
    expect(account.state().state.resources).toEqual(before);
  });

  it('that only changed what is read, not what is asked for, is refreshed', async () => {
    const world: World = {
      ...box,
      state: { 'boxes.a': recorded('boxes.a', { place: 'here', note: 'x' }) },
      objects: [object('boxes.a', { place: 'here', note: 'x' }, { attributes: { endpoint: 'e' } })],
    };
    const account = fakeAccount(world);
    expect(await run(account, world)).toMatchObject({ applied: 0 });
    expect(kept(account, 'boxes.a')?.attributes).toEqual({ endpoint: 'e' });
    const records = account.records.length;
    await run(account, world);
    expect(account.records.slice(records)).toEqual([]);
  });

  it('that could not be made sure of, since what it refers to failed, stays as it is', async () => {
    const world: World = {
      entries: [entry('boxes.a', { note: 'new' }), entry('labels.k', { of: ref('boxes.a') })],
      state: {
        'boxes.a': recorded('boxes.a', { note: 'old' }),
        'labels.k': recorded('labels.k', { of: 'a-id' }),
      },
      objects: [object('boxes.a', { note: 'old' }), object('labels.k', { of: 'a-id' })],
    };
    const account = fakeAccount(world);
    account.faults.push('refuse');
    expect(await run(account, world)).toMatchObject({ failed: 1, blocked: 0 });
    expect(kept(account, 'labels.k')).toEqual(recorded('labels.k', { of: 'a-id' }));
  });

  it('keeps its own deadline for a delete, and no secret out of a list', async () => {
    const list = ['plain', Secret.create('of the tests')];
    const world: World = {
      entries: [entry('boxes.a', { list }, { timeouts: { deleteMs: 90_000 } })],
    };
    const account = fakeAccount({});
    await run(account, world);
    expect(kept(account, 'boxes.a')).toMatchObject({
      lifecycle: { deleteMs: 90_000 },
      sent: { list: ['plain'] },
      read: { list: ['plain'] },
    });
  });

  it('has both, the text of an expiry and the time that it became', async () => {
    const expires = {
      path: ['expires'],
      description: '',
      types: ['string'],
      normaliser: 'duration-or-time',
    } as const;
    const kinds = { boxes: { fields: [...boxes.fields, expires] } };
    const account = fakeAccount({}, { kinds });
    const madeAtMs = Math.floor(account.clock.now() / 1_000) * 1_000;
    await run(account, expiring('2h'));
    const time = new Date(madeAtMs + 7_200_000).toISOString();
    expect(kept(account, 'boxes.a')?.expiry).toEqual({ text: '2h', time });
    await account.clock.advance(600_000);
    await run(account, expiring('2h', 'new'));
    expect(account.bodies.at(-1)).toMatchObject({ expires: time, note: 'new' });
    const fixed = '2027-01-01T00:00:00Z';
    await run(account, expiring(fixed));
    expect(kept(account, 'boxes.a')?.expiry).toEqual({ text: fixed, time: fixed });
  });

  it('that needs an attribute which did not come up is told, and nothing is sent', async () => {
    const world: World = {
      entries: [entry('boxes.a'), entry('labels.l', { text: attribute('boxes.a', 'endpoint') })],
    };
    const account = fakeAccount({});
    account.meanwhile.set(1, () => {
      const made = account.objects.get('made-1');
      if (made !== undefined) account.objects.set('made-1', { ...made, attributes: {} });
    });
    expect((await run(account, world)).problems).toMatchObject([{ code: 'lookup-failed' }]);
    expect(account.writes).toEqual(['POST boxes']);
  });

  it('keeps an attribute that the API leaves out for a while', async () => {
    const account = fakeAccount({});
    await run(account, box);
    const made = account.objects.get('made-1');
    if (made !== undefined) account.objects.set('made-1', { ...made, attributes: {} });
    await run(account, box);
    expect(kept(account, 'boxes.a')?.attributes).toEqual({ endpoint: 'made-1.example' });
  });
});

function thing(secret: Secret | NotCompared, key = 't'): World {
  return { entries: [entry('boxes.a'), entry(`things.${key}`, { box: ref('boxes.a'), secret })] };
}

const wanted = (password: Secret): World => ({ entries: [entry('boxes.a', { password })] });

describe('what the state has of a secret', () => {
  const first = Secret.create('the first of the tests');
  const second = Secret.create('the second of the tests');

  it.each([
    ['with a key', 'a key'],
    ['without one', undefined],
  ])('is a digest, never its text: %s', async (_name, stateKey) => {
    const account = fakeAccount({}, { stateKey });
    await run(account, thing(first));
    expect(Object.keys(kept(account, 'things.t')?.digests ?? {})).toEqual(['/secret']);
    expect(JSON.stringify(account.records)).not.toContain('of the tests');
  });

  it('gets a digest when live shows that it is in place already', async () => {
    for (const stateKey of ['a key', undefined]) {
      const account = fakeAccount({}, { stateKey });
      await run(account, {
        entries: [entry('boxes.a'), entry('things.t', { box: ref('boxes.a') })],
      });
      for (const [id, item] of account.objects) {
        if (item.type !== 'fake.things') continue;
        account.objects.set(id, { ...item, fields: { ...item.fields, secret: first } });
      }
      await run(account, thing(first));
      expect(Object.keys(kept(account, 'things.t')?.digests ?? {})).toEqual(['/secret']);
      expect(account.writes).toHaveLength(2);
    }
  });

  it('stays the digest of what was applied while its source is not at hand', async () => {
    const account = fakeAccount({}, { stateKey: undefined });
    account.hidden.add('secret');
    await run(account, thing(first));
    const { digests } = kept(account, 'things.t') ?? {};
    await run(account, thing(new NotCompared()));
    expect(kept(account, 'things.t')?.digests).toEqual(digests);
    const renamed: World = {
      entries: [
        entry('boxes.a'),
        entry('things.t', { box: ref('boxes.a'), size: 'new', secret: new NotCompared() }),
      ],
    };
    await run(account, renamed);
    expect(account.writes).toHaveLength(3);
    expect(kept(account, 'things.t')?.digests).toEqual(digests);
  });

  it('that never was applied has none, whatever else is written', async () => {
    const account = fakeAccount({});
    account.hidden.add('secret');
    const bare: World = { entries: [entry('boxes.a'), entry('things.t', { box: ref('boxes.a') })] };
    await run(account, bare);
    const skipped: World = {
      entries: [
        entry('boxes.a'),
        entry('things.t', { box: ref('boxes.a'), size: 'new', secret: new NotCompared() }),
      ],
    };
    await run(account, skipped);
    expect(kept(account, 'things.t')?.digests).toEqual({});
  });

  it('is that of the old one while the change of it is refused', async () => {
    const account = fakeAccount({});
    await run(account, thing(first));
    const before = kept(account, 'things.t');
    account.faults.push('refuse');
    await run(account, thing(second));
    expect(kept(account, 'things.t')).toEqual(before);
  });

  it('that the API did not take is not in place: the next plan shows it', async () => {
    const kinds: FakeOptions['kinds'] = {
      boxes: {
        // Generates another password, as a create does that does not like the one it was given.
        result: (input, response) => ({
          ...(input.step === 'create' ? { id: String(response.body) } : {}),
          ...(input.step === 'create'
            ? { generated: [{ pointer: '/password', value: Secret.create('another one') }] }
            : {}),
        }),
      },
    };
    const account = fakeAccount({}, { kinds });
    expect(await run(account, wanted(first))).toMatchObject({ applied: 0, failed: 1 });
    expect(kept(account, 'boxes.a')).toMatchObject({ digests: {}, unsent: ['/password'] });
    for (const secret of [first, second]) {
      const { plan } = await account.plan(wanted(secret));
      expect(plan.changes).toMatchObject([{ action: 'update', writeOnly: ['/password'] }]);
    }
    const skipped = entry('boxes.a', { password: new NotCompared(), note: 'new' });
    expect(await run(account, { entries: [skipped] })).toMatchObject({ applied: 1 });
    expect(kept(account, 'boxes.a')).toMatchObject({ digests: {}, unsent: ['/password'] });
    await run(account, wanted(second));
    expect(kept(account, 'boxes.a')).not.toHaveProperty('unsent');
    expect((await account.plan(wanted(second))).plan.changes).toMatchObject([{ action: 'no-op' }]);
  });

  it('that the API made up unasked is nothing to send', async () => {
    const kinds: FakeOptions['kinds'] = {
      boxes: {
        result: (_, response) => ({
          id: String(response.body),
          generated: [{ pointer: '/password', value: Secret.create('made up') }],
        }),
      },
    };
    const account = fakeAccount({}, { kinds });
    await run(account, box);
    expect(kept(account, 'boxes.a')).not.toHaveProperty('unsent');
    expect((await account.plan(box)).plan.changes).toMatchObject([{ action: 'no-op' }]);
  });
});

describe('a secret that was taken on trust', () => {
  it('stays so while nothing is written', async () => {
    const password = Secret.create('of the tests');
    const world: World = {
      entries: [entry('boxes.a', { password })],
      state: { 'boxes.a': recorded('boxes.a', {}, { unverified: ['/password'] }) },
      objects: [object('boxes.a', {}, { attributes: { endpoint: 'e' } })],
    };
    const account = fakeAccount(world);
    expect(await run(account, world)).toMatchObject({ applied: 0 });
    expect(kept(account, 'boxes.a')).toMatchObject({
      attributes: { endpoint: 'e' },
      digests: {},
      unverified: ['/password'],
    });
  });

  it('and one that was never sent stays unsent while its source is not at hand', async () => {
    const world: World = {
      entries: [entry('boxes.a', { password: new NotCompared() })],
      state: { 'boxes.a': recorded('boxes.a', {}, { unsent: ['/password'] }) },
      objects: [object('boxes.a', {}, { attributes: { endpoint: 'e' } })],
    };
    const account = fakeAccount(world);
    await run(account, world);
    expect(kept(account, 'boxes.a')).toMatchObject({
      attributes: { endpoint: 'e' },
      unsent: ['/password'],
    });
  });

  it('is forgotten with the field that held it', async () => {
    const world: World = {
      entries: [entry('boxes.a', { note: 'new' })],
      state: { 'boxes.a': recorded('boxes.a', {}, { unsent: ['/password'] }) },
      objects: [object('boxes.a')],
    };
    const account = fakeAccount(world);
    await run(account, world);
    expect(kept(account, 'boxes.a')).not.toHaveProperty('unsent');
  });
});

describe('an entry of the state', () => {
  const known: World = { ...box, state: { 'boxes.a': recorded('boxes.a', { note: 'x' }) } };

  it('is kept while nobody can say whether its object is there', async () => {
    const account = fakeAccount(known);
    account.broken.add('fake.boxes');
    await run(account, known);
    expect(kept(account, 'boxes.a')?.id).toBe('a-id');
    await run(account, { entries: [] });
    expect(kept(account, 'boxes.a')?.id).toBe('a-id');
  });

  it('takes what referred to it along when it moves', async () => {
    const world: World = {
      entries: [entry('boxes.new', { name: 'old' }), entry('labels.l', { of: ref('boxes.new') })],
      state: {
        'boxes.old': recorded('boxes.old'),
        'labels.l': recorded('labels.l', { of: 'old-id' }, { dependsOn: ['fake.boxes.old'] }),
        'labels.m': recorded('labels.m', {}, { dependsOn: ['fake.boxes.old', 'fake.labels.l'] }),
      },
      objects: [object('boxes.old'), object('labels.l', { of: 'old-id' }), object('labels.m')],
      options: { target: ['boxes.new', 'labels.l'] },
      stack: { moved: [{ from: 'fake.boxes.old' as never, to: 'fake.boxes.new' as never }] },
    };
    const account = fakeAccount(world);
    expect(await run(account, world)).toMatchObject({ applied: 1, failed: 0 });
    expect(kept(account, 'boxes.old')).toBeUndefined();
    expect(kept(account, 'boxes.new')?.id).toBe('old-id');
    expect(kept(account, 'labels.l')?.dependsOn).toEqual(['fake.boxes.new']);
    const renamed = ['fake.boxes.new', 'fake.labels.l'];
    expect(kept(account, 'labels.m')?.dependsOn).toEqual(renamed);
    expect(account.writes).toEqual([]);
  });

  it('of an interrupted create follows a move of its address', async () => {
    const account = fakeAccount({});
    account.faults.push('lose-answer');
    const planned = await account.plan(box);
    account.broken.add('fake.boxes');
    await account.apply(box, planned);
    account.broken.clear();
    const moved: World = {
      entries: [entry('boxes.b', { name: 'a', place: 'here', note: 'x' })],
      stack: {
        moved: [
          { from: 'fake.labels.x' as never, to: 'fake.labels.y' as never },
          { from: 'fake.boxes.a' as never, to: 'fake.boxes.b' as never },
        ],
      },
    };
    await run(account, moved);
    expect(account.writes).toEqual(['POST boxes']);
    expect(kept(account, 'boxes.b')?.id).toBe('made-1');
    expect(account.state().intents).toEqual([]);
  });
});

function withOutputs(...outputs: readonly object[]): World {
  return { ...box, stack: { outputs: outputs as never } };
}

const output = (name: string, value: Template): object => ({ name, value, sensitive: false });

describe('outputs', () => {
  const endpoint = output('endpoint', attribute('boxes.a', 'endpoint'));

  it('are those of the whole stack after the apply', async () => {
    const account = fakeAccount({});
    await run(account, withOutputs(endpoint));
    expect(account.state().state.outputs).toEqual({
      endpoint: { sensitive: false, value: 'made-1.example' },
    });
  });

  it('that are sensitive are named without their value', async () => {
    const text = new Template([Secret.create('of the tests')], true);
    const account = fakeAccount({});
    await run(account, withOutputs(output('token', text)));
    expect(account.state().state.outputs).toEqual({ token: { sensitive: true } });
  });

  it('that cannot be told yet are left out', async () => {
    const unknown = new AttributeReference(address('boxes.a'), ['nothing'], false);
    const elsewhere = new AttributeReference(address('boxes.zz'), ['endpoint'], false);
    const account = fakeAccount({});
    await run(
      account,
      withOutputs(
        output('unknown', new Template([unknown], true)),
        output('elsewhere', new Template([elsewhere], true)),
      ),
    );
    expect(account.state().state.outputs).toEqual({});
  });

  it('stay as they were when something failed', async () => {
    const account = fakeAccount({});
    account.faults.push('refuse');
    await run(account, withOutputs(endpoint));
    expect(account.state().state.outputs).toEqual({});
  });
});
