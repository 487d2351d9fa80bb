// The tables of docs/commands.md, made from the tree of commands.
import { code, replaceBetweenMarks, table } from './markdown.mjs';

/** docs/commands.md with its generated parts anew. */
export function commandsPage(text, program) {
  const commands = leaves(program, '');
  const all = flagRows(commands);
  const stack = sharedBy(all, commands, '--var-file');
  const account = sharedBy(all, commands, '--rate').filter((row) => !stack.includes(row));
  const rest = all.filter((row) => !stack.includes(row) && !account.includes(row));
  const parts = {
    commands: table(['command', 'does'], commands.map(commandRow)),
    'flags of a stack': table(['flag', 'meaning'], short(stack)),
    'flags of an account': table(['flag', 'meaning'], short(account)),
    'further flags': table(
      ['flag', 'of', 'meaning'],
      rest.map(({ flag, of, meaning }) => [flag, of.map(code).join(', '), meaning]),
    ),
  };
  let page = text;
  for (const [name, made] of Object.entries(parts)) page = replaceBetweenMarks(page, name, made);
  return page;
}

function short(rows) {
  return rows.map(({ flag, meaning }) => [flag, meaning]);
}

/** Commands that do something, with their whole name; what is hidden is left out. */
function leaves(command, path) {
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((sub) => sub.name() !== 'help')
    .flatMap((sub) => {
      const name = `${path}${sub.name()}`;
      return sub.commands.length > 0 ? leaves(sub, `${name} `) : [{ name, command: sub }];
    });
}

function commandRow({ name, command }) {
  const words = command.registeredArguments.map((argument) => {
    const word = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`;
    return argument.required ? word : `[${word}]`;
  });
  return [code([name, ...words].join(' ')), command.description()];
}

/** One row for each flag that means the same, with the commands that take it. */
function flagRows(commands) {
  const rows = new Map();
  for (const { name, command } of commands) {
    for (const option of command.options.filter((item) => !item.hidden)) {
      const row = { flag: code(flagText(option)), long: option.long, meaning: meaningOf(option) };
      const known = rows.get(`${row.flag} ${row.meaning}`) ?? { ...row, of: [] };
      known.of.push(name);
      rows.set(`${row.flag} ${row.meaning}`, known);
    }
  }
  return [...rows.values()];
}

/** Flags that every command has which has `flag`. */
function sharedBy(rows, commands, flag) {
  const having = commands.filter(({ command }) => {
    return command.options.some((option) => option.long === flag);
  });
  return rows.filter(({ of }) => having.every(({ name }) => of.includes(name)));
}

/** `--target GLOB…` of an option that may be given several times. */
function flagText(option) {
  const { flags, required, optional, argChoices, parseArg } = option;
  if (!required && !optional) return option.long;
  const words = argChoices?.join('|') ?? /[<[](.+)[>\]]/.exec(flags)[1].toUpperCase();
  const again = parseArg?.name.startsWith('collect') === true ? '…' : '';
  return optional ? `${option.long}[=${words}]${again}` : `${option.long} ${words}${again}`;
}

function meaningOf({ description, defaultValue, negate }) {
  const isTold = defaultValue === undefined || negate === true || typeof defaultValue === 'object';
  return isTold ? description : `${description}; default ${code(defaultValue)}`;
}
