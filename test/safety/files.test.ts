import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';

const STACK = {
  'trueup.yaml': 'stack: acme\noutputs:\n  id: { value: "${teams.readers.id}" }\n',
  'main.yaml': 'teams:\n  readers: { description: one, members: { users: [], teams: [] } }\n',
};
const STATE = '.trueup/default/state.json';
const POLLUTION = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';

/** Puts members into one object of a JSON text, each object in turn. */
function polluted(text: string): readonly string[] {
  return [...text.matchAll(/\{(?=\s*["}])/g)].map(({ index }) => {
    const rest = text.slice(index + 1);
    return `${text.slice(0, index + 1)}${POLLUTION}${rest.trimStart().startsWith('}') ? '' : ','}${rest}`;
  });
}

describe('files that trueup wrote and somebody edited', () => {
  let world: CommandWorld;
  beforeAll(async () => {
    world = await createCommandWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.reset();
    world.write(STACK);
    await world.done('apply', '--auto-approve');
  });

  it.each([
    ['signed', {}],
    ['not signed', { TRUEUP_STATE_KEY: '' }],
  ])('a %s state with prototype keys is refused or means what it says without', async (_, env) => {
    world.reset();
    world.env = { ...env };
    world.write(STACK);
    await world.done('apply', '--auto-approve');
    const good = world.read(STATE);
    const variants = polluted(good);
    expect(variants.length).toBeGreaterThan(6);
    for (const text of variants) {
      world.write({ [STATE]: text });
      for (const argv of [['plan'], ['show'], ['state', 'list'], ['output', '--json']]) {
        const { code, stderr, stdout } = await world.run(...argv);
        const printed = stdout + stderr;
        const isRefused = code === 1 && /\bstate-(corrupt|untrusted)\b/.test(printed);
        const isFine = code === 0 && !printed.includes('[internal]');
        expect([text, argv, isRefused || isFine ? '' : printed]).toEqual([text, argv, '']);
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });

  it('a plan file with prototype keys anywhere applies nothing but what it approves', async () => {
    world.write({ 'main.yaml': STACK['main.yaml'].replace('one', 'two') });
    await world.done('plan', '--out', 'plan.json');
    const variants = polluted(world.read('plan.json'));
    expect(variants.length).toBeGreaterThan(3);
    for (const text of variants) {
      world.write({ 'plan.json': text });
      const { code, stderr, writes } = await world.run('apply', 'plan.json');
      expect([text, stderr.includes('[internal]')]).toEqual([text, false]);
      expect([0, 1, 5]).toContain(code);
      expect(writes.every(({ body }) => body === '{"description":"two"}')).toBe(true);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });

  it.each([
    ['deeply nested', `{"version":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['a number', '1e999'],
    ['NUL bytes', '\0'.repeat(100)],
    ['a list', '[]'],
    ['null', 'null'],
  ])('that are %s are told apart', async (_, text) => {
    world.write({ [STATE]: text, 'plan.json': text });
    const state = await world.run('plan');
    expect([state.code, state.stderr]).toEqual([
      1,
      expect.stringMatching(/\[state-(corrupt|version)\]/),
    ]);
    const plan = await world.run('apply', 'plan.json');
    expect([plan.code, plan.stderr]).toEqual([1, expect.stringContaining('[plan-file-invalid]')]);
  });
});
