import { createSpiceEmulator } from '../../../src/emulator/spice/index.ts';
import type { SpiceEmulator, SpiceEmulatorOptions } from '../../../src/emulator/spice/index.ts';
import { testClock } from '../singlestore/harness.ts';
import type { Json, TestClock } from '../singlestore/harness.ts';

export type { Json } from '../singlestore/harness.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Harness {
  readonly clock: TestClock;
  readonly emulator: SpiceEmulator;
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>;
  /** The JSON of an answer that must not be an error. */
  get(path: string): Promise<Json>;
  post(path: string, body?: unknown): Promise<Json>;
  put(path: string, body: unknown): Promise<Json>;
}

type Headers = Readonly<Record<string, string>>;

/** Credentials of a token. */
export function as(token: string): Headers {
  return { authorization: `Bearer ${token}` };
}

export function harness(options: Partial<SpiceEmulatorOptions> = {}): Harness {
  const clock = testClock();
  const emulator = createSpiceEmulator({ clock, seed: 7, timing: 'none', ...options });
  const call: Harness['call'] = async (method, path, body, headers = {}) => {
    const reply = await emulator.handle({
      method,
      path,
      headers: { ...as('emulated'), ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (reply.kind !== 'response') throw new Error(`ended with ${reply.kind}`);
    const isJson = reply.headers['content-type'] === 'application/json';
    return {
      status: reply.status,
      text: reply.body,
      headers: reply.headers,
      json: (isJson ? JSON.parse(reply.body) : {}) as Json,
    };
  };
  const succeed = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${String(answer.status)} ${answer.text}`);
    return answer.json;
  };
  return {
    clock,
    emulator,
    call,
    get: async (path) => succeed('GET', path),
    post: async (path, body) => succeed('POST', path, body),
    put: async (path, body) => succeed('PUT', path, body),
  };
}

export const APP = { name: 'lake', region: 'us-east-1' };
export const SPICEPOD = { version: 'v2', kind: 'Spicepod', name: 'lake' };

/** Path of a new app. */
export async function createApp(world: Harness, fields: Json = {}): Promise<string> {
  return `/v1/apps/${String((await world.post('/v1/apps', { ...APP, ...fields }))['id'])}`;
}

/** Path of a new app that can be deployed. */
export async function deployable(world: Harness, fields: Json = {}): Promise<string> {
  const path = await createApp(world, fields);
  await world.put(path, { spicepod: SPICEPOD });
  return path;
}
