import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';

let world: CommandWorld;

beforeAll(async () => {
  world = await createCommandWorld();
});

afterEach(() => {
  world.reset();
});

afterAll(async () => {
  await world.close();
});

const APPLY = ['apply', '--auto-approve'];

/** A stack in an account that does not answer when it is asked for this; resolves when it is. */
function hanging(what = 'teams'): Promise<void> {
  world.write({ 'trueup.yaml': 'stack: stopped\n', 'main.yaml': 'teams: { t: {} }\n' });
  world.emulator.control.setFaults({
    rules: [{ method: 'GET', path: what, fault: { kind: 'hang' } }],
  });
  return new Promise((resolve) => {
    world.onRequest = ({ path }) => {
      if (path.includes(what)) setImmediate(resolve);
    };
  });
}

function interrupt(which: number): void {
  [...world.listeners][which]?.();
}

describe('an interrupt before anything was sent', () => {
  it.each([APPLY, ['destroy', '--auto-approve']])(
    'ends `%s` although the API does not answer, and leaves no lock',
    async (...argv) => {
      const asked = hanging();
      const running = world.run(...argv);
      await asked;
      interrupt(0);
      const result = await running;
      expect([result.code, result.writes]).toEqual([130, []]);
      expect(result.stderr).toContain('nothing was applied [interrupted]');
      world.emulator.control.setFaults({});
      expect((await world.done(...APPLY)).writes).toHaveLength(1);
    },
  );

  it('ends it while it asks for the organization', async () => {
    const asked = hanging('organizations');
    const running = world.run(...APPLY);
    await asked;
    interrupt(0);
    expect((await running).code).toBe(130);
  });

  it('ends the wait for the lock', async () => {
    const asked = hanging();
    const holder = world.run(...APPLY);
    await asked;
    const waiting = world.run(...APPLY, '--lock-timeout', '1h');
    while (world.listeners.size < 2) await new Promise((resolve) => setImmediate(resolve));
    interrupt(1);
    expect((await waiting).code).toBe(130);
    interrupt(0);
    expect((await holder).code).toBe(130);
  });
});

/** A stack whose state somebody on another machine has locked. */
function lockedElsewhere(user: string, operation: string): void {
  world.write({
    'trueup.yaml': 'stack: stopped\n',
    'main.yaml': 'teams: { t: {} }\n',
    '.trueup/default/lock.1/holder.json': JSON.stringify({
      id: 'x',
      host: 'there',
      pid: 7,
      processStart: '1',
      operation,
      user,
      acquiredAtMs: 0,
      renewedAtMs: Date.now(),
      leaseMs: 60_000,
    }),
  });
}

describe('the holder of a lock', () => {
  it.each([['plan'], ['drift'], ['explain', 'teams.t']])('is told by %s', async (...argv) => {
    lockedElsewhere('eve', 'apply');
    expect((await world.done(...argv)).stderr).toContain('An apply is running (eve@there, pid 7)');
  });

  it('that is taken away is named without anything that a terminal obeys', async () => {
    lockedElsewhere('eve\u001B[2J', 'apply\u001B[2J');
    const { stdout } = await world.done('state', 'unlock');
    expect(stdout).toContain(
      String.raw`Taken from eve\u001b[2J@there (pid 7, apply\u001b[2J since`,
    );
  });
});
