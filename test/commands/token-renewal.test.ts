import { afterEach, describe, expect, it } from 'vitest';
import {
  CLIENT,
  createTwoAccounts,
  LOGIN_HOST,
  SPICE_HOST,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';

let world: TwoAccounts | undefined;
afterEach(() => {
  world?.close();
  world = undefined;
});

/** A stack of so many apps, and an account with none. */
function open(count: number): TwoAccounts {
  world = createTwoAccounts({ emulated: 'none' });
  world.env = { ...CLIENT };
  const apps = Array.from(
    { length: count },
    (_, n) => `    app-${String(n)}: { region: us-east-1 }`,
  );
  world.write({
    'trueup.yaml': 'stack: many\nproviders: { spice: {} }\n',
    'main.yaml': `spice:\n  apps:\n${apps.join('\n')}\n`,
  });
  return world;
}

function apply(accounts: TwoAccounts, rate: number): Promise<Ended> {
  return accounts.run('apply', '--auto-approve', '--rate', String(rate));
}

function creates({ sent }: Ended): readonly Ended['sent'][number][] {
  return sent.filter(({ host, method }) => host === SPICE_HOST && method === 'POST');
}

function names(accounts: TwoAccounts): readonly unknown[] {
  const apps = accounts.spice.control.snapshot().filter(({ type }) => type === 'app');
  return apps.map(({ fields }) => fields['name']);
}

describe('an apply', () => {
  it('of 500 changes whose token is revoked in the middle costs one exchange and no failed change', async () => {
    const accounts = open(500);
    let seen = 0;
    accounts.onRequest = ({ method, host }) => {
      if (host === SPICE_HOST && method === 'POST') seen += 1;
      if (seen === 250 && method === 'POST') accounts.spice.control.revoke({});
      return undefined;
    };
    const result = await apply(accounts, 5_000);
    expect([result.code, result.stdout]).toEqual([0, expect.stringContaining('500 added')]);
    expect(result.sent.filter(({ status }) => status === 401).length).toBeGreaterThan(0);
    expect(accounts.spice.control.counts()).toMatchObject({ exchanges: 2, refusedExchanges: 0 });
    expect(new Set(names(accounts)).size).toBe(500);
    expect(names(accounts)).toHaveLength(500);
  });

  it('whose token ends in the middle is never refused: it was renewed before', async () => {
    const accounts = open(60);
    const { clock } = accounts;
    const startMs = clock.now();
    accounts.spice.control.setSwitches({ tokenSeconds: 2 });
    const result = await apply(accounts, 50);
    expect([result.code, result.stdout]).toEqual([0, expect.stringContaining('60 added')]);
    expect(result.sent.filter(({ status }) => status === 401)).toEqual([]);
    expect(creates(result)).toHaveLength(60);
    const lives = (clock.now() - startMs) / 1_500;
    expect(lives).toBeGreaterThan(1);
    expect(accounts.spice.control.counts().exchanges).toBeLessThanOrEqual(Math.ceil(lives) + 1);
  });

  it('whose credentials are revoked asks once, and tells which they are', async () => {
    const accounts = open(60);
    const { control } = accounts.spice;
    control.registerClient({
      clientId: CLIENT.SPICEAI_CLIENT_ID,
      clientSecret: CLIENT.SPICEAI_CLIENT_SECRET,
      scopes: ['*'],
    });
    let seen = 0;
    accounts.onRequest = ({ method, host }) => {
      if (host === SPICE_HOST && method === 'POST') seen += 1;
      if (seen === 20) control.revoke({ clientId: CLIENT.SPICEAI_CLIENT_ID, client: true });
      return undefined;
    };
    const result = await apply(accounts, 5_000);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('[credentials-refused]');
    expect(result.stderr).toContain('check SPICEAI_CLIENT_ID and SPICEAI_CLIENT_SECRET');
    expect(result.sent.filter(({ host }) => host === LOGIN_HOST)).toHaveLength(2);
    // What was not sent was not done: the state knows each app that there is.
    const { stdout } = await accounts.run('state', 'list');
    expect(stdout.trim().split('\n')).toHaveLength(names(accounts).length);
  });
});
