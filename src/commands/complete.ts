import type { Argument, Command, Option } from 'commander';
import { DONE, type CommandIo, type Endings } from './command-io.ts';

/** What is being completed, and what stands before it. */
export interface Completion {
  readonly command: Command;
  /** Values given so far, by the option's attribute name (`varFile`). */
  readonly given: ReadonlyMap<string, string>;
  /** Arguments given so far, in order. */
  readonly operands: readonly string[];
  readonly wanted: Wanted;
  /** The part of it that stands there already. */
  readonly current: string;
  /** What of the word is no part of the value: `--env=`. */
  readonly prefix: string;
}

export type Wanted =
  | { readonly type: 'command' }
  | { readonly type: 'flag' }
  | { readonly type: 'value'; readonly option: Option }
  | { readonly type: 'argument'; readonly argument: Argument };

/** One line of the answer to a shell: a value and what it means, or what the shell looks up itself. */
export type Candidate =
  | { readonly value: string; readonly about?: string | undefined; readonly open?: boolean }
  | 'files'
  | 'directories';

/** Characters that mean nothing to a shell, wherever they stand; nothing else is offered. */
const HARMLESS = /^[\p{L}\p{N}_.@+,:=/-]+$/u;

/**
 * `trueup __complete -- WORDS…`, which the scripts of `completion` call: what may stand in place of
 * the last word, one a line, `value<TAB>description`; `:files` and `:directories` leave it to the
 * shell, `:nospace` says that the word goes on. Offline, and silent whatever is wrong.
 */
export async function runComplete(
  io: CommandIo,
  program: Command,
  words: readonly string[],
): Promise<Endings> {
  const completion = whatIsWanted(program, words);
  const candidates = await candidatesOf(io, program, completion).catch(() => []);
  const lines = new Set<string>();
  for (const candidate of candidates) {
    if (typeof candidate === 'string') {
      lines.add(`:${candidate}`);
      continue;
    }
    const value = `${completion.prefix}${candidate.value}`;
    if (!candidate.value.startsWith(completion.current) || !HARMLESS.test(value)) continue;
    if (candidate.open === true) lines.add(':nospace');
    lines.add(
      (candidate.about ?? '') === '' ? value : `${value}\t${oneLine(candidate.about ?? '')}`,
    );
  }
  io.stdout.write([...lines].map((line) => `${line}\n`).join(''));
  return DONE;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Reads the words as the parser would, and finds out what the last of them is to be. */
export function whatIsWanted(program: Command, words: readonly string[]): Completion {
  const given = new Map<string, string>();
  const operands: string[] = [];
  let command = program;
  let waiting: Option | undefined;
  let flags = true;
  for (const word of words.slice(0, -1)) {
    if (waiting !== undefined) {
      given.set(waiting.attributeName(), word);
      waiting = undefined;
    } else if (flags && word === '--') flags = false;
    else if (flags && word.startsWith('-')) {
      const { option, value } = readFlag(command, word);
      if (value !== undefined && option !== undefined) given.set(option.attributeName(), value);
      else if (option?.required === true) waiting = option;
    } else {
      const sub = operands.length === 0 ? subcommand(command, word) : undefined;
      if (sub === undefined) operands.push(word);
      else command = sub;
    }
  }
  const base = { command, given, operands };
  const current = words.at(-1) ?? '';
  if (waiting !== undefined) {
    return { ...base, wanted: { type: 'value', option: waiting }, current, prefix: '' };
  }
  return { ...base, ...ofLastWord(command, operands, current, flags) };
}

function ofLastWord(
  command: Command,
  operands: readonly string[],
  current: string,
  flags: boolean,
): Pick<Completion, 'wanted' | 'current' | 'prefix'> {
  if (flags && current.startsWith('-')) {
    const { option, value } = readFlag(command, current);
    if (option === undefined || value === undefined) {
      return { wanted: { type: 'flag' }, current, prefix: '' };
    }
    const prefix = current.slice(0, current.length - value.length);
    return { wanted: { type: 'value', option }, current: value, prefix };
  }
  if (command.commands.length > 0) return { wanted: { type: 'command' }, current, prefix: '' };
  const { registeredArguments: known } = command;
  const last = known.at(-1);
  const argument = known[operands.length] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return { wanted: { type: 'flag' }, current, prefix: '' };
  return { wanted: { type: 'argument', argument }, current, prefix: '' };
}

/** `--flag` or `--flag=value`, as this command knows it. */
function readFlag(
  command: Command,
  word: string,
): { readonly option: Option | undefined; readonly value: string | undefined } {
  const at = word.indexOf('=');
  const name = at === -1 ? word : word.slice(0, at);
  const option = command.options.find(({ long, short }) => long === name || short === name);
  const takes = option !== undefined && (option.required || option.optional);
  return { option, value: at === -1 || !takes ? undefined : word.slice(at + 1) };
}

function subcommand(command: Command, word: string): Command | undefined {
  return command
    .createHelp()
    .visibleCommands(command)
    .find((sub) => sub.name() === word);
}

async function candidatesOf(
  io: CommandIo,
  program: Command,
  completion: Completion,
): Promise<readonly Candidate[]> {
  const { command, wanted } = completion;
  const help = command.createHelp();
  switch (wanted.type) {
    case 'command':
      return help.visibleCommands(command).map(described);
    case 'flag':
      return help.visibleOptions(command).flatMap(({ long, description }) => {
        return typeof long === 'string' ? [{ value: long, about: description }] : [];
      });
    case 'value': {
      const choices = wanted.option.argChoices;
      if (choices !== undefined) return choices.map((value) => ({ value }));
      break;
    }
    case 'argument': {
      const choices = wanted.argument.argChoices;
      if (choices !== undefined) return choices.map((value) => ({ value }));
      if (wanted.argument.name() === 'command') {
        return program.createHelp().visibleCommands(program).map(described);
      }
      break;
    }
  }
  const { candidatesOfValue } = await import('./complete-value.ts');
  return candidatesOfValue(io, completion);
}

function described(command: Command): Candidate {
  return { value: command.name(), about: command.description() };
}
