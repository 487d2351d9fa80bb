import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { EMULATORS } from '../emulator/registry.ts';
import { serve } from '../emulator/server.ts';
import type { CommandIo } from './command-io.ts';
import { usage } from './parse-flags.ts';

/** A running emulator of this process, reached over loopback like the real API. */
export interface EmbeddedEmulator {
  readonly url: string;
  /** File that keeps its objects between runs. */
  readonly storeFile: string;
  close(): Promise<void>;
}

/** Starts the emulator of a provider over its store: by default one of this stack directory. */
export async function startEmbeddedEmulator(
  io: CommandIo,
  provider: string,
  stackDirectory: string,
  store: string | undefined,
): Promise<EmbeddedEmulator> {
  const create = EMULATORS[provider];
  if (create === undefined) throw usage(`there is no emulator for '${provider}'`);
  const directory = store === undefined ? defaultStore(io, stackDirectory) : resolve(io.cwd, store);
  const storeFile = join(directory, `${provider}.jsonl`);
  const seed = Buffer.from(io.random(4)).readUInt32LE();
  const emulator = create({ clock: io.clock, seed, timing: 'fast', storeFile });
  const server = await serve(emulator, { port: 0 });
  return {
    url: server.url,
    storeFile,
    async close() {
      await server.close();
      emulator.close();
    },
  };
}

/** In the user's cache folder, one store a stack directory: copies do not share an account. */
function defaultStore(io: CommandIo, stackDirectory: string): string {
  const cache = io.env['XDG_CACHE_HOME'] ?? join(io.env['HOME'] ?? homedir(), '.cache');
  const path = realpathSync(stackDirectory);
  const mark = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(cache, 'trueup', 'emulator', `${basename(path)}-${mark}`);
}
