import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createStack,
  root,
  startAccount,
  type Account,
  type CliResult,
  type TestStack,
} from '../_helpers/cli.ts';

/** One for every place a secret can stand in; each form of encoding changes each of them. */
const PLANTED = {
  /** `workspaceGroups.adminPassword`, from a file. */
  adminPassword: 'Zq"7+k Ü%/p\\x9Lw!é',
  /** `secrets.value`, from the environment. */
  secretValue: 'Qj"v 8+ñ&=/\\w#Tz4?>~',
  /** A sensitive variable used inside a longer text. */
  variable: 'Hx"3 +ß%2F\\m/9=Rk?>',
  /** A sensitive variable given on the command line. */
  commandLine: 'Vb"6 +ø&\\d=1/Ys?~>',
  /** The value that replaces `secretValue` later. */
  secondValue: 'Nf"2 +ö%\\c=5/Gp?~>',
  apiKey: 'e2e+key/0=1%2~q',
} as const;

const FILES = {
  'trueup.yaml': `stack: planted
variables:
  dsn: { type: string, sensitive: true, fromEnv: PLANTED_VARIABLE }
  typed: { type: string, sensitive: true }
outputs:
  dsn: { value: "dsn \${var.dsn}", sensitive: true }
  group: { value: "\${workspaceGroups.main.id}" }
`,
  'main.yaml': `workspaceGroups:
  main:
    provider: AWS
    regionName: us-east-1
    firewallRanges: [203.0.113.0/24]
    adminPassword: { fromFile: admin-password.txt }
secrets:
  PLAIN: { value: { fromEnv: PLANTED_SECRET } }
  COMPOSED: { value: "mysql://app:\${var.dsn}@\${workspaceGroups.main.id}/x" }
  TYPED: { value: "\${var.typed}" }
`,
  'admin-password.txt': `${PLANTED.adminPassword}\n`,
};

/** Every form the value could be found in. */
function formsOf(plain: string): readonly string[] {
  const escaped = JSON.stringify(plain).slice(1, -1);
  const base64 = Buffer.from(plain).toString('base64');
  const url = encodeURIComponent(plain);
  return [
    plain,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    url,
    url.replaceAll('%20', '+'),
    base64.replaceAll('=', ''),
    Buffer.from(plain).toString('base64url'),
  ];
}

function leaksIn(text: string): readonly string[] {
  return Object.entries(PLANTED).flatMap(([name, plain]) =>
    formsOf(plain).some((form) => text.includes(form)) ? [name] : [],
  );
}

/** Every file of the stack directory that trueup wrote. */
function writtenFiles(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('admin-password.txt'));
}

describe('planted secrets', () => {
  let account: Account;
  let stack: TestStack;
  let secretValue: string = PLANTED.secretValue;
  const log = ['--log-level', 'trace', '--log-file', 'run.log'];
  const typed = ['--var', `typed=${PLANTED.commandLine}`];
  const outputs: CliResult[] = [];

  const run = async (...args: string[]): Promise<CliResult> => {
    const result = await stack.run(args, {
      PLANTED_VARIABLE: PLANTED.variable,
      PLANTED_SECRET: secretValue,
      SINGLESTOREDB_API_KEY: PLANTED.apiKey,
      // A create that failed ambiguously is searched for until its deadline is over.
      TRUEUP_TIMING: 'fast,requestMsMax=400',
    });
    outputs.push(result);
    return result;
  };

  function expectNoLeak(): void {
    for (const { stdout, stderr } of outputs) expect(leaksIn(stdout + stderr)).toEqual([]);
    const files = writtenFiles(stack.directory);
    expect(files.some((path) => path.endsWith('state.json'))).toBe(true);
    for (const path of files)
      expect({ path, leaks: leaksIn(readFileSync(path, 'utf8')) }).toEqual({ path, leaks: [] });
  }

  beforeAll(async () => {
    account = await startAccount();
    stack = createStack(account, FILES);
  });

  afterAll(async () => {
    stack.remove();
    await account.stop();
  });

  it('cover every sensitive field of every kind', () => {
    const folder = join(root, 'schemas', 'singlestore');
    const fields = readdirSync(folder).flatMap((file) => {
      const { properties } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        properties?: Record<string, { 'x-trueup'?: { sensitive?: boolean } }>;
      };
      return Object.entries(properties ?? {})
        .filter(([, field]) => field['x-trueup']?.sensitive === true)
        .map(([name]) => `${file} ${name}`);
    });
    expect(fields.toSorted()).toEqual([
      'secrets.json value',
      'workspace-groups.json adminPassword',
    ]);
  });

  it('are found nowhere when the API repeats them in a 500', async () => {
    await account.control('setFaults', {
      rules: [{ method: 'POST', fault: { kind: 'echo' }, phase: 'before' }],
    });
    const failed = await run('apply', '--auto-approve', ...typed, ...log);
    await account.control('setFaults', {});
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain('(sensitive value)');
    expectNoLeak();
  });

  it('are found nowhere when the API repeats them in a 400', async () => {
    const body = Object.values(PLANTED)
      .flatMap((plain) => formsOf(plain))
      .join(' | ');
    await account.control('setFaults', {
      rules: [{ method: 'POST', fault: { kind: 'status', status: 400, body } }],
    });
    const failed = await run('apply', '--auto-approve', '--json', ...typed, ...log);
    await account.control('setFaults', {});
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain('(sensitive value)');
    // The replacement value is not one of this run's.
    const known = outputs.pop();
    expect(leaksIn(known?.stdout ?? '')).toEqual(['secondValue']);
    const file = readFileSync(join(stack.directory, 'run.log'), 'utf8');
    expect(leaksIn(file)).toEqual(['secondValue']);
    stack.write({ 'run.log': '' });
    expectNoLeak();
  });

  it('are found nowhere after an apply, and reach the API as they are', async () => {
    const applied = await run('apply', '--auto-approve', ...typed, ...log);
    expect(applied.stderr).not.toContain('Error');
    expect(applied.code).toBe(0);
    const group = await account.named('workspaceGroup', 'main');
    expect(group.hidden['adminPassword']).toBe(PLANTED.adminPassword);
    const composed = await account.named('secret', 'COMPOSED');
    expect(JSON.stringify(composed)).toContain(
      JSON.stringify(`mysql://app:${PLANTED.variable}@${group.id}/x`).slice(1, -1),
    );
    expectNoLeak();
  });

  it('are found nowhere in plans, drift and the state, nor is a value changed outside', async () => {
    const secret = await account.named('secret', 'PLAIN');
    await account.control('mutate', {
      op: 'set',
      type: 'secret',
      id: secret.id,
      fields: { value: PLANTED.secondValue },
    });
    const drift = await run('drift', ...typed, ...log);
    expect(drift.stdout).toContain('secrets.PLAIN');
    expect(drift.code).toBe(2);
    await run('drift', '--format', 'json', ...typed);
    const human = await run('plan', '--detailed-exitcode', ...typed, ...log);
    expect(human.stdout).toContain('(sensitive value)');
    expect(human.code).toBe(2);
    await run('plan', '--format', 'json', '--out', 'saved.plan', ...typed);
    await run('plan', '--format', 'markdown', ...typed);
    await run('plan', '--json', '--log-level', 'trace', ...typed);
    await run('show', ...typed);
    await run('output', ...typed);
    await run('output', 'dsn', ...typed);
    await run('output', '--json', ...typed);
    await run('state', 'show', 'secrets.PLAIN', ...typed);
    expect(outputs.every(({ stdout }) => stdout.length > 0)).toBe(true);
    expectNoLeak();
  });

  it('are found nowhere when an update fails, succeeds, or everything is destroyed', async () => {
    secretValue = PLANTED.secondValue;
    await account.control('setFaults', {
      rules: [{ method: 'PATCH', fault: { kind: 'echo' }, phase: 'before' }],
    });
    stack.write({ 'admin-password.txt': `${PLANTED.adminPassword}x\n` });
    const failed = await run('apply', '--auto-approve', ...typed, ...log);
    await account.control('setFaults', {});
    expect(failed.code).toBe(3);
    stack.write({ 'admin-password.txt': `${PLANTED.adminPassword}\n` });
    expect((await run('apply', '--auto-approve', ...typed, ...log)).code).toBe(0);
    const destroyed = await run(
      'destroy',
      '--auto-approve',
      '--allow',
      'data-loss=*',
      ...log,
      ...typed,
    );
    expect(destroyed.stderr).not.toContain('Error');
    expect(destroyed.code).toBe(0);
    expectNoLeak();
  });
});

describe('a password that the API generated', () => {
  let account: Account;
  let stack: TestStack;
  const generated = /[A-Za-z0-9][^\s"]{13,}/;

  beforeAll(async () => {
    account = await startAccount();
    stack = createStack(account, {
      'trueup.yaml': 'stack: generated\n',
      'main.yaml': `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [] }
`,
    });
  });

  afterAll(async () => {
    stack.remove();
    await account.stop();
  });

  async function applyFresh(...flags: string[]): Promise<{ result: CliResult; password: string }> {
    await stack.run(['destroy', '--auto-approve', '--allow', 'data-loss=*']);
    const result = await stack.run(['apply', '--auto-approve', ...flags]);
    expect(result.code).toBe(0);
    const { hidden } = await account.named('workspaceGroup', 'main');
    const password = String(hidden['adminPassword']);
    expect(password).toMatch(generated);
    return { result, password };
  }

  function expectNowhere(password: string, except: readonly string[] = []): void {
    for (const path of writtenFiles(stack.directory)) {
      if (except.some((name) => path.endsWith(name))) continue;
      expect(readFileSync(path, 'utf8')).not.toContain(password);
    }
  }

  it('is said to be lost, and stands nowhere, when nobody asked for it', async () => {
    const { result, password } = await applyFresh('--log-level', 'trace', '--log-file', 'run.log');
    expect(result.stdout + result.stderr).not.toContain(password);
    expect(result.stderr).toMatch(/generated.*(lost|not kept)/);
    expectNowhere(password);
  });

  it('stands on stdout, and only there, with --show-generated-secrets', async () => {
    const { result, password } = await applyFresh(
      '--show-generated-secrets',
      '--log-file',
      'b.log',
    );
    expect(result.stdout).toContain(password);
    expect(result.stderr).not.toContain(password);
    expectNowhere(password);
  });

  it('stands in the file that was asked for, readable by its owner alone', async () => {
    const { result, password } = await applyFresh('--generated-secrets-file', 'passwords.jsonl');
    expect(result.stdout + result.stderr).not.toContain(password);
    const path = join(stack.directory, 'passwords.jsonl');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      address: 'singlestore.workspaceGroups.main',
      field: 'adminPassword',
      value: password,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expectNowhere(password, ['passwords.jsonl']);
  });
});
