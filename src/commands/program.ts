import { Argument, Command, CommanderError, Option } from 'commander';
import { toDiagnostic, TrueupError } from '../core/errors.ts';
import type { Event } from '../core/event.ts';
import { VERSION } from '../core/version.ts';
import { renderDiagnostic } from '../views/human/diagnostic.ts';
import { eventLine } from '../views/json/events.ts';
import { text } from '../views/sanitize.ts';
import { createStyle, shouldColor } from '../views/style.ts';
import { annotateError } from './annotations.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { logEnd } from './event-log.ts';
import { endingOfError, exitCodeOf } from './exit-code.ts';
import type { AccountFlags, StackFlags } from './flags.ts';
import { createProcessIo } from './process-io.ts';
import {
  addAccountOptions,
  addApplyOptions,
  addPlanOptions,
  addStackOptions,
  repeatable,
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
  let flags: StackFlags = {};
  program.hook('preAction', (_program, action) => {
    flags = action.opts<StackFlags>();
  });
  try {
    await program.parseAsync(separateOptionalValues(argv));
    return exitCodeOf(endings);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    tell(io, flags, error);
    return exitCodeOf(
      new Set([endingOfError(error instanceof TrueupError ? error.code : undefined)]),
    );
  }
}

function tell(io: CommandIo, flags: StackFlags, error: unknown): void {
  const diagnostic = toDiagnostic(error);
  const isTTY = io.stderr.isTTY;
  const style = createStyle({
    color: shouldColor({ isTTY, env: io.env, noColor: flags.color === false }),
  });
  const items =
    error instanceof TrueupError && error.diagnostics.length > 0 ? error.diagnostics : [diagnostic];
  for (const item of items) {
    const event: Event = { type: 'diagnostic', diagnostic: item };
    if (flags.json === true) io.stdout.write(eventLine(event, io.clock.now()));
    else io.stderr.write(`${renderDiagnostic(item, style)}\n`);
    logEnd(io, flags.logFile, event);
    annotateError(io, item);
  }
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

/** Commands, arguments and flags as data; the documentation is made from them. */
export function programTree(): Command {
  return createProgram(createProcessIo(), () => Promise.resolve());
}

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
  addComment(program, io, finish);
  addStateCommands(program, io, finish);
  addCompletion(program, io, finish);
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
    .addOption(repeatable('--provider <name>', 'begin with a stack of this provider'))
    .action(async (dir: string, flags: { readonly provider?: readonly string[] }) => {
      const { runInit } = await import('./init.ts');
      await finish(runInit(io, dir, flags.provider));
    });
  addStackOptions(program.command('validate'))
    .description('check the manifests offline')
    .argument('[dir]', 'directory of the stack', '.')
    .action(async (dir: string, flags: object) => {
      const { runValidate } = await import('./validate.ts');
      await finish(runValidate(io, dir, flags));
    });
  addStackOptions(program.command('graph'))
    .description('draw what depends on what, from the manifests alone')
    .argument('[dir]', 'directory of the stack', '.')
    .addOption(
      new Option('--format <format>', 'language of the drawing')
        .choices(['dot', 'mermaid'])
        .default('dot'),
    )
    .addOption(repeatable('--target <glob>', 'only these addresses and what they need'))
    .action(async (dir: string, flags: object) => {
      const { runGraph } = await import('./graph.ts');
      await finish(runGraph(io, dir, flags));
    });
  program
    .command('fmt')
    .description('bring manifests into canonical form; exit 2 from --check when some are not')
    .argument('[dir-or-files...]', 'directory of the stack, or files')
    .option('--check', 'write nothing, list the files that would change')
    .option('--no-color', 'no colours')
    .action(async (targets: string[], flags: object) => {
      const { runFmt } = await import('./fmt.ts');
      await finish(runFmt(io, targets, flags));
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
    .option('--max-bytes <n>', 'size of the markdown; what does not fit is cut (65000)')
    .option('--offline', 'plan against the state alone, without a request')
    .option('--destroy', 'plan the end of everything in the state')
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .action(async (dir: string, flags: object) => {
      const { runPlan } = await import('./plan.ts');
      await finish(runPlan(io, dir, flags));
    });
  addAccountOptions(addStackOptions(program.command('drift')))
    .description('show what changed outside of the manifests; exit 2 when something did')
    .argument('[dir]', 'directory of the stack', '.')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['human', 'json', 'markdown']),
    )
    .option('--unmanaged', 'list the objects of the account that no entry stands for')
    .action(async (dir: string, flags: object) => {
      const { runDrift } = await import('./drift.ts');
      await finish(runDrift(io, dir, flags));
    });
  addAccountOptions(addStackOptions(program.command('explain')))
    .description('say why a field differs from its entry, or does not')
    .argument('<address[.field]>', 'workspaces.app.size, or workspaces.app for all of its fields')
    .argument('[dir]', 'directory of the stack', '.')
    .addOption(new Option('--format <format>', 'how to print it').choices(['human', 'json']))
    .option('--skip-secrets', 'resolve no secret source and compare no secret')
    .action(async (target: string, dir: string, flags: object) => {
      const { runExplain } = await import('./explain.ts');
      await finish(runExplain(io, target, dir, flags));
    });
}

function addComment(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('comment')
    .description('keep one comment of a pull request, or one issue, on GitHub')
    .argument('<file>', 'Markdown of plan or drift')
    .option('--pr <n>', 'number of the pull request')
    .option('--issue', 'keep an issue: opened, updated, and closed when there is nothing to say')
    .option('--stack <name>', 'stack that it is about; else the file says so')
    .option('--env <name>', 'environment that it is about; else the file says so')
    .option('--author <login>', 'whose comments to look through', 'github-actions[bot]')
    .action(async (file: string, flags: { author: string }) => {
      const { runComment } = await import('./comment.ts');
      await finish(runComment(io, file, flags));
    });
}

function addChangeCommands(program: Command, io: CommandIo, finish: Finish): void {
  addApplyOptions(addPlanOptions(addAccountOptions(addStackOptions(program.command('apply')))))
    .description('bring the account into line with the manifests')
    .argument('[dir-or-plan]', 'directory of the stack, or a saved plan')
    .argument('[dir]', 'directory of the stack, after a saved plan')
    .option('--destroy', 'carry out a saved plan of `plan --destroy`')
    .option('--shown <plan>', 'apply nothing beyond what this saved plan showed')
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
  addImport(program, io, finish);
}

function addImport(program: Command, io: CommandIo, finish: Finish): void {
  addAccountOptions(addStackOptions(program.command('import')))
    .description('take live objects into the state: one for an entry, or with --all and manifests')
    .argument('[address-or-dir]', 'address of the entry; with --all, the directory')
    .argument('[id]', 'ID of the object')
    .argument('[dir]', 'directory of the stack', '.')
    .option('--all', 'write manifests of everything that can be managed')
    .addOption(repeatable('--kind <kind>', 'of this kind only; also kinds that --all leaves out'))
    .addOption(repeatable('--match <glob>', 'of these names only'))
    .addOption(
      new Option('--layout <layout>', 'one file a kind, or one for each object with what is in it')
        .choices(['kind', 'group'])
        .default('kind'),
    )
    .option('--force', 'overwrite files')
    .action(
      async (
        first: string | undefined,
        id: string | undefined,
        dir: string,
        flags: AccountFlags & { readonly all?: boolean; readonly kind?: readonly string[] },
      ) => {
        const many = flags.all === true || flags.kind !== undefined;
        if (many) {
          if (id !== undefined) throw new TrueupError('usage', 'import --all takes no ID');
          const { runImportAll } = await import('./import-all.ts');
          await finish(runImportAll(io, first ?? dir, flags));
          return;
        }
        const { runImport } = await import('./import.ts');
        await finish(runImport(io, first, id, dir, flags));
      },
    );
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
    .description('list the addresses in the state')
    .option('--ids', 'with IDs')
    .action(async (flags: DirFlags) => {
      const { runStateList } = await import('./show.ts');
      await finish(runStateList(io, flags.dir, flags));
    });
  sub('show <address>')
    .description('show one resource of the state')
    .action(async (address: string, flags: DirFlags) => {
      const { runShow } = await import('./show.ts');
      await finish(runShow(io, flags.dir, flags, address));
    });
  sub('mv <from> <to>')
    .description('rename a resource in the state; the live object stays')
    .action(async (from: string, to: string, flags: DirFlags) => {
      const { runStateMove } = await import('./state-edit.ts');
      await finish(runStateMove(io, flags.dir, flags, from, to));
    });
  sub('rm <address...>')
    .description('forget resources of the state; the live objects stay')
    .action(async (addresses: string[], flags: DirFlags) => {
      const { runStateRemove } = await import('./state-edit.ts');
      await finish(runStateRemove(io, flags.dir, flags, addresses));
    });
  sub('unlock')
    .description('remove the lock of a run that will not come back')
    .action(async (flags: DirFlags) => {
      const { runStateUnlock } = await import('./state-edit.ts');
      await finish(runStateUnlock(io, flags.dir, flags));
    });
}

function addCompletion(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: string) => {
      const { runCompletion } = await import('./completion.ts');
      await finish(runCompletion(io, shell));
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { runComplete } = await import('./complete.ts');
      await finish(runComplete(io, program, words));
    });
}
