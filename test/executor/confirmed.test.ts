import { describe, expect, it } from 'vitest';
import { fakeAccount, type FakeAccount } from '../_helpers/fake-account.ts';
import { address, entry, object, recorded, ref, type World } from '../_helpers/planner-builder.ts';
import { actionsOf, createWorld, type StackFiles } from '../_helpers/world.ts';

const full: World = {
  state: { 'boxes.a': recorded('boxes.a') },
  objects: [object('boxes.a'), object('things.foreign', { box: 'a-id' })],
};

/** Lists do not show the box yet; reading it by its ID does. */
function unlisted(): FakeAccount {
  const account = fakeAccount(full);
  account.lists.set('fake.boxes', []);
  return account;
}

describe('an object that only a read by its ID shows', () => {
  it('is deleted with what is inside it told', async () => {
    const account = unlisted();
    const { plan } = await account.plan({ entries: [] });
    expect(plan.changes).toMatchObject([
      { action: 'delete', address: 'fake.boxes.a', cascade: [{ id: 'foreign-id' }] },
    ]);
    expect([plan.incomplete, plan.diagnostics]).toEqual([false, []]);
    expect(account.reads).toEqual(['LIST boxes', 'GET boxes a-id', 'LIST things a-id']);
  });

  it('is replaced with what is inside it told', async () => {
    const { plan } = await unlisted().plan({
      entries: [entry('boxes.a')],
      options: { replace: ['boxes.a'] },
    });
    expect(plan.changes).toMatchObject([{ action: 'replace', cascade: [{ id: 'foreign-id' }] }]);
  });

  it('is told as incomplete when what is inside it cannot be read', async () => {
    const account = unlisted();
    account.broken.add('fake.things');
    const { plan } = await account.plan({ entries: [] });
    expect(plan.undetermined).toMatchObject([{ address: 'fake.boxes.a' }]);
    const errors = plan.diagnostics.filter((item) => item.severity === 'error');
    expect(errors).toMatchObject([{ code: 'inventory-incomplete' }]);
    expect(errors[0]?.message).toContain('fake.things of a-id');
  });

  it('is not looked into when it is gone', async () => {
    const account = unlisted();
    account.objects.delete('a-id');
    await account.plan({ entries: [] });
    expect(account.reads).toEqual(['LIST boxes', 'GET boxes a-id']);
  });

  it('is read once where its list was read with those of the stack', async () => {
    const account = unlisted();
    const entries = [entry('boxes.a'), entry('things.t', { box: ref('boxes.a') })];
    await account.plan({ entries });
    expect(account.reads.filter((read) => read === 'LIST things a-id')).toHaveLength(1);
  });
});

describe('an object that is taken over', () => {
  it('can be made again at once: what is inside it was read', async () => {
    const entries = [entry('boxes.a', { place: 'there' })];
    const objects = [object('boxes.a', { place: 'here' }), object('things.t', { box: 'a-id' })];
    const byName = fakeAccount({ objects });
    const adopting = await byName.plan({ entries, options: { adopt: ['*'] } });
    expect(adopting.plan.changes).toMatchObject([{ action: 'replace', cascade: [{ id: 't-id' }] }]);
    const imports = [{ to: address('boxes.a'), id: 'a-id' }];
    const byId = await fakeAccount({ objects }).plan({ entries, stack: { imports } });
    expect(byId.plan.changes).toMatchObject([{ action: 'replace', cascade: [{ id: 't-id' }] }]);
  });

  it('is taken over as its read by ID shows it', async () => {
    const account = fakeAccount({ objects: [object('boxes.a', { note: 'x' })] });
    account.lists.set('fake.boxes', [object('boxes.a', { note: 'stale' })]);
    const entries = [entry('boxes.a', { note: 'x' })];
    const { plan } = await account.plan({ entries, options: { adopt: ['*'] } });
    expect(plan.changes).toMatchObject([{ action: 'import', fields: [] }]);
  });
});

const secretStack = (port: string): StackFiles =>
  new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `teams:
  t: { description: "${port}" }
secrets:
  DSN: { value: "mysql://\${teams.t.id}:${port}" }
`,
    ],
  ]);

describe('a secret whose value lists leave out', () => {
  it('is read by its ID before it is changed, so that nothing seems to have changed since', async () => {
    const world = createWorld({ switches: { secretValuesInList: false } });
    await world.apply(secretStack('1'));
    const replaced = await world.apply(secretStack('1'), {
      plan: { replace: ['teams.t'] },
      between: () => world.clock.sleep(120_000),
    });
    expect(replaced.outcome).toMatchObject({ applied: 2, skipped: 0, failed: 0 });
    expect(actionsOf(await world.plan(secretStack('1')))).toEqual([]);
  });

  it('costs no read by ID while nothing changes', async () => {
    const world = createWorld({ switches: { secretValuesInList: false } });
    await world.apply(secretStack('1'));
    const quiet = createWorld();
    await quiet.apply(secretStack('1'));
    const [hidden, shown] = [
      await world.plan(secretStack('1')),
      await quiet.plan(secretStack('1')),
    ];
    expect(hidden.requests).toBe(shown.requests);
  });

  it('and that somebody else wrote is read by its ID and put right', async () => {
    const world = createWorld({ switches: { secretValuesInList: false } });
    await world.apply(secretStack('1'));
    const quiet = (await world.plan(secretStack('1'))).requests;
    const { control } = world.emulator;
    const stored = (): { id: string; value: string } => {
      const { id = '', fields } = control.snapshot().find(({ type }) => type === 'secret') ?? {};
      return { id, value: JSON.stringify(fields?.['value']) };
    };
    const { id, value } = stored();
    const write = async (text: string): Promise<void> => {
      await world.clock.advance(60_000);
      const path = `/v1/secrets/${id}`;
      control.mutate({ op: 'request', method: 'PATCH', path, body: { value: text } });
      await world.clock.advance(60_000);
    };
    await write('theirs');
    const planned = await world.plan(secretStack('1'));
    expect(actionsOf(planned)).toEqual(['update singlestore.secrets.DSN']);
    expect(planned.planned?.plan.drift).toMatchObject([{ fields: [{ pointer: '/value' }] }]);
    await world.apply(secretStack('1'));
    expect(stored().value).toBe(value);
    expect(actionsOf(await world.plan(secretStack('1')))).toEqual([]);
    // Written with the same value: looked at once, and then as quiet as before.
    await write(JSON.parse(value) as string);
    expect(actionsOf(await world.plan(secretStack('1')))).toEqual([]);
    await world.apply(secretStack('1'));
    expect((await world.plan(secretStack('1'))).requests).toBe(quiet);
  });
});

const owners = (team: string): StackFiles =>
  new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `teams: { one: {}, two: {} }
accessControls:
  own: { object: { team: ${team} }, role: Owner, teams: [one] }
`,
    ],
  ]);

describe('grants of a pair that others hold', () => {
  it('are not taken over by an entry that moves there', async () => {
    const world = createWorld();
    await world.apply(owners('one'));
    const { control } = world.emulator;
    const objects = control.snapshot();
    const id = objects.find((item) => item.fields['name'] === 'two')?.id ?? '';
    const users = objects.filter((item) => item.type === 'user').map((item) => item.id);
    control.mutate({ op: 'grant', type: 'team', id, role: 'Owner', users });
    const refused = await world.plan(owners('two'));
    expect(refused.planned?.plan.undetermined).toMatchObject([
      { address: 'singlestore.accessControls.own' },
    ]);
    expect(refused.planned?.plan.diagnostics).toMatchObject([{ code: 'object-exists' }]);
    control.mutate({ op: 'revoke', type: 'team', id, role: 'Owner', users });
    expect(actionsOf(await world.plan(owners('two')))).toEqual([
      'replace singlestore.accessControls.own',
    ]);
  });
});
