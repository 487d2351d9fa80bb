import { randomBytes } from 'node:crypto';
import { runCli } from '../../src/commands/program.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';

export interface PrintedResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A whole command in this process, without a terminal: much cheaper than a process of its own. */
export async function runHere(
  argv: readonly string[],
  io: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    /** What is answered to questions; absent: there is nobody to ask. */
    readonly answer?: string | undefined;
    /** Whether stderr, and nothing else, goes to a terminal. */
    readonly terminal?: boolean;
    /** Who listens to signals; absent: none comes. */
    readonly listeners?: Set<() => void>;
  },
): Promise<PrintedResult> {
  const out = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: name === 'stderr' && io.terminal === true,
    write: (text: string) => {
      out[name] += text;
    },
  });
  const code = await runCli(['node', 'trueup', ...argv], {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: io.env,
    cwd: io.cwd,
    canAsk: io.answer !== undefined,
    ask(question) {
      out.stderr += question;
      return Promise.resolve(io.answer ?? '');
    },
    clock: createSystemClock(),
    random: (count) => randomBytes(count),
    onInterrupt(callback) {
      io.listeners?.add(callback);
      return () => void io.listeners?.delete(callback);
    },
  });
  return { code, ...out };
}
