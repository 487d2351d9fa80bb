import { Option, type Command } from 'commander';

/** Collects the values of an option that may be given several times. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser<readonly string[]>(collect);
}

/** Options whose value is given with `=` only. */
const OPTIONAL_VALUES: ReadonlySet<string> = new Set(['--emulate', '--adopt']);

/** What follows such an option without `=` is an argument: `plan --emulate DIR` plans DIR. */
export function separateOptionalValues(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return argv.map((text, index) =>
    OPTIONAL_VALUES.has(text) && (end === -1 || index < end) ? `${text}=` : text,
  );
}

function withOptionalValue(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value) => (value === '' ? true : value));
}

/** All of the values that were given, or, where one of them is nothing, everything. */
function collectOrAll(
  value: string,
  before: true | readonly string[] | undefined,
): true | readonly string[] {
  return value === '' || before === true ? true : collect(value, before);
}

export function addStackOptions(command: Command): Command {
  return command
    .option('--env <name>', 'environment; required where there are any; - is the base')
    .addOption(repeatable('--var <name=value>', 'value of a variable'))
    .addOption(repeatable('--var-file <file>', 'values of variables, from a YAML file'))
    .option('--json', 'JSON on stdout: one event a line, or the data that was asked for')
    .option('--no-color', 'no colours')
    .addOption(
      new Option('--log-level <level>', 'least level of messages; warn without it').choices([
        'trace',
        'debug',
        'info',
        'warn',
      ]),
    )
    .option('--log-file <file>', 'append every event to this file, whatever the level')
    .option('--verbose', 'list everything, each unmanaged object too');
}

export function addAccountOptions(command: Command): Command {
  return command
    .addOption(
      withOptionalValue(
        '--emulate [dir]',
        'use the embedded emulator; its store can be named with --emulate=<dir>',
      ),
    )
    .option('--parallelism <n>', 'requests in flight at once, to each provider (10)')
    .option('--rate <n>', 'requests a second at most, to each provider')
    .option('--lock-timeout <duration>', 'how long to wait for the lock of the state (0s)')
    .option('--commands', 'allow fromCommand sources to run')
    .addOption(
      repeatable(
        '--secret-dir <dir>',
        'allow fromFile to read below this directory too: mounted secrets',
      ),
    );
}

export function addPlanOptions(command: Command): Command {
  return command
    .addOption(repeatable('--target <glob>', 'only these addresses and what they need'))
    .addOption(repeatable('--exclude <glob>', 'without these addresses and what depends on them'))
    .addOption(
      new Option(
        '--adopt [glob]',
        'take over live objects of the same name; a part of them with --adopt=<glob>',
      ).argParser<true | readonly string[]>(collectOrAll),
    )
    .addOption(
      repeatable('--replace <address>', 'delete and create again, although nothing forces it'),
    )
    .addOption(repeatable('--send <address.field>', 'send a write-only field again'))
    .addOption(repeatable('--allow <risk=glob>', 'approve data-loss, lockout or recreate by name'))
    .option('--allow-deletes <n>', 'lift the limit of deletes to this number')
    .option('--skip-secrets', 'resolve no secret source and compare no secret');
}

export function addApplyOptions(command: Command): Command {
  return command
    .option('--auto-approve', 'do not ask; without it and without a terminal nothing is done')
    .option('--allow-incomplete', 'apply the rest when a part could not be planned')
    .option('--show-generated-secrets', 'print passwords that the API generated to stdout')
    .option(
      '--generated-secrets-file <file>',
      'append passwords that the API generated to this file',
    );
}
