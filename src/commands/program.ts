import { Command, CommanderError, Option } from 'commander';
import { toDiagnostic, TrueupError } from '../core/errors.ts';
import { VERSION } from '../core/version.ts';
import { renderDiagnostic } from '../views/human/diagnostic.ts';
import { eventLine } from '../views/json/events.ts';
import { text } from '../views/sanitize.ts';
import { createStyle, shouldColor } from '../views/style.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { endingOfError, exitCodeOf } from './exit-code.ts';
import type { AccountFlags } from './flags.ts';
import { createProcessIo } from './process-io.ts';
import {
  addAccountOptions,
  addApplyOptions,
  addPlanOptions,
  addStackOptions,
  separateOptionalValues,
} from './options.ts';

/** Runs a command line; the exit code. Never throws. */
export async function runCli(
  argv: readonly string[],
  io: CommandIo = createProcessIo(),
): Promise<number> {
  let endings: Endings = DONE;
  const finish = async (run: Promise<Endings>): Promise<void> => {
    endings = await run;
  };
  const program = createProgram(io, finish);
  try {
    await program.parseAsync(separateOptionalValues(argv));
    return exitCodeOf(endings);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    tell(io, argv, error);
    return exitCodeOf(
      new Set([endingOfError(error instanceof TrueupError ? error.code : undefined)]),
    );
  }
}

function tell(io: CommandIo, argv: readonly string[], error: unknown): void {
  const diagnostic = toDiagnostic(error);
  if (argv.includes('--json')) {
    io.stdout.write(eventLine({ type: 'diagnostic', diagnostic }, io.clock.now()));
    return;
  }
  const isTTY = io.stderr.isTTY;
  const style = createStyle({
    color: shouldColor({ isTTY, env: io.env, noColor: argv.includes('--no-color') }),
  });
  const items =
    error instanceof TrueupError && error.diagnostics.length > 0 ? error.diagnostics : [diagnostic];
  for (const item of items) io.stderr.write(`${renderDiagnostic(item, style)}\n`);
  if (
    diagnostic.code === 'internal' &&
    error instanceof Error &&
    io.env['TRUEUP_DEBUG'] !== undefined
  ) {
    io.stderr.write(`${error.stack ?? ''}\n`);
  }
}

type DirFlags = AccountFlags & { readonly dir: string };
type Finish = (run: Promise<Endings>) => Promise<void>;

function createProgram(io: CommandIo, finish: Finish): Command {
  const program = new Command('trueup')
    .description('Brings cloud data platform accounts into line with YAML manifests kept in Git.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (help) => void io.stdout.write(help),
      writeErr: (help) => void io.stderr.write(help),
      outputError: (message, write) => {
        write(`${usageText(message)}\n`);
      },
    })
    .showSuggestionAfterError();
  addManifestCommands(program, io, finish);
  addPlanCommands(program, io, finish);
  addChangeCommands(program, io, finish);
  addStateCommands(program, io, finish);
  return program;
}

/** One line; it repeats what was typed, or what a pipeline put there. */
function usageText(message: string): string {
  return text(message.trimEnd().replace(/\n(?=\(Did you mean .*\)$)/, ' '));
}

function addManifestCommands(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('init')
    .description('write a small working stack')
    .argument('[dir]', 'directory of the new stack', '.')
    .action(async (dir: string) => {
      const { runInit } = await import('./init.ts');
      await finish(runInit(io, dir));
    });
  addStackOptions(program.command('validate'))
    .description('check the manifests offline')
    .argument('[dir]', 'directory of the stack', '.')
    .action(async (dir: string, flags: object) => {
      const { runValidate } = await import('./validate.ts');
      await finish(runValidate(io, dir, flags));
    });
  program
    .command('schema')
    .description('print the JSON Schema of manifests, or of one kind')
    .argument('[kind]')
    .action(async (kind: string | undefined) => {
      const { runSchema } = await import('./schema.ts');
      await finish(runSchema(io, kind));
    });
  program
    .command('emulate')
    .description('serve an emulated API on loopback')
    .argument('<provider>')
    .option('--port <n>', 'port to listen on; 0 takes a free one', '0')
    .option('--store <dir>', 'keep the objects in this directory')
    .addOption(
      new Option('--timing <profile>', 'how long things take')
        .choices(['none', 'fast', 'real'])
        .default('fast'),
    )
    .option('--seed <n>', 'make all randomness repeatable')
    .option('--quiet', 'print nothing but the URL')
    .action(async (provider: string, flags: object) => {
      const { runEmulate } = await import('./emulate.ts');
      await finish(runEmulate(io, provider, flags));
    });
}

function addPlanCommands(program: Command, io: CommandIo, finish: Finish): void {
  addPlanOptions(addAccountOptions(addStackOptions(program.command('plan'))))
    .description('show what an apply would do')
    .argument('[dir]', 'directory of the stack', '.')
    .option('--out <file>', 'save the plan, to be applied as it was shown')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['human', 'json', 'markdown']),
    )
    .option('--destroy', 'plan the end of everything in the state')
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .action(async (dir: string, flags: object) => {
      const { runPlan } = await import('./plan.ts');
      await finish(runPlan(io, dir, flags));
    });
  addAccountOptions(addStackOptions(program.command('drift')))
    .description('show what changed outside of the manifests; exit 2 when something did')
    .argument('[dir]', 'directory of the stack', '.')
    .addOption(new Option('--format <format>', 'how to print it').choices(['human', 'json']))
    .action(async (dir: string, flags: object) => {
      const { runDrift } = await import('./drift.ts');
      await finish(runDrift(io, dir, flags));
    });
}

function addChangeCommands(program: Command, io: CommandIo, finish: Finish): void {
  addApplyOptions(addPlanOptions(addAccountOptions(addStackOptions(program.command('apply')))))
    .description('bring the account into line with the manifests')
    .argument('[dir-or-plan]', 'directory of the stack, or a saved plan')
    .argument('[dir]', 'directory of the stack, after a saved plan')
    .option('--destroy', 'carry out a saved plan of `plan --destroy`')
    .action(async (first: string | undefined, dir: string | undefined, flags: object) => {
      const { runApply } = await import('./apply.ts');
      await finish(runApply(io, first, dir, flags));
    });
  addApplyOptions(addPlanOptions(addAccountOptions(addStackOptions(program.command('destroy')))))
    .description('delete everything that the state holds')
    .argument('[dir]', 'directory of the stack', '.')
    .action(async (dir: string, flags: object) => {
      const { runDestroy } = await import('./destroy.ts');
      await finish(runDestroy(io, dir, flags));
    });
  addAccountOptions(addStackOptions(program.command('import')))
    .description('take one live object into the state')
    .argument('<address>')
    .argument('<id>')
    .argument('[dir]', 'directory of the stack', '.')
    .action(async (address: string, id: string, dir: string, flags: object) => {
      const { runImport } = await import('./import.ts');
      await finish(runImport(io, address, id, dir, flags));
    });
}

function addStateCommands(program: Command, io: CommandIo, finish: Finish): void {
  addStackOptions(program.command('show'))
    .description('show what the state holds')
    .argument('[dir]', 'directory of the stack', '.')
    .action(async (dir: string, flags: object) => {
      const { runShow } = await import('./show.ts');
      await finish(runShow(io, dir, flags));
    });
  addStackOptions(program.command('output'))
    .description('print the outputs of the last apply')
    .argument('[name]')
    .option('--dir <dir>', 'directory of the stack', '.')
    .action(async (name: string | undefined, flags: DirFlags) => {
      const { runOutput } = await import('./show.ts');
      await finish(runOutput(io, flags.dir, flags, name));
    });
  const state = program.command('state').description('look at the state and edit it');
  const sub = (text: string): Command =>
    addStackOptions(state.command(text)).option('--dir <dir>', 'directory of the stack', '.');
  sub('list')
    .option('--ids', 'with IDs')
    .action(async (flags: DirFlags) => {
      const { runStateList } = await import('./show.ts');
      await finish(runStateList(io, flags.dir, flags));
    });
  sub('show <address>').action(async (address: string, flags: DirFlags) => {
    const { runShow } = await import('./show.ts');
    await finish(runShow(io, flags.dir, flags, address));
  });
  sub('mv <from> <to>').action(async (from: string, to: string, flags: DirFlags) => {
    const { runStateMove } = await import('./state-edit.ts');
    await finish(runStateMove(io, flags.dir, flags, from, to));
  });
  sub('rm <address...>').action(async (addresses: string[], flags: DirFlags) => {
    const { runStateRemove } = await import('./state-edit.ts');
    await finish(runStateRemove(io, flags.dir, flags, addresses));
  });
  sub('unlock').action(async (flags: DirFlags) => {
    const { runStateUnlock } = await import('./state-edit.ts');
    await finish(runStateUnlock(io, flags.dir, flags));
  });
}
