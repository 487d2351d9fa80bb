import { createSingleStoreEmulator } from '../../../src/emulator/singlestore/index.ts';
import type {
  EmulatorClock,
  EmulatorOptions,
  SingleStoreEmulator,
} from '../../../src/emulator/singlestore/index.ts';

export type Json = Record<string, unknown>;

/** A clock that moves only when told to; whoever sleeps is woken in passing. */
export interface TestClock extends EmulatorClock {
  advance(ms: number): void;
}

export function testClock(start = Date.UTC(2026, 5, 1)): TestClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      return Promise.resolve();
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
  readonly list: readonly Json[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface Harness {
  readonly clock: TestClock;
  readonly emulator: SingleStoreEmulator;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** POST that must succeed. */
  post(path: string, body: unknown): Promise<Json>;
  get(path: string): Promise<Json>;
  list(path: string): Promise<readonly Json[]>;
}

export function harness(options: Partial<EmulatorOptions> = {}): Harness {
  const clock = testClock();
  const emulator = createSingleStoreEmulator({ clock, seed: 7, timing: 'none', ...options });
  const call: Harness['call'] = async (method, path, body, token = 'key') => {
    const reply = await emulator.handle({
      method,
      path,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.kind !== 'response') throw new Error(`ended with ${reply.kind}`);
    const isJson = reply.headers['content-type'] === 'application/json';
    const value = isJson ? (JSON.parse(reply.body) as unknown) : undefined;
    return {
      status: reply.status,
      text: reply.body,
      headers: reply.headers,
      json: (value ?? {}) as Json,
      list: (Array.isArray(value) ? value : []) as Json[],
    };
  };
  const succeed = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await call(method, path, body);
    if (answer.status !== 200) throw new Error(`${String(answer.status)} ${answer.text}`);
    return answer;
  };
  return {
    clock,
    emulator,
    call,
    post: async (path, body) => (await succeed('POST', path, body)).json,
    get: async (path) => (await succeed('GET', path)).json,
    list: async (path) => (await succeed('GET', path)).list,
  };
}

export const GROUP = {
  name: 'main',
  provider: 'AWS',
  regionName: 'us-east-1',
  firewallRanges: ['10.0.0.0/8'],
};

export async function createGroup(world: Harness, fields: Json = {}): Promise<string> {
  return String(
    (await world.post('/v1/workspaceGroups', { ...GROUP, ...fields }))['workspaceGroupID'],
  );
}

export async function createWorkspace(
  world: Harness,
  workspaceGroupID: string,
  fields: Json = {},
): Promise<string> {
  const body = { name: 'app', workspaceGroupID, ...fields };
  return String((await world.post('/v1/workspaces', body))['workspaceID']);
}

export const GOOD_PASSWORD = 'Tr7!xQm2#Lp9vB';
