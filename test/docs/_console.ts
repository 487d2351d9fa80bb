import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { runCli } from '../../src/commands/program.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';
import { blocksOf, type Page } from './_pages.ts';

/** A command of a page, what the page says it prints, and what it printed. */
export interface Shown {
  readonly command: string;
  readonly expected: readonly string[];
  readonly printed: readonly string[];
}

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Carries out a page from its top: writes each block ```` ```yaml FILE ````, types what follows `$ `
 * in each `console` block. `edits` are what sentences of the page say is changed before a block, by
 * the number of the `console` block.
 */
export async function carryOut(
  page: Page,
  directory: string,
  edits: Readonly<Record<number, readonly Edit[]>> = {},
): Promise<readonly Shown[]> {
  const shell = new Shell(directory);
  const shown: Shown[] = [];
  let consoles = 0;
  for (const { language, info, text } of blocksOf(page)) {
    if (language === 'yaml' && info !== '') shell.write(info, text);
    if (language !== 'console') continue;
    for (const edit of edits[consoles] ?? []) shell.edit(edit);
    consoles += 1;
    for (const part of text.split(/^\$ /m).slice(1)) {
      const [command = '', ...expected] = part.trimEnd().split('\n');
      shown.push({ command, expected, printed: await shell.type(command) });
    }
  }
  return shown;
}

class Shell {
  #directory: string;
  readonly #env: Record<string, string>;

  constructor(directory: string) {
    this.#directory = directory;
    this.#env = {
      XDG_CACHE_HOME: join(directory, '.cache'),
      NO_COLOR: '1',
      // Without a key digests take their time.
      TRUEUP_STATE_KEY: 'a state key of the tests',
    };
  }

  write(file: string, text: string): void {
    const path = join(this.#directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  edit({ file, from, to }: Edit): void {
    const before = readFileSync(join(this.#directory, file), 'utf8');
    if (!before.includes(from)) throw new Error(`${file} does not hold ${from}`);
    this.write(file, before.replace(from, to));
  }

  async type(line: string): Promise<readonly string[]> {
    const [name, ...args] = line.split(/\s+/);
    if (name === 'cd') this.#directory = join(this.#directory, args[0] ?? '');
    else if (name === 'export') {
      const [variable = '', value = ''] = (args[0] ?? '').split('=');
      this.#env[variable] = value;
    } else if (name === 'trueup') return this.#run(args);
    else throw new Error(`the page types ${line}`);
    return [];
  }

  async #run(args: readonly string[]): Promise<readonly string[]> {
    let printed = '';
    const stream = { isTTY: false, write: (text: string) => (printed += text) };
    await runCli(['node', 'trueup', ...args], {
      stdout: stream,
      stderr: stream,
      env: this.#env,
      cwd: this.#directory,
      canAsk: false,
      ask: () => Promise.resolve(''),
      clock: createSystemClock(),
      random: (count) => randomBytes(count),
      onInterrupt: () => () => undefined,
    });
    const lines = printed.trimEnd().split('\n');
    // Where the emulator keeps its objects is left out of the pages, and what a slow machine waits for.
    return lines.filter((line) => !/^Emulated account in |^\S+: Still /.test(line));
  }
}

/** What differs from run to run, made the same. */
export function settled(line: string): string {
  return line
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\bafter \d+s\b/g, 'after Ns')
    .replaceAll(/, \d+ s\.$/g, ', N s.')
    .trimEnd();
}

/** Whether the printed lines are the expected ones; a line `...` stands for any number of them. */
export function matches(expected: readonly string[], printed: readonly string[]): boolean {
  const text = inAnyOrder(printed)
    .map((line) => `${line}\n`)
    .join('');
  const pattern = inAnyOrder(expected).map((line) => {
    return line === '...' ? '(?:.*\\n)*?' : `${escaped(line)}\\n`;
  });
  return new RegExp(`^${pattern.join('')}$`).test(text);
}

/** Settled lines; of changes that run at the same time, in the order of their texts. */
function inAnyOrder(lines: readonly string[]): readonly string[] {
  const ordered: string[] = [];
  let run: string[] = [];
  for (const line of [...lines.map(settled), '']) {
    const isProgress = /^\w+\.\w+\.[\w-]+: /.test(line);
    if (isProgress) run.push(line);
    else {
      ordered.push(...run.toSorted(), line);
      run = [];
    }
  }
  return ordered.slice(0, -1);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
