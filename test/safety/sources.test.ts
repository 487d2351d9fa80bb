import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { resolveSources } from '../../src/manifest/resolve-sources.ts';
import { commandEnvironment } from '../../src/manifest/source-command.ts';
import { createSourceReader, type SourceReaderOptions } from '../../src/manifest/source-reader.ts';
import { startCli } from '../_helpers/cli.ts';
import { line, stackOf } from '../manifest/_load.ts';

const node = process.execPath;

function directory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'trueup-sources-')));
}

function options(change: Partial<SourceReaderOptions> = {}): SourceReaderOptions {
  return {
    directory: directory(),
    environment: { PATH: process.env['PATH'] },
    credentialVariables: ['KEY'],
    commandsAllowed: true,
    redactor: createRedactor(),
    ...change,
  };
}

/** A zombie waits for the init process of a container, which may never come: it counts as gone. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1];
    return state?.startsWith('Z') === true;
  } catch (error) {
    // Without /proc the signal alone tells.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TrueupError)) throw new Error('no TrueupError', { cause: error });
  return `${error.code}: ${error.message}`;
}

describe('fromFile', () => {
  it('says at file:line what leads out of the stack, and what to do', async () => {
    const root = directory();
    const stack = join(root, 'stack');
    mkdirSync(stack);
    writeFileSync(join(root, 'outside.txt'), 'planted');
    symlinkSync(join(root, 'outside.txt'), join(stack, 'link.txt'));
    symlinkSync('loop.txt', join(stack, 'loop.txt'));
    symlinkSync(root, join(stack, 'up'));
    execFileSync('mkfifo', [join(stack, 'pipe')]);
    const paths = [
      '../outside.txt',
      '/etc/passwd',
      'link.txt',
      'up/outside.txt',
      'loop.txt',
      'pipe',
      '.',
      '"a\\0b"',
    ];
    const entries = paths.map((path, at) => `  s${at}: { value: { fromFile: ${path} } }`);
    const redactor = createRedactor();
    const reader = createSourceReader(options({ directory: stack }));
    const loaded = stackOf(`secrets:\n${entries.join('\n')}\n`);
    const { diagnostics } = await resolveSources(loaded, { reader, mode: 'resolve', redactor });
    expect(diagnostics.map(line)).toEqual([
      'source-outside-stack main.yaml:2:18 file ../outside.txt is outside of the stack',
      'source-outside-stack main.yaml:3:18 file /etc/passwd is outside of the stack',
      'source-outside-stack main.yaml:4:18 file link.txt is outside of the stack',
      'source-outside-stack main.yaml:5:18 file up/outside.txt is outside of the stack',
      'source-failed main.yaml:6:18 file loop.txt cannot be read (ELOOP)',
      'source-failed main.yaml:7:18 file pipe is not a file',
      'source-failed main.yaml:8:18 file . is not a file',
      'source-failed main.yaml:9:18 file a\0b cannot be read (ERR_INVALID_ARG_VALUE)',
    ]);
    expect(diagnostics[0]?.hint).toContain('--secret-dir DIR');
  });

  it('reads below a directory that was allowed, and no further', async () => {
    const root = directory();
    for (const name of ['stack', 'run', 'run/..data', 'running']) mkdirSync(join(root, name));
    for (const name of ['run/..data/one', 'running/two', 'three'])
      writeFileSync(join(root, name), 'x');
    // As Kubernetes mounts them.
    symlinkSync('..data/one', join(root, 'run', 'one'));
    symlinkSync('../three', join(root, 'run', 'three'));
    const allowed = [join(root, 'run')];
    const reader = createSourceReader(
      options({ directory: join(root, 'stack'), fileDirectories: allowed }),
    );
    expect(await reader.file(join(root, 'run', 'one'))).toBe('x');
    expect(await reader.file('../run/one')).toBe('x');
    for (const name of ['running/two', 'three', 'run/three']) {
      expect(await failureOf(reader.file(join(root, name)))).toMatch(/^source-outside-stack/);
    }
  });
});

describe('fromCommand', () => {
  it('is given no credential that trueup knows', () => {
    const environment = {
      PATH: '/bin',
      KEY: 'k',
      TRUEUP_STATE_KEY: 's',
      TRUEUP_VAR_password: 'p',
      TRUEUP_TIMING: 'fast',
      HTTPS_PROXY: 'http://user:p%40ss@proxy.example:3128',
      http_proxy: 'user:pass@proxy.example:3128/',
      ALL_PROXY: 'socks5h://user@proxy.example',
      NO_PROXY: 'a@b.example,c.example',
      VAULT_TOKEN: 'v',
    };
    expect(commandEnvironment(environment, ['KEY'])).toEqual({
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy.example:3128',
      http_proxy: 'proxy.example:3128/',
      ALL_PROXY: 'socks5h://proxy.example',
      NO_PROXY: 'a@b.example,c.example',
      VAULT_TOKEN: 'v',
    });
  });

  it('has no shell, an ended stdin and no terminal', async () => {
    const reader = createSourceReader(options());
    const script =
      'process.stdin.on("data", () => {}).on("end", () => console.log("ended", process.argv[1]))';
    expect(await reader.command([node, '-e', script, '$(id) ; `id` | id > x'])).toBe(
      'ended $(id) ; `id` | id > x\n',
    );
  });

  it('is killed with everything it started', async () => {
    const place = directory();
    const child =
      'require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1e6)';
    const parent = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], {stdio: "inherit"}); setInterval(() => require("fs").existsSync("pid") && process.stdout.write("x".repeat(2e6)), 5)`;
    const reader = createSourceReader(options({ directory: place }));
    expect(await failureOf(reader.command([node, '-e', parent]))).toMatch(
      /^source-failed: command .* gave more than 1 MiB$/,
    );
    const pid = Number(readFileSync(join(place, 'pid'), 'utf8'));
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });

  it('that leaves something behind in its group does not leave it running', async () => {
    const place = directory();
    const child = 'setInterval(() => {}, 1e6)';
    const parent = `console.log(require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], {stdio: "ignore"}).pid); process.exit()`;
    const reader = createSourceReader(options({ directory: place }));
    const pid = Number(await reader.command([node, '-e', parent]));
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });

  it('never runs without being allowed', async () => {
    const place = directory();
    const reader = createSourceReader(options({ directory: place, commandsAllowed: false }));
    expect(
      await failureOf(reader.command([node, '-e', 'require("fs").writeFileSync("ran", "")'])),
    ).toMatch(/^source-command-refused/);
    expect(existsSync(join(place, 'ran'))).toBe(false);
  });

  it.each([
    [
      'a NUL in its name',
      ['a\0b'],
      /^source-failed: command a\0b cannot be started \(ERR_INVALID_ARG_VALUE\)$/,
    ],
    ['a NUL in an argument', [node, 'a\0b'], /cannot be started \(ERR_INVALID_ARG_VALUE\)$/],
    ['too long an argument', [node, 'x'.repeat(10_000_000)], /cannot be started \(E2BIG\)$/],
    ['a directory for a name', ['/'], /cannot be started \(EACCES\)$/],
    ['no words', [], /^source-failed: the command is empty$/],
    [
      'an end by a signal',
      [node, '-e', 'process.kill(process.pid, "SIGTERM")'],
      /was ended by SIGTERM$/,
    ],
    [
      'output that is no text',
      [node, '-e', 'process.stdout.write(Buffer.from([0xff]))'],
      /does not give UTF-8 text$/,
    ],
  ])('with %s fails with a message', async (_, argv, message) => {
    expect(await failureOf(createSourceReader(options()).command(argv))).toMatch(message);
  });

  it('shows no part of a secret where what it says is cut', async () => {
    const redactor = createRedactor();
    redactor.secret('planted-secret-value');
    const script =
      'process.stderr.write("x".repeat(1990) + "planted-secret-value"); process.exit(1)';
    const said = await failureOf(
      createSourceReader(options({ redactor })).command([node, '-e', script]),
    );
    expect(said).not.toContain('planted');
    expect(said.length).toBeLessThan(2_100);
  });

  it('runs a few at a time', async () => {
    const place = directory();
    const reader = createSourceReader(options({ directory: place }));
    const running = (): number => readdirSync(place).filter((name) => name !== 'go').length;
    const script = `const fs = require("fs"); const own = process.argv[1]; fs.writeFileSync(own, "");
      const wait = () => fs.existsSync("go") ? fs.rmSync(own) : setTimeout(wait, 5); wait();`;
    const all = Promise.all(
      Array.from({ length: 12 }, (_, at) => reader.command([node, '-e', script, `run${at}`])),
    );
    await expect.poll(running, { timeout: 20_000 }).toBeGreaterThanOrEqual(8);
    // What was started beside them has been there as long as this takes.
    execFileSync(node, ['-e', '']);
    expect(running()).toBe(8);
    writeFileSync(join(place, 'go'), '');
    expect(await all).toHaveLength(12);
  });

  it('ends with the program that is interrupted', async () => {
    const place = directory();
    const script =
      'require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1e6)';
    writeFileSync(join(place, 'trueup.yaml'), 'stack: a\n');
    const source = JSON.stringify({ fromCommand: [node, '-e', script] });
    writeFileSync(join(place, 'main.yaml'), `secrets: { S: { value: ${source} } }\n`);
    const { child, done } = startCli(['plan', '--commands'], { cwd: place });
    const read = (): number =>
      Number(existsSync(join(place, 'pid')) && readFileSync(join(place, 'pid'), 'utf8'));
    await expect.poll(read, { timeout: 20_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect((await done).code).toBe('SIGINT');
    await expect.poll(() => isGone(read()), { timeout: 10_000 }).toBe(true);
  });
});
