import { join } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { State } from './contract.ts';
import type { Files } from './files.ts';
import { areLinesSealed, isStateSealed, signatureOf, type Sign } from './seal.ts';

/**
 * Makes the signers of a state from its salt: that of `TRUEUP_STATE_KEY`, and where the key was
 * changed, that of the key before, which is still believed. Empty where nothing can be signed.
 */
export type Signer = (salt: string) => Promise<readonly Sign[]>;

/** A state as it was found. */
export interface FoundState {
  readonly text: string;
  readonly journal: string;
  readonly state: State;
}

/**
 * With `TRUEUP_STATE_KEY` a state is believed only if it is signed with that key, of the lineage
 * that was seen here before, and not older. A state that nobody has signed yet is believed once.
 * Without the key nothing is checked, and a signed state can be read but not written.
 */
export interface Trust {
  /** Before the state is read: what others write meanwhile is not taken for what was seen. */
  prepare(): Promise<void>;
  /** Gives the keys that are believed, the one to write with first. Throws `state-untrusted`. */
  check(found: FoundState | undefined, where: string): Promise<readonly Sign[]>;
  /** Throws `state-untrusted` for a signed state without the key. */
  assertWritable(found: FoundState | undefined): void;
  /** Remembers what was read or written here. */
  saw(state: Pick<State, 'lineage' | 'serial'>): Promise<void>;
  signerOf(salt: string): Promise<Sign | undefined>;
}

interface Seen {
  readonly lineage: string;
  readonly serial: number;
}

export function createTrust(options: {
  readonly files: Files;
  readonly directory: string;
  readonly signer: Signer | undefined;
}): Trust {
  const { signer } = options;
  const path = join(options.directory, 'seen.json');
  const memory = createMemory(options.files, options.directory, path);
  return {
    async prepare() {
      if (signer !== undefined) await memory.read();
    },
    async check(found, where) {
      if (signer === undefined) return [];
      const seen = await memory.read();
      const forget = `if that is meant to be so, remove ${path}`;
      if (found === undefined) {
        if (seen === undefined) return [];
        throw untrusted(`the state ${where} is gone, and was there before`, forget);
      }
      const signs = await signer(found.state.salt);
      if (signs.length === 0) return signs;
      assertSigned(found, signs, where, seen === undefined ? undefined : forget);
      if (seen !== undefined) assertNoOther(found.state, seen, where, forget);
      if (signatureOf(found.text) !== undefined) await memory.write(found.state);
      return signs;
    },
    async saw(state) {
      if (signer !== undefined) await memory.write(state);
    },
    signerOf: async (salt) => (await signer?.(salt))?.[0],
    assertWritable(found) {
      if (signer !== undefined || found === undefined) return;
      if (signatureOf(found.text) === undefined) return;
      throw untrusted(
        'the state is signed, and there is no key to sign it',
        'set TRUEUP_STATE_KEY to the key it was written with',
      );
    },
  };
}

/** `forget`: what to do where it was signed before and is not any more. */
function assertSigned(
  { text, journal }: FoundState,
  signs: readonly Sign[],
  where: string,
  forget: string | undefined,
): void {
  const signature = signatureOf(text);
  if (signature === undefined && forget !== undefined) {
    const why = 'is not signed any more: something else than trueup wrote it';
    throw untrusted(`the state ${where} ${why}`, forget);
  }
  const isWhole = signature === undefined || isStateSealed(text, signs);
  if (isWhole && areLinesSealed(journal, signature, signs)) return;
  throw untrusted(
    `the state ${where} was changed by something else than trueup, or signed with another key`,
    'use the TRUEUP_STATE_KEY it was written with, or restore it from its history',
  );
}

function assertNoOther(state: Seen, seen: Seen, where: string, forget: string): void {
  if (seen.lineage !== state.lineage) {
    throw untrusted(`the state ${where} is another one than was here before`, forget);
  }
  if (seen.serial <= state.serial) return;
  const serials = `serial ${String(state.serial)}, before it was ${String(seen.serial)}`;
  throw untrusted(`the state ${where} is older than what was here before (${serials})`, forget);
}

function untrusted(message: string, hint: string): TrueupError {
  return new TrueupError('state-untrusted', message, { hint });
}

/** The newest signed state that this machine has read or written. */
function createMemory(files: Files, directory: string, path: string) {
  let last: Seen | undefined;
  return {
    async read(): Promise<Seen | undefined> {
      last ??= parseSeen(await files.read(path));
      return last;
    },
    async write({ lineage, serial }: Seen): Promise<void> {
      if (last?.lineage === lineage && last.serial === serial) return;
      last = { lineage, serial };
      // Where nothing can be kept, nothing can be compared the next time.
      await files
        .makeDirectory(directory)
        .then(() => files.write(`${path}.tmp`, `${JSON.stringify(last)}\n`))
        .then(() => files.rename(`${path}.tmp`, path))
        .catch(() => undefined);
    },
  };
}

function parseSeen(text: string | undefined): Seen | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (!isJsonObject(value)) return undefined;
    const { lineage, serial } = value;
    if (typeof lineage !== 'string' || typeof serial !== 'number') return undefined;
    return { lineage, serial };
  } catch {
    return undefined;
  }
}
