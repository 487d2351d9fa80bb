import { resolve } from 'node:path';
import { serve } from '../emulator/server.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { openEmulator } from './embedded-emulator.ts';
import { usage } from './parse-flags.ts';

export interface EmulateFlags {
  readonly port?: string;
  readonly store?: string;
  readonly timing?: string;
  readonly seed?: string;
  readonly quiet?: boolean;
}

/** `trueup emulate <provider>`: serves the emulator on loopback until it is interrupted. */
export async function runEmulate(
  io: CommandIo,
  provider: string,
  flags: EmulateFlags,
): Promise<Endings> {
  const timing = (['none', 'fast', 'real'] as const).find(
    (name) => name === (flags.timing ?? 'fast'),
  );
  if (timing === undefined)
    throw usage(`--timing takes none, fast or real, not '${flags.timing ?? ''}'`);
  const port = Number(flags.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw usage('--port takes a number from 0 to 65535');
  const seed =
    flags.seed === undefined ? Buffer.from(io.random(4)).readUInt32LE() : Number(flags.seed);
  if (!Number.isSafeInteger(seed)) throw usage('--seed takes a whole number');
  const emulator = openEmulator(provider, {
    clock: io.clock,
    seed,
    timing,
    ...(flags.store === undefined
      ? {}
      : { storeFile: resolve(io.cwd, flags.store, `${provider}.jsonl`) }),
  });
  const server = await serve(emulator, { port }).catch((cause: unknown) => {
    emulator.close();
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw usage(`--port ${port} cannot be listened on (${code})`);
  });
  io.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  if (flags.quiet !== true) {
    io.stderr.write(
      `Emulating ${provider} at ${server.url}; any credential is accepted. End it with Ctrl-C.\n`,
    );
  }
  await new Promise<void>((done) => {
    const end = io.onInterrupt(() => {
      end();
      done();
    });
  });
  await server.close();
  emulator.close();
  return DONE;
}
