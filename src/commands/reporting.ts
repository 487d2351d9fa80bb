import type { Diagnostic } from '../core/diagnostic.ts';
import type { Emit } from '../core/event.ts';
import { createApplyLog } from '../views/human/apply.ts';
import { renderDiagnostic } from '../views/human/diagnostic.ts';
import { isLogged, type LogLevel } from '../views/human/log-level.ts';
import { createProgress } from '../views/human/progress.ts';
import { eventLine } from '../views/json/events.ts';
import { createStyle, shouldColor, type Style } from '../views/style.ts';
import { withAnnotations } from './annotations.ts';
import type { CommandIo } from './command-io.ts';
import { openEventLog } from './event-log.ts';
import type { StackFlags } from './flags.ts';

/** Where a command's events and results go: chosen once, human or JSON. */
export interface Reporting {
  readonly style: Style;
  readonly json: boolean;
  readonly emit: Emit;
  /** Prints a result on stdout; nothing with `--json`, whose events say it. */
  result(text: string): void;
  /** Prints to stderr; nothing with `--json`. */
  note(text: string): void;
  diagnostics(items: readonly Diagnostic[]): void;
  /** Takes the live area away until something begins again: a question is asked. */
  pause(): void;
  /** Ends the live area. */
  close(): void;
}

export function createReporting(
  io: CommandIo,
  flags: StackFlags,
  command: 'apply' | 'destroy' | 'plan' | 'other',
  /** Of the stack: where the files are that diagnostics are about. */
  directory?: string,
): Reporting {
  const toFile = openEventLog(io, flags.logFile);
  const reporting =
    flags.json === true
      ? jsonReporting(io, flags.logLevel ?? 'warn', toFile)
      : humanReporting(io, flags, command, toFile);
  return withAnnotations(reporting, io, directory);
}

function jsonReporting(io: CommandIo, level: LogLevel, toFile: Emit): Reporting {
  const emit: Emit = (event) => {
    toFile(event);
    if (event.type !== 'log' || isLogged(event.level, level))
      io.stdout.write(eventLine(event, io.clock.now()));
  };
  return {
    style: createStyle({ color: false }),
    json: true,
    emit,
    result: () => undefined,
    note: () => undefined,
    diagnostics: (items) => {
      for (const diagnostic of items) emit({ type: 'diagnostic', diagnostic });
    },
    pause: () => undefined,
    close: () => undefined,
  };
}

function humanReporting(
  io: CommandIo,
  flags: StackFlags,
  command: 'apply' | 'destroy' | 'plan' | 'other',
  toFile: Emit,
): Reporting {
  const noColor = flags.color === false;
  const styleOf = (isTTY: boolean): Style =>
    createStyle({ color: shouldColor({ isTTY, env: io.env, noColor }) });
  const style = styleOf(io.stdout.isTTY);
  const errorStyle = styleOf(io.stderr.isTTY);
  const live = io.stderr.isTTY && io.env['CI'] === undefined && io.env['TERM'] !== 'dumb';
  const progress = live
    ? createProgress({ stream: io.stderr, clock: io.clock, style: errorStyle })
    : undefined;
  const note = (text: string): void => {
    if (progress === undefined) io.stderr.write(text);
    else progress.print(text);
  };
  const result = (text: string): void => {
    if (progress !== undefined && io.stdout.isTTY) progress.print(text);
    else io.stdout.write(text);
  };
  const log = createApplyLog({
    style: errorStyle,
    resultStyle: style,
    live,
    level: flags.logLevel ?? 'warn',
    log: note,
    result,
    command: command === 'destroy' ? 'destroy' : 'apply',
  });
  return {
    style,
    json: false,
    emit: (event) => {
      toFile(event);
      progress?.event(event);
      log.event(event);
    },
    result,
    note,
    diagnostics: (items) => {
      for (const item of items) {
        toFile({ type: 'diagnostic', diagnostic: item });
        // The plan itself lists what it leaves out because of something else.
        const isListed = item.code === 'dependency-incomplete' && item.severity !== 'error';
        if (!isListed) note(`${renderDiagnostic(item, errorStyle)}\n`);
      }
    },
    pause: () => {
      progress?.pause();
    },
    close: () => {
      progress?.stop();
    },
  };
}
