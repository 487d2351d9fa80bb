import { createHmac, scrypt, scryptSync } from 'node:crypto';
import { promisify } from 'node:util';

/** Recognises a secret that was applied before, without keeping it. */
export interface Digester {
  /** With a key only: costs microseconds. */
  readonly sync: ((plain: string) => string) | undefined;
  /** Stretches the key in the thread pool, so that the first digest need not wait for it. */
  prepare?(): Promise<void>;
  /** Without a key it takes tens of milliseconds in the thread pool, once per value. */
  digest(plain: string): Promise<string>;
  /**
   * Whether the digest is of this value. With a key also one that was made without, or with the key
   * before; undefined when it was made with any other key, or salt.
   */
  matches(plain: string, stored: string): Promise<boolean | undefined>;
  /** HMAC of a text that is not a value, with a key only; after `prepare` it costs microseconds. */
  readonly sign?: (text: string) => string;
  /** The same at once, of digests made with this very key; undefined of others, and without a key. */
  readonly matchesSync: ((plain: string, stored: string) => boolean | undefined) | undefined;
}

const BYTES = 32;
const KEY_ID_LENGTH = 8;

/**
 * With a key: `hmac-sha256:<key id>:<digest>`; the key is stretched once. Without: `scrypt:<salt
 * id>:<digest>`; whoever can read the state can then try out short secrets. `salt` is the state's.
 * `keyBefore`: where the key was changed, so that what it made is still recognised.
 */
export function createDigester(options: {
  readonly key: string | undefined;
  readonly keyBefore?: string | undefined;
  readonly salt: string;
}): Digester {
  const { key, keyBefore = '', salt } = options;
  if (key === undefined || key === '') return createSlow(salt);
  const before = keyBefore === '' ? [] : [createKeyed(keyBefore, salt, [])];
  return createKeyed(key, salt, [...before, createSlow(salt)]);
}

interface Keyed {
  readonly bytes: Buffer;
  readonly prefix: string;
}

function derived(bytes: Buffer): Keyed {
  const id = hmac(bytes, 'trueup-key-id').slice(0, KEY_ID_LENGTH);
  return { bytes, prefix: `hmac-sha256:${id}:` };
}

/** `others` made the digests that this one did not. */
function createKeyed(key: string, salt: string, others: readonly Digester[]): Digester {
  let stretched: Keyed | undefined;
  const keySalt = `trueup-state-key:${salt}`;
  const known = new Map<string, string>();
  const keyed = (): Keyed => (stretched ??= derived(scryptSync(key, keySalt, BYTES)));
  const sync = (plain: string): string => {
    const before = known.get(plain);
    if (before !== undefined) return before;
    const { bytes, prefix } = keyed();
    const digest = `${prefix}${hmac(bytes, `value:${plain}`)}`;
    known.set(plain, digest);
    return digest;
  };
  const matchesSync = (plain: string, stored: string): boolean | undefined =>
    stored.startsWith(keyed().prefix) ? sync(plain) === stored : undefined;
  return {
    sync,
    matchesSync,
    sign: (text) => `${keyed().prefix}${hmac(keyed().bytes, `text:${text}`)}`,
    digest: (plain) => Promise.resolve(sync(plain)),
    async matches(plain, stored) {
      const own = matchesSync(plain, stored);
      if (own !== undefined) return own;
      for (const other of others) {
        await other.prepare?.();
        const answer = await other.matches(plain, stored);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
    async prepare() {
      if (stretched === undefined) stretched = derived(await stretchBytes(key, keySalt));
    },
  };
}

function createSlow(salt: string): Digester {
  const known = new Map<string, Promise<string>>();
  const prefix = `scrypt:${hmac(Buffer.from(salt), 'trueup-salt-id').slice(0, KEY_ID_LENGTH)}:`;
  const digest = (plain: string): Promise<string> => {
    const before = known.get(plain);
    if (before !== undefined) return before;
    const made = stretchBytes(plain, `trueup-digest:${salt}`).then(
      (bytes) => `${prefix}${bytes.toString('base64url')}`,
    );
    known.set(plain, made);
    return made;
  };
  return {
    sync: undefined,
    matchesSync: undefined,
    digest,
    matches: async (plain, stored) =>
      stored.startsWith(prefix) ? (await digest(plain)) === stored : undefined,
  };
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64url');
}

const stretch = promisify<string, string, number, Buffer>(scrypt);

function stretchBytes(plain: string, salt: string): Promise<Buffer> {
  return stretch(plain, salt, BYTES);
}
