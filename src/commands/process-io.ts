import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { TrueupError } from '../core/errors.ts';
import { createSystemClock } from '../http/system-clock.ts';
import type { CommandIo } from './command-io.ts';

/** The process's own streams, clock, environment and signals. */
export function createProcessIo(): CommandIo {
  const { stdout, stderr, stdin, env } = process;
  return {
    stdout: toOutput(stdout),
    stderr: toOutput(stderr),
    env,
    cwd: process.cwd(),
    canAsk: stdin.isTTY && stderr.isTTY && env['CI'] === undefined,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } catch (error) {
        // Ctrl-C at the question leaves the cursor behind it.
        stderr.write('\n');
        throw new TrueupError('interrupted', 'interrupted; nothing was applied', { cause: error });
      } finally {
        lines.close();
      }
    },
    clock: createSystemClock(),
    random: (bytes) => randomBytes(bytes),
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      process.on('SIGTERM', callback);
      return () => {
        process.off('SIGINT', callback);
        process.off('SIGTERM', callback);
      };
    },
  };
}

function toOutput(stream: NodeJS.WriteStream): CommandIo['stdout'] {
  return {
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    write: (text) => stream.write(text),
  };
}
