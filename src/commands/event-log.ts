import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Emit, Event } from '../core/event.ts';
import { eventLine } from '../views/json/events.ts';
import { text } from '../views/sanitize.ts';
import type { CommandIo } from './command-io.ts';
import { unwritable } from './unwritable.ts';

/**
 * `--log-file`: appends every event to it. Throws `usage` where it cannot be written from the
 * start; what goes wrong later is told once and never decides how the run ends.
 */
export function openEventLog(io: CommandIo, name: string | undefined): Emit {
  if (name === undefined) return () => undefined;
  try {
    append(io, name, '');
  } catch (error) {
    throw unwritable('--log-file', name, error);
  }
  let isTold = false;
  return (event) => {
    try {
      append(io, name, eventLine(event, io.clock.now()));
    } catch (error) {
      if (isTold) return;
      isTold = true;
      const { message } = unwritable('--log-file', name, error);
      io.stderr.write(`${text(message)}; the run goes on\n`);
    }
  };
}

/** The error that ends a run, behind what its own log holds; silent where that cannot be written. */
export function logEnd(io: CommandIo, name: string | undefined, event: Event): void {
  if (name === undefined) return;
  try {
    append(io, name, eventLine(event, io.clock.now()));
  } catch {
    // It was told already, or is the very error that ends the run.
  }
}

function append(io: CommandIo, name: string, line: string): void {
  appendFileSync(resolve(io.cwd, name), line, { mode: 0o600 });
}
