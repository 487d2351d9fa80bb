import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Emulator } from '../emulator/contract.ts';
import { EMULATORS, type EmulatorStart } from '../emulator/registry.ts';
import { serve } from '../emulator/server.ts';
import { StoreFileError } from '../emulator/store-file.ts';
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
  const directory = store === undefined ? defaultStore(io, stackDirectory) : resolve(io.cwd, store);
  const storeFile = join(directory, `${provider}.jsonl`);
  const seed = Buffer.from(io.random(4)).readUInt32LE();
  const emulator = openEmulator(provider, { clock: io.clock, seed, timing: 'fast', storeFile });
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

/** Throws `usage` for a provider that has none, and for a store that cannot be read. */
export function openEmulator(provider: string, start: EmulatorStart): Emulator {
  const create = EMULATORS[provider];
  if (create === undefined) {
    const known = Object.keys(EMULATORS).join(', ');
    throw usage(`there is no emulator for '${provider}'; there is ${known}`);
  }
  try {
    return create(start);
  } catch (error) {
    throw error instanceof StoreFileError ? usage(error.message) : error;
  }
}

/** In the user's cache folder, one store a stack directory: copies do not share an account. */
function defaultStore(io: CommandIo, stackDirectory: string): string {
  // Set and empty is not set: what is kept there would end up beside the manifests.
  const { XDG_CACHE_HOME: named = '', HOME: home = '' } = io.env;
  const cache = named === '' ? join(home === '' ? homedir() : home, '.cache') : named;
  const path = realpathSync(stackDirectory);
  const mark = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(cache, 'trueup', 'emulator', `${basename(path)}-${mark}`);
}
