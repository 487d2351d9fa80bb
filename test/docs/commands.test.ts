import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { programTree } from '../../src/commands/program.ts';
import { allPages, blocksOf, proseOf, type Page } from './_pages.ts';

const program = programTree();

/** Command lines of trueup in a page: in its blocks, and in code within a sentence. */
function commandLines(page: Page): readonly string[] {
  const blocks = blocksOf(page).filter(({ language }) => /^(?:sh|console|ya?ml)$/.test(language));
  const inBlocks = blocks.flatMap(({ language, text }) => {
    const typed = text.replaceAll(/ *\\\n\s*/g, ' ').split('\n');
    // What a command printed is no command line.
    const lines = language === 'console' ? typed.filter((line) => line.startsWith('$ ')) : typed;
    return lines.flatMap((line) => /(?:^|[\s;|&(])(trueup [a-z_].*)$/.exec(line)?.[1] ?? []);
  });
  const inProse = [...proseOf(page).matchAll(/`(trueup [a-z_][^`]*)`/g)].map(
    ([, line = '']) => line,
  );
  return [...inBlocks, ...inProse];
}

/** What of a command line the program does not have. */
function unknownIn(line: string): string | undefined {
  const words = (line.split(/ [|>&#]+ |;|#/)[0] ?? '').trim().split(/\s+/).slice(1);
  let command: Command = program;
  for (const word of words) {
    if (word === '--') return undefined;
    if (/^--?[a-z]/.test(word)) {
      const name = word.replace(/=.*$/, '').replace(/[.,…]+$/, '');
      const isKnown = ['--help', '-h', '--version'].includes(name);
      if (!isKnown && !command.options.some(({ long, short }) => long === name || short === name)) {
        return `${command.name()} ${name}`;
      }
    } else if (command.commands.length > 0) {
      const sub = command.commands.find((item) => item.name() === word);
      // A name in a sentence: "a trueup stack".
      if (sub === undefined) return `${command.name()} ${word}`;
      command = sub;
    }
  }
  return undefined;
}

describe('command lines in the documentation', () => {
  it('are told from others', () => {
    expect(unknownIn('trueup plan --emulate=x dir | tail')).toBeUndefined();
    expect(unknownIn('trueup state mv a b --dir x')).toBeUndefined();
    expect(unknownIn('trueup plan --emulat')).toBe('plan --emulat');
    expect(unknownIn('trueup state mov a b')).toBe('state mov');
    const page = { name: 'x', text: 'a `trueup x`\n```sh\nA=1 trueup y \\\n  --z\n```\n' };
    expect(commandLines(page)).toEqual(['trueup y --z', 'trueup x']);
  });

  it.each(allPages().map((page) => [page.name, page] as const))('%s', (_, page) => {
    const unknown = commandLines(page).flatMap((line) => unknownIn(line) ?? []);
    expect(unknown).toEqual([]);
  });
});
