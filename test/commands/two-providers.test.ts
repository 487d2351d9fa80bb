import { afterEach, describe, expect, it } from 'vitest';
import {
  CLIENT,
  createTwoAccounts,
  LOGIN_HOST,
  SINGLESTORE_HOST,
  SPICE_HOST,
  TOKENS,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';

const { SPICEAI_TOKEN: SPICE_TOKEN, SINGLESTOREDB_API_KEY: SINGLESTORE_KEY } = TOKENS;
const SECRET = CLIENT.SPICEAI_CLIENT_SECRET;

const STACK = {
  'trueup.yaml': 'stack: both\nproviders: { singlestore: {}, spice: {} }\n',
  'main.yaml': [
    'singlestore:',
    '  projects: { lake: { edition: STANDARD } }',
    'spice:',
    '  apps: { lake-app: { region: us-east-1, description: one } }',
    '',
  ].join('\n'),
};

let world: TwoAccounts | undefined;
afterEach(() => {
  world?.close();
  world = undefined;
});

function open(
  env: Record<string, string> = TOKENS,
  files: Readonly<Record<string, string>> = STACK,
  options: Parameters<typeof createTwoAccounts>[0] = {},
): TwoAccounts {
  world = createTwoAccounts(options);
  world.env = { ...env };
  world.write(files);
  return world;
}

function settings(text: string): typeof STACK {
  return { ...STACK, 'trueup.yaml': `stack: both\nproviders:\n${text}` };
}

/** What went to a host: `authorization` and bodies, as one text. */
function toldTo(result: Ended, ...hosts: readonly string[]): string {
  const there = result.sent.filter(({ host }) => hosts.includes(host));
  return JSON.stringify(there.map(({ headers, body, path }) => [headers, body, path]));
}

function apply(accounts: TwoAccounts, ...flags: string[]): Promise<Ended> {
  return accounts.run('apply', '--auto-approve', ...flags);
}

/** An app and a member of Spice.ai alone. */
const described = (description: string) => ({
  ...STACK,
  'main.yaml': [
    'spice:',
    `  apps: { lake-app: { region: us-east-1, description: ${description} } }`,
    '  members: { ann: { roles: [member] } }',
    '',
  ].join('\n'),
});

describe('two providers in one stack', () => {
  it('are applied, planned, compared and destroyed as one', async () => {
    const accounts = open();
    const applied = await apply(accounts);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('Creat')]);
    expect(applied.stderr).toContain(
      "to the organizations 'Acme Analytics' (singlestore) and 'acme' (spice)",
    );
    expect((await accounts.run('plan', '--detailed-exitcode')).code).toBe(0);
    const app = accounts.spice.control.snapshot().find(({ type }) => type === 'app');
    accounts.spice.control.mutate({
      op: 'set',
      type: 'app',
      id: app?.id ?? '',
      fields: { description: 'two' },
    });
    const drift = await accounts.run('drift');
    expect(drift.code).toBe(2);
    expect(drift.stdout).toContain('spice.apps.lake-app');
    expect(drift.stdout).not.toContain('singlestore.projects');
    const destroyed = await accounts.run('destroy', '--auto-approve', '--allow', 'data-loss=*');
    expect([destroyed.code, destroyed.stderr]).toEqual([0, expect.stringContaining('Destr')]);
    expect(accounts.spice.control.snapshot().some(({ type }) => type === 'app')).toBe(false);
  });

  it('each gets its own credential and never that of the other', async () => {
    const accounts = open();
    const result = await apply(accounts);
    expect(toldTo(result, SINGLESTORE_HOST)).not.toContain(SPICE_TOKEN);
    expect(toldTo(result, SPICE_HOST)).not.toContain(SINGLESTORE_KEY);
    expect(toldTo(result, SPICE_HOST)).toContain(`Bearer ${SPICE_TOKEN}`);
    expect(toldTo(result, LOGIN_HOST)).toBe('[]');
  });

  it('asserts the organization of each', async () => {
    const accounts = open(
      TOKENS,
      settings('  singlestore: { organization: Other }\n  spice: {}\n'),
    );
    const result = await apply(accounts);
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('[guard-organization]');
    expect(result.stderr).toContain('singlestore');
    expect(result.sent.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('names the provider whose credential is missing', async () => {
    const accounts = open({ SINGLESTOREDB_API_KEY: SINGLESTORE_KEY });
    const result = await accounts.run('plan');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      'no API key for spice: set SPICEAI_TOKEN, or SPICEAI_CLIENT_ID and SPICEAI_CLIENT_SECRET',
    );
    expect(result.sent).toEqual([]);
  });

  it.each([SPICE_HOST, SINGLESTORE_HOST])(
    'shows what the other has where %s is down',
    async (down) => {
      const accounts = open(
        TOKENS,
        settings(
          '  singlestore: { timing: "fast,triesMax=1" }\n  spice: { timing: "fast,triesMax=1" }\n',
        ),
      );
      accounts.onRequest = (request) => (request.host === down ? { status: 503 } : undefined);
      const [there, lost] =
        down === SPICE_HOST
          ? ['singlestore.projects', 'spice.apps']
          : ['spice.apps', 'singlestore.projects'];
      const planned = await accounts.run('plan');
      expect(planned.code).toBe(1);
      expect(planned.stdout).toContain(`# ${there}.`);
      expect(planned.stdout).not.toContain(`# ${lost}.`);
      expect(planned.stderr).toMatch(new RegExp(`${lost} could not be read in full.*503`));
      expect((await accounts.run('drift')).code).toBe(1);
      const applied = await apply(accounts);
      expect(applied.code).toBe(1);
      expect(applied.sent.every(({ method }) => method === 'GET')).toBe(true);
      accounts.onRequest = () => ({ status: 503 });
      expect((await accounts.run('plan')).stdout).toBe('');
    },
  );

  it('reads the timing of each from its own settings', async () => {
    const files = settings(
      '  singlestore: { timing: fast }\n  spice: { timing: "fast,triesMax=2,retryMs=1" }\n',
    );
    const accounts = open(TOKENS, files);
    const tries = async (host: string): Promise<number> => {
      accounts.onRequest = (request) => (request.host === host ? { status: 503 } : undefined);
      const { sent } = await accounts.run('plan');
      const first = sent.find((request) => request.host === host)?.path;
      return sent.filter((request) => request.host === host && request.path === first).length;
    };
    accounts.env['TRUEUP_TIMING'] = '';
    expect([await tries(SPICE_HOST), await tries(SINGLESTORE_HOST)]).toEqual([2, 6]);
  });
});

describe('the organization of a provider', () => {
  it('is sent with each request to its API, and to no other host', async () => {
    const files = settings('  singlestore: {}\n  spice: { organization: globex }\n');
    const accounts = open(TOKENS, files);
    const result = await apply(accounts);
    expect([result.code, result.stderr]).toEqual([0, expect.stringContaining("'globex' (spice)")]);
    const named = result.sent.filter(({ headers }) => headers['x-org-name'] === 'globex');
    expect(named).toEqual(result.sent.filter(({ host }) => host === SPICE_HOST));
  });

  it.each([['""'], ['"two words"'], ['"acme\\n"']])(
    'is checked with the stack: %s is refused at its line',
    async (name) => {
      const accounts = open(TOKENS, settings(`  spice:\n    organization: ${name}\n`));
      const result = await accounts.run('validate');
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('[schema-value]');
      expect(result.stderr).toContain('trueup.yaml:4');
    },
  );
});

describe('client credentials', () => {
  const PAIR = { ...CLIENT, SINGLESTOREDB_API_KEY: SINGLESTORE_KEY };

  it('are exchanged once for a whole apply; the secret is told to the exchange alone', async () => {
    const accounts = open(PAIR);
    const result = await apply(accounts, '--json', '--log-level', 'trace');
    expect([result.code, result.stderr]).toEqual([0, expect.any(String)]);
    expect(accounts.spice.control.counts().exchanges).toBe(1);
    expect(toldTo(result, LOGIN_HOST)).toContain(SECRET);
    expect(toldTo(result, SPICE_HOST, SINGLESTORE_HOST)).not.toContain(SECRET);
    const jwt = result.sent.find(({ host }) => host === SPICE_HOST)?.headers['authorization'];
    const token = jwt?.replace('Bearer ', '') ?? '';
    expect(token).toMatch(/^ey.{20,}/);
    expect(toldTo(result, LOGIN_HOST, SINGLESTORE_HOST)).not.toContain(token);
    expect(result.stdout + result.stderr).not.toContain(token);
    expect(result.stdout + result.stderr).not.toContain(SECRET);
  });

  it('may be exchanged while planning, and nothing else is sent but GET', async () => {
    const accounts = open(PAIR);
    const { sent, code } = await accounts.run('plan');
    expect(code).toBe(0);
    const writes = sent.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ host, path }) => `${host}${path}`)).toEqual([
      `${LOGIN_HOST}/api/oauth/token`,
    ]);
  });

  it.each([
    ['SPICEAI_CLIENT_ID', 'SPICEAI_CLIENT_SECRET'],
    ['SPICEAI_CLIENT_SECRET', 'SPICEAI_CLIENT_ID'],
  ])('without %s: it is named', async (lacking, given) => {
    const accounts = open({ ...PAIR, [lacking]: ' ' });
    const result = await accounts.run('plan');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`${given} is set, but ${lacking} is not`);
    expect(result.sent).toEqual([]);
  });

  it('give way to a token, and that is told', async () => {
    const accounts = open({ ...PAIR, ...TOKENS });
    const result = await accounts.run('plan');
    expect(result.stderr).toContain(
      'SPICEAI_TOKEN and SPICEAI_CLIENT_SECRET are both set; the token of SPICEAI_TOKEN is used',
    );
    expect(accounts.spice.control.counts().exchanges).toBe(0);
  });

  it('that are refused are told with their variables and the URL, and nothing is done', async () => {
    const accounts = open(PAIR);
    accounts.spice.control.registerClient({
      clientId: 'another',
      clientSecret: 'x',
      scopes: ['*'],
    });
    const result = await apply(accounts);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('[credentials-refused]');
    expect(result.stderr).toContain(`https://${LOGIN_HOST}/api/oauth/token: answered 401`);
    expect(result.stderr).toContain('check SPICEAI_CLIENT_ID and SPICEAI_CLIENT_SECRET');
    expect(result.stderr).not.toContain(SECRET);
    expect(result.sent.filter(({ host }) => host === LOGIN_HOST)).toHaveLength(1);
  });

  it('are not passed to commands of the stack', async () => {
    const files = {
      ...STACK,
      'print.mjs': 'console.log(Object.keys(process.env).join(" "))\n',
      'secret.yaml':
        'singlestore:\n  secrets: { E: { value: { fromCommand: [node, print.mjs] } } }\n',
    };
    const accounts = open({ ...PAIR, SPICEAI_TOKEN: SPICE_TOKEN, KEPT_ONE: 'x' }, files);
    accounts.env['PATH'] = process.env['PATH'] ?? '';
    const result = await apply(accounts, '--commands');
    expect([result.code, result.stderr]).toEqual([0, expect.any(String)]);
    const body = result.sent.find(
      ({ path, method }) => method === 'POST' && /secrets/.test(path),
    )?.body;
    expect(body).toContain('KEPT_ONE');
    expect(body).not.toMatch(/SPICEAI_(TOKEN|CLIENT)|SINGLESTOREDB_API_KEY/);
  });
});

describe('a scope that is missing', () => {
  it('is named with the change that needed it; the others are applied', async () => {
    const accounts = open({ ...CLIENT, SINGLESTOREDB_API_KEY: SINGLESTORE_KEY });
    accounts.spice.control.registerClient({
      clientId: CLIENT.SPICEAI_CLIENT_ID,
      clientSecret: SECRET,
      scopes: ['apps:read'],
    });
    const result = await apply(accounts);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(
      'POST /v1/apps: answered 403: Insufficient scope. Required: apps:write (insufficient_scope)',
    );
    expect(result.stderr).toContain('give the token or the OAuth client the scope apps:write');
    expect(result.stderr).toContain('spice.apps.lake-app');
    const { state } = { state: (await accounts.run('state', 'list')).stdout };
    expect(state).toContain('singlestore.projects.lake');
    expect(state).not.toContain('spice.apps.lake-app');
  });

  it('of a read makes its objects neither absent nor new, and does not stop the rest', async () => {
    const accounts = open(TOKENS, described('one'));
    expect((await apply(accounts)).code).toBe(0);
    accounts.spice.control.registerToken({ token: SPICE_TOKEN, scopes: ['apps:write'] });
    accounts.write(described('two'));
    const plan = await accounts.run('plan');
    expect(plan.code).toBe(1);
    expect(plan.stdout + plan.stderr).toContain('Required: members:read');
    expect(plan.stdout).not.toContain('members.ann will be');
    expect(plan.stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy');
    const result = await apply(accounts, '--allow-incomplete');
    expect(result.code).toBe(3);
    const writes = result.sent.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /v1/apps/1001']);
  });

  it('says which field a validation error is about', async () => {
    const accounts = open();
    const body = JSON.stringify({
      error: 'Validation failed',
      details: { fieldErrors: { description: ['Too long', 'No emoji'] }, formErrors: [] },
    });
    accounts.onRequest = ({ method, path }) =>
      method === 'POST' && path === '/v1/apps' ? { status: 400, body } : undefined;
    const result = await apply(accounts);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(
      'answered 400: Validation failed: description: Too long, No emoji',
    );
  });
});
