import { mkdtemp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { Secret, reveal } from '../../src/core/secret.ts';
import type { Template } from '../../src/core/value.ts';
import { NotCompared } from '../../src/core/value.ts';
import type { SourceReader } from '../../src/manifest/resolve-sources.ts';
import { resolveSources } from '../../src/manifest/resolve-sources.ts';
import type { SourceReaderOptions } from '../../src/manifest/source-reader.ts';
import { createSourceReader } from '../../src/manifest/source-reader.ts';
import { line, stackOf } from './_load.ts';

const TEXT = `variables: { p: { fromEnv: P } }
groups:
  g: { region: x }
secrets:
  whole: { value: { fromEnv: P } }
  text: { value: "u:\${var.p}@h" }
  open: { value: "\${var.p}@\${groups.g.endpoint}" }
  file: { value: { fromFile: f.txt } }
  command: { value: { fromCommand: [print, it] } }
`;

function reader(log: string[], override: Partial<SourceReader> = {}): SourceReader {
  const note = <Value>(text: string, value: Value): Value => {
    log.push(text);
    return value;
  };
  return {
    env: (name) => note(`env ${name}`, 'pw\n'),
    file: (path) => note(`file ${path}`, Promise.resolve('content\n\n')),
    command: (argv) => note(`command ${argv.join(' ')}`, Promise.resolve('out\r\n')),
    ...override,
  };
}

async function real(options: Partial<SourceReaderOptions> = {}): Promise<SourceReader> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-'));
  const directory = join(root, 'stack');
  await mkdir(directory);
  await writeFile(join(root, 'outside.txt'), 'x');
  await writeFile(join(directory, 'in.txt'), 'inside\n');
  await writeFile(join(directory, 'big.txt'), 'x'.repeat(1024 * 1024 + 1));
  await symlink(join(root, 'outside.txt'), join(directory, 'link.txt'));
  return createSourceReader({
    directory,
    environment: { A: 'a', KEY: 'credential', PATH: process.env['PATH'] },
    credentialVariables: ['KEY'],
    commandsAllowed: true,
    redactor: createRedactor(),
    ...options,
  });
}
const code = (promise: Promise<string>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof TrueupError ? error.code : 'other'),
  );

describe('resolveSources', () => {
  it('reads each source once and puts Secrets in, without one trailing newline', async () => {
    const log: string[] = [];
    const redactor = createRedactor();
    const options = { reader: reader(log), mode: 'resolve', redactor } as const;
    const { stack, diagnostics } = await resolveSources(stackOf(TEXT, { redactor }), options);
    expect(diagnostics).toEqual([]);
    expect(log.toSorted()).toEqual(['command print it', 'env P', 'file f.txt']);
    const values = stack.resources.slice(1).map(({ fields }) => fields['value']);
    const plain = values.map((value) => (value instanceof Secret ? reveal(value) : value));
    expect(plain.toSpliced(2, 1)).toEqual(['pw', 'u:pw@h', 'content\n', 'out']);
    expect((values[2] as Template).parts.map(String)).toEqual([
      '(sensitive value)',
      '@',
      '[object Object]',
    ]);
    expect(redactor.scrub('u:pw@h')).not.toContain('pw');
  });

  it('reads nothing in mode skip', async () => {
    const log: string[] = [];
    const redactor = createRedactor();
    const options = { reader: reader(log), mode: 'skip', redactor } as const;
    const { stack, diagnostics } = await resolveSources(stackOf(TEXT), options);
    expect([log, diagnostics]).toEqual([[], []]);
    const [, whole, text, open] = stack.resources.map(({ fields }) => fields['value']);
    expect([whole, text]).toEqual([new NotCompared(), new NotCompared()]);
    expect((open as Template).parts[0]).toBeInstanceOf(NotCompared);
  });

  it('collects what is missing, empty or failed, at its place', async () => {
    const failing = reader([], {
      env: () => undefined,
      file: () => Promise.resolve('\n'),
      command: () => Promise.reject(new TrueupError('source-failed', 'no', { hint: 'try' })),
    });
    const options = { reader: failing, mode: 'resolve', redactor: createRedactor() } as const;
    const { diagnostics } = await resolveSources(stackOf(TEXT), options);
    expect(diagnostics.map(line)).toEqual([
      'source-missing main.yaml:5:21 environment variable P is not set',
      'source-empty main.yaml:8:20 file f.txt is empty',
      'source-failed main.yaml:9:23 no',
    ]);
    expect(diagnostics[0]).toMatchObject({ address: 'acme.secrets.whole' });
  });
});

describe('the source reader', () => {
  it('reads files of the stack only', async () => {
    const source = await real();
    expect(await source.file('in.txt')).toBe('inside\n');
    expect(await code(source.file('../outside.txt'))).toBe('source-outside-stack');
    expect(await code(source.file('link.txt'))).toBe('source-outside-stack');
    expect(await code(source.file('none.txt'))).toBe('source-missing');
    expect(await code(source.file('big.txt'))).toBe('source-failed');
  });

  it('runs commands only when allowed, without a shell and without credentials', async () => {
    const node = process.execPath;
    const show =
      'process.stdout.write(JSON.stringify([process.env.A, process.env.KEY, process.argv[1]]))';
    const source = await real();
    expect(await source.command([node, '-e', show, '$HOME'])).toBe('["a",null,"$HOME"]');
    const refused = await real({ commandsAllowed: false });
    expect(await code(refused.command([node, '-e', show]))).toBe('source-command-refused');
    expect(await code(source.command(['no-such-program-here']))).toBe('source-failed');
  });

  it('bounds a command in time and size, and scrubs what it says', async () => {
    const redactor = createRedactor();
    redactor.secret('planted-secret');
    const source = await real({ redactor, commandMsMax: 300 });
    const node = process.execPath;
    const fails = source.command([node, '-e', 'console.error("planted-secret"); process.exit(3)']);
    await expect(fails).rejects.toThrow('ended with 3: (sensitive value)');
    const hangs = source.command([node, '-e', 'setInterval(() => {}, 1000)']);
    await expect(hangs).rejects.toThrow('did not end in time');
    const floods = (await real()).command([node, '-e', 'process.stdout.write("x".repeat(2e6))']);
    await expect(floods).rejects.toThrow('more than 1 MiB');
  });
});
