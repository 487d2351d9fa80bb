import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderOutputs } from '../../src/views/human/outputs.ts';
import { renderState } from '../../src/views/human/state.ts';
import { quoted, text } from '../../src/views/sanitize.ts';
import { createStyle } from '../../src/views/style.ts';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';

/** What a terminal obeys, what turns a line around, and what a runner of GitHub takes for a command. */
const OBEYED =
  // oxlint-disable-next-line no-control-regex -- what must not come through
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|##\[/;
const COMMAND = /^\s*::/m;

const HOSTILE =
  'ev\u001B]0;t\u0007il\u009B2J\u202E\u2066\n::error file=a::x\r\n  ::set-output name=a::b%0A##[error]```\n````<b>@all</b> ![x](http://x)|';

function expectInert(output: string): void {
  expect(output).not.toMatch(OBEYED);
  expect(output).not.toMatch(COMMAND);
}

describe('text', () => {
  it.each([
    ['::error::x', '\\u003a:error::x'],
    ['  ::set-output name=x::y', '  \\u003a:set-output name=x::y'],
    ['a ##[add-mask]x ##[x', 'a \\u0023#[add-mask]x \\u0023#[x'],
    ['::1', '::1'],
    ['::/0', '::/0'],
    ['::ffff:10.0.0.1/96', '::ffff:10.0.0.1/96'],
    ['a::b::c', 'a::b::c'],
    ['# [x]', '# [x]'],
  ])('%s', (untrusted, shown) => {
    expect(text(untrusted)).toBe(shown);
  });

  it('shows the beginning of a value that is too long, and its length', () => {
    const shown = quoted('x'.repeat(50_000_000));
    expect(shown.length).toBeLessThan(10_100);
    expect(shown).toMatch(/x"… \(50000000 characters\)$/);
  });
});

describe('names that no manifest has', () => {
  const style = createStyle({ color: false });
  const members = { '::error': 'a::b', '::set-output name=x': 1, [HOSTILE]: { '::warning': true } };

  it('begin no line: of outputs', () => {
    const shown = renderOutputs(
      { '::error': { sensitive: false, value: 'x::y' }, map: { sensitive: false, value: members } },
      style,
    );
    expectInert(shown);
    expect(shown).toContain('"::error"');
  });

  it('begin no line: of the state', () => {
    const entry = {
      id: HOSTILE,
      type: 'singlestore.teams',
      name: HOSTILE,
      scope: HOSTILE,
      sent: members,
      attributes: members,
      digests: { '/::error': 'x' },
      lifecycle: { protect: false, onRemove: 'delete' as const },
      dependsOn: [HOSTILE],
      pending: { steps: [HOSTILE], done: 0 },
    };
    const state = {
      stack: HOSTILE,
      environment: HOSTILE,
      serial: 1,
      providers: { [HOSTILE]: { organization: HOSTILE } },
      resources: { 'singlestore.teams.x': entry },
      outputs: {},
    };
    const shown = renderState(state, style);
    expectInert(shown);
    expect(shown).toContain('"::error" ');
  });
});

const STACK = {
  'trueup.yaml':
    'stack: acme\noutputs:\n  raw: { value: "${var.hostile}" }\nvariables:\n  hostile: { type: string }\n',
  'main.yaml':
    'teams:\n  readers: { description: "${var.hostile}", members: { users: [], teams: [] } }\n  other: { description: plain, members: { users: [], teams: [] } }\n',
};

describe('every command', () => {
  let world: CommandWorld;
  /** Whether somebody has given what the stack made other texts. */
  let drifted = false;
  beforeAll(async () => {
    world = await createCommandWorld();
    const { emulator } = world;
    const handle = emulator.handle.bind(emulator);
    // Whoever has an account can give it, and what is in it, such names.
    const named = JSON.stringify(HOSTILE).slice(1, -1);
    (emulator as { handle: typeof handle }).handle = async (request) => {
      const reply = await handle(request);
      if (reply.kind !== 'response') return reply;
      if (request.path.includes('/secrets')) return { ...reply, status: 400, body: HOSTILE };
      const body = request.path.startsWith('/v1/organizations/current')
        ? reply.body.replace(/"name":"[^"]*"/, `"name":"${named}"`)
        : drifted
          ? reply.body.replaceAll('"plain"', `"${named}"`)
          : reply.body;
      return { ...reply, body };
    };
  });
  afterAll(() => world.close());

  const hostile = ['--var', `hostile=${HOSTILE}`];
  const commands: readonly (readonly string[])[] = [
    ['validate', ...hostile],
    ['plan', ...hostile],
    ['plan', '--format', 'json', ...hostile],
    ['plan', '--format', 'markdown', ...hostile],
    ['plan', '--json', '--log-level', 'trace', ...hostile],
    ['plan', '--target', HOSTILE, ...hostile],
    ['apply', '--auto-approve', '--log-level', 'trace', ...hostile],
    ['plan', '--verbose', ...hostile],
    ['plan', '--destroy', '--format', 'markdown', ...hostile],
    ['drift', ...hostile],
    ['drift', '--format', 'json', ...hostile],
    ['show', ...hostile],
    ['show', '--json', ...hostile],
    ['output', ...hostile],
    ['output', '--json', ...hostile],
    ['output', 'raw', '--json', ...hostile],
    ['output', HOSTILE, ...hostile],
    ['state', 'list', '--ids', ...hostile],
    ['state', 'show', 'teams.readers', ...hostile],
    ['state', 'rm', HOSTILE, ...hostile],
    ['import', HOSTILE, HOSTILE, ...hostile],
    ['import', 'teams.readers', HOSTILE, ...hostile],
    ['validate', '--env', HOSTILE, ...hostile],
    ['validate', '--var', HOSTILE],
    ['validate', '--var-file', HOSTILE.replaceAll('/', '_')],
    ['plan', '--rate', HOSTILE],
    ['plan', '--allow', HOSTILE],
    ['plan', '--lock-timeout', HOSTILE],
    ['plan', '--format', HOSTILE],
    ['plan', HOSTILE],
    ['apply', HOSTILE],
    ['schema', HOSTILE],
    ['emulate', HOSTILE],
    ['plan', `--${HOSTILE}`],
    [HOSTILE],
  ];

  it('prints nothing that a terminal or a runner would obey', async () => {
    world.write(STACK);
    for (const argv of commands) {
      const { stdout, stderr } = await world.run(...argv);
      drifted ||= argv[0] === 'apply' && stdout.includes('Apply complete!');
      const label = JSON.stringify(argv.slice(0, 3));
      expect([
        label,
        OBEYED.exec(stdout + stderr),
        COMMAND.exec(stdout),
        COMMAND.exec(stderr),
      ]).toEqual([label, null, null, null]);
    }
    expect(drifted).toBe(true);
    // They did what they were asked to, so that there was something to print.
    expect((await world.run('output', 'raw', ...hostile)).stdout).toBe(`${HOSTILE}\n`);
    expect((await world.run('plan', ...hostile)).stdout).toContain('ev\\u001b]0;t\\u0007il');
  });

  it('keeps a Markdown plan within its fence', async () => {
    world.write({ ...STACK, 'more.yaml': 'teams: { third: { description: "${var.hostile}" } }\n' });
    const { stdout } = await world.run('plan', '--format', 'markdown', ...hostile);
    const blocks = /^(`{3,})diff\n([^]*?)\n\1$/gm;
    const inside = [...stdout.matchAll(blocks)].map(([, fence = '', text = '']) => ({
      fence,
      text,
    }));
    expect(inside.some(({ fence }) => fence.length >= 5)).toBe(true);
    for (const { fence, text } of inside) {
      expect(text).not.toContain(fence);
      expect(text).toMatch(/^(?:[ +!-].*\n|\n)*[ +!-].*$/);
    }
    expect(stdout.replaceAll(blocks, '')).not.toContain('u001b');
  });

  it('finds no output that every object has', async () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      const { code, stderr } = await world.run('output', name, ...hostile);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`there is no output '${name}'`)]);
    }
  });

  it('takes base URL and proxies from the environment only', async () => {
    for (const word of [
      'baseUrl',
      'base_url',
      'url',
      'endpoint',
      'proxy',
      'httpsProxy',
      'apiKey',
      'token',
      'caFile',
    ]) {
      world.write({
        ...STACK,
        'trueup.yaml': `${STACK['trueup.yaml']}providers: { singlestore: { ${word}: "https://evil.example" } }\n`,
      });
      const { code, stderr, sent } = await world.run('plan', ...hostile);
      expect([code, sent, stderr]).toEqual([1, [], expect.stringContaining(`no "${word}"`)]);
    }
    world.write(STACK);
  });

  it('reads secrets of a mounted folder where it is allowed to', async () => {
    const mounted = join(world.directory, '..', 'mounted');
    mkdirSync(mounted, { recursive: true });
    writeFileSync(join(mounted, 'dsn'), 'planted-mounted-value\n');
    world.write({ 'main.yaml': `secrets:\n  DSN: { value: { fromFile: ${mounted}/dsn } }\n` });
    const refused = await world.run('plan', ...hostile);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('[source-outside-stack]'),
    ]);
    expect(refused.stderr).toContain('main.yaml:2:');
    world.env['TRUEUP_SECRET_DIR'] = mounted;
    expect((await world.run('plan', ...hostile)).stderr).toContain('[source-outside-stack]');
    const allowed = await world.run('plan', '--secret-dir', mounted, ...hostile);
    expect(allowed.stderr).not.toContain('source-outside-stack');
    const missing = await world.run('plan', '--secret-dir', 'nowhere', ...hostile);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining('--secret-dir nowhere: there is no such directory'),
    ]);
    for (const output of [refused, allowed])
      expect(output.stdout + output.stderr).not.toContain('planted-mounted');
  });
});
