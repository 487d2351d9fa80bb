import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts';
import { TrueupError } from '../../src/core/errors.ts';
import type { Inventory, LiveView } from '../../src/core/live.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { ApiError } from '../../src/http/api-error.ts';
import type { ReadClient } from '../../src/http/contract.ts';
import type { Organization, ReadContext } from '../../src/providers/contract.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { renderPlan } from '../../src/views/human/plan.ts';
import { planJson } from '../../src/views/json/plan-json.ts';
import { createStyle } from '../../src/views/style.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { createWorld, stackFromDisk, type World } from '../_helpers/world.ts';

/** What a member of an answer becomes; `undefined` takes it away. */
const MUTATIONS: readonly (readonly [string, (value: Json) => Json | undefined])[] = [
  ['absent', () => undefined],
  ['null', () => null],
  ['a number', () => 9_007_199_254_740_992],
  ['negative', () => -1],
  ['a huge number', () => 1e308],
  ['a text', () => 'x'],
  ['an empty text', () => ''],
  ['a hostile text', () => '\u001B]0;t\u0007\u202E::error::x'],
  ['a prototype word', () => 'constructor'],
  ['a boolean', () => true],
  ['an empty list', () => []],
  ['an empty object', () => ({})],
  ['itself in a list', (value) => [value]],
  ['itself twice', (value) => [value, value]],
  ['itself in an object', (value) => ({ value })],
  ['a list of everything', () => [null, 1, 'x', true, [], {}]],
  [
    'an object of prototype keys',
    () => JSON.parse('{"constructor":1,"toString":{},"hasOwnProperty":"x"}') as Json,
  ],
];

/** Of a long list the first two elements say as much as all. */
const ELEMENTS_MAX = 2;

function pathsOf(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  const children = Array.isArray(value)
    ? value.slice(0, ELEMENTS_MAX).map((item: Json, index) => [String(index), item] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return [path, ...children.flatMap(([name, item]) => pathsOf(item, [...path, name]))];
}

function mutated(
  value: Json,
  path: readonly string[],
  change: (value: Json) => Json | undefined,
): Json {
  const [name, ...rest] = path;
  if (name === undefined) return change(value) ?? null;
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => {
      if (String(index) !== name) return [item];
      const next = rest.length === 0 ? change(item) : mutated(item, rest, change);
      return next === undefined ? [] : [next];
    });
  }
  const copy: Record<string, Json> = { ...(value as JsonObject) };
  const old = copy[name] ?? null;
  const next = rest.length === 0 ? change(old) : mutated(old, rest, change);
  if (next === undefined) delete copy[name];
  else copy[name] = next;
  return copy;
}

interface Answer {
  readonly path: string;
  readonly body: Json;
}

const acme = stackFromDisk('examples/stacks/acme');
const run = { env: 'dev' };
let world: World;
/** Every answer that a plan of an applied acme gets. */
let answers: readonly Answer[];

type Reply = Awaited<ReturnType<World['emulator']['handle']>>;

/** Lets every answer of the account pass through `change`. */
async function through<T>(
  change: (path: string, reply: Reply) => Reply,
  work: () => Promise<T>,
): Promise<T> {
  const emulator = world.emulator as { handle: World['emulator']['handle'] };
  const { handle } = emulator;
  emulator.handle = async (request) => change(request.path, await handle(request));
  try {
    return await work();
  } finally {
    emulator.handle = handle;
  }
}

beforeAll(async () => {
  world = createWorld();
  const { outcome } = await world.apply(acme, run);
  if (outcome?.failed !== 0) throw new Error('the apply failed');
  const seen = new Map<string, Json>();
  await through(
    (path, reply) => {
      if (reply.kind === 'response') seen.set(path, JSON.parse(reply.body) as Json);
      return reply;
    },
    () => world.plan(acme, run),
  );
  answers = [...seen].map(([path, body]) => ({ path, body }));
});

/** What a plan makes of the account while one answer is another. */
async function planWith(answer: Answer, body: string): Promise<string> {
  try {
    const { planned } = await through(
      (path, reply) =>
        path === answer.path && reply.kind === 'response' ? { ...reply, body } : reply,
      () => world.plan(acme, run),
    );
    if (planned === undefined) return 'no plan';
    const { plan } = planned;
    const codes = plan.diagnostics.map(({ code }) => code);
    renderPlan(plan, { style: createStyle({ color: false }), mode: 'plan' });
    JSON.stringify(planJson(plan, { version: '0', mode: 'plan' }));
    if (codes.includes('internal')) return 'a bug among the diagnostics';
    if (!plan.incomplete) return 'plan';
    return codes.length === 0 ? 'incomplete without a reason' : 'incomplete plan';
  } catch (error) {
    if (error instanceof TrueupError && error.code !== 'internal') return error.code;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
const FINE = ['plan', 'incomplete plan', 'api-response-invalid', 'api-error'];

/** A call of a kind, by what it asks for. */
interface Call {
  readonly label: string;
  run(client: ReadClient): Promise<unknown>;
}

function callsOf(live: LiveView, organization: Organization): readonly Call[] {
  const redactor = createRedactor();
  const kinds = kindTable(PROVIDERS);
  const context = (client: ReadClient): ReadContext => ({ client, redactor, organization, live });
  return live.inventories().flatMap((inventory): Call[] => {
    const kind = kinds.get(inventory.type);
    if (kind === undefined) throw new Error(`no kind ${inventory.type}`);
    const { scope } = inventory;
    const [object] = inventory.objects;
    const list: Call = {
      label: `list ${kind.type}`,
      run: (client) => kind.list(context(client), scope),
    };
    if (object === undefined) return [list];
    const read: Call = {
      label: `read ${kind.type}`,
      run: (client) => kind.read(context(client), object.id, object.scope),
    };
    return [list, read];
  });
}

/** Gives the bodies by path and query; `change` may put another in place. */
function clientOf(get: (path: string) => Promise<Json>): ReadClient {
  return {
    async get(path, { query = {} } = {}) {
      const search = new URLSearchParams(query).toString();
      const body = await get(search === '' ? path : `${path}?${search}`);
      return { status: 200, body, serverTimeMs: 0 };
    },
    lastServerTimeMs: () => 0,
    requestCount: () => 0,
  };
}

async function bodyAt(path: string): Promise<Json> {
  const headers = { authorization: 'Bearer x' };
  const reply = await world.emulator.handle({ method: 'GET', path, headers });
  if (reply.kind !== 'response' || reply.status !== 200) throw new Error(`no answer at ${path}`);
  return JSON.parse(reply.body) as Json;
}

/** What is wrong with what a call made of an answer; undefined where nothing is. */
async function wrongWith(call: Call, client: ReadClient): Promise<string | undefined> {
  try {
    const result = await call.run(client);
    if (!call.label.startsWith('list')) return undefined;
    const { complete, problem, objects } = result as Inventory;
    if (complete !== (problem === undefined)) return 'incomplete without a reason';
    const unusable = objects.find(({ id }) => typeof id !== 'string' || id === '');
    return unusable === undefined ? undefined : 'an object without an ID';
  } catch (error) {
    const code = error instanceof ApiError ? error.code : undefined;
    if (code === 'api-response-invalid') return undefined;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

describe('an answer of the API that is not as promised', () => {
  it('never breaks the list or the read of a kind', async () => {
    const { planned } = await world.plan(acme, run);
    if (planned === undefined) throw new Error('no plan');
    const organization = await PROVIDERS[0]?.organization(clientOf(bodyAt));
    if (organization === undefined) throw new Error('no organization');
    const bad: string[] = [];
    const labels = new Set<string>();
    let refused = 0;
    for (const call of callsOf(planned.live, organization)) {
      const seen = new Map<string, Json>();
      const remember = clientOf(async (path) => {
        const body = await bodyAt(path);
        seen.set(path, body);
        return body;
      });
      // Untouched it works, so that what is refused below is refused for the change.
      expect(await wrongWith(call, remember)).toBeUndefined();
      labels.add(call.label);
      for (const [path, body] of seen) {
        for (const place of pathsOf(body)) {
          for (const [name, change] of MUTATIONS) {
            const other = mutated(body, place, change);
            const client = clientOf((asked) =>
              Promise.resolve(asked === path ? other : (seen.get(asked) ?? null)),
            );
            const wrong = await wrongWith(call, client);
            if (wrong !== undefined)
              bad.push(`${call.label} ${path} /${place.join('/')} ${name}: ${wrong}`);
            else refused += 1;
          }
        }
      }
    }
    expect(bad.slice(0, 5)).toEqual([]);
    expect(refused).toBeGreaterThan(5_000);
    expect([...labels].filter((label) => label.startsWith('list')).length).toBeGreaterThan(9);
  });

  it('gives a plan, an incomplete one with its reason, or an error that says so', async () => {
    const random = createSeededRandom(3);
    const results = new Map<string, number>();
    const bad: string[] = [];
    for (let count = 0; count < 40; count += 1) {
      const answer = pick(answers, random);
      const place = pick(pathsOf(answer.body), random);
      const [name, change] = pick(MUTATIONS, random);
      const result = await planWith(answer, JSON.stringify(mutated(answer.body, place, change)));
      results.set(result, (results.get(result) ?? 0) + 1);
      if (!FINE.includes(result)) bad.push(`${answer.path} /${place.join('/')} ${name}: ${result}`);
    }
    expect(bad).toEqual([]);
    expect(results.get('plan')).toBeGreaterThan(10);
    expect(results.get('api-response-invalid')).toBeGreaterThan(0);
  });

  it.each([
    ['deeply nested', `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`],
    ['deeply nested and cut', '{"a":'.repeat(100_000)],
    ['no JSON', '<html>x</html>'],
    ['empty', ''],
    ['a lone text', '"x"'],
    ['null', 'null'],
    ['of prototype members', '[{"__proto__":{"id":"x"},"constructor":{"prototype":1}}]'],
    ['of NUL bytes', '\0'.repeat(1_000)],
    ['one number of a million digits', '9'.repeat(1_000_000)],
  ])('plans nothing from an answer that is %s', async (_, body) => {
    // Another third of the answers for each body: together every one is met.
    for (const answer of answers.filter((_, at) => at % 3 === body.length % 3)) {
      const result = await planWith(answer, body);
      expect([answer.path, FINE.slice(1).includes(result)]).toEqual([answer.path, true]);
    }
  });

  it('keeps IDs exact: a number is no ID', async () => {
    const answer = answers.find(({ path }) => path === '/v1/workspaceGroups');
    if (answer === undefined) throw new Error('groups are not listed');
    const numbers = JSON.stringify(answer.body).replaceAll(
      /"workspaceGroupID":"[^"]*"/g,
      '"workspaceGroupID":9007199254740993',
    );
    expect(await planWith(answer, numbers)).toBe('incomplete plan');
  });
});

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
