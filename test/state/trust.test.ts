import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { UnlockableBackend } from '../../src/state/contract.ts';
import { createFileBackend } from '../../src/state/file-backend.ts';
import { sealState, type Sign } from '../../src/state/seal.ts';
import type { Signer } from '../../src/state/trust.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createGitDouble } from '../_helpers/git-double.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { createSeededBytes } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { put } from './backend-suite.ts';
import { DIRECTORY, JOURNAL, STATE } from './open-state.ts';
import { LEASE_MS, LOCAL, openGitState, STATE_REF } from './open-git-state.ts';

/** What anybody who can write to the store can do to it. */
interface Stored {
  readonly state: string;
  readonly journal: string;
}

interface Machine {
  /** A run on this machine, with these keys; the first one signs. */
  start(...keys: readonly string[]): {
    readonly backend: UnlockableBackend;
    readonly events: Event[];
  };
  read(): Stored;
  write(stored: Stored): void;
  readonly seenPath: string;
  forgetSeen(): Promise<void>;
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  readonly show: () => Promise<void>;
}

function signer(keys: readonly string[]): Signer | undefined {
  if (keys.length === 0) return undefined;
  return (salt) =>
    Promise.resolve(
      keys.map(
        (key): Sign =>
          (text) =>
            createHmac('sha256', key)
              .update(salt + text)
              .digest('hex'),
      ),
    );
}

function fileMachine(): Machine {
  const files = createMemoryFiles();
  const clock = createVirtualClock();
  const hosts = createFakeHosts();
  const seenPath = `${DIRECTORY}/seen.json`;
  return {
    run: (promise) => clock.run(promise),
    show: () => Promise.resolve(),
    seenPath,
    forgetSeen: () => files.remove(seenPath),
    read: () => ({ state: files.text(STATE) ?? '', journal: files.text(JOURNAL) ?? '' }),
    write({ state, journal }) {
      files.put(STATE, state);
      files.put(JOURNAL, journal);
    },
    start(...keys) {
      const events: Event[] = [];
      const host = hosts.spawn();
      const backend = createFileBackend({
        files,
        directory: DIRECTORY,
        stack: 'acme',
        environment: 'prod',
        clock,
        random: createSeededBytes(host.pid),
        host,
        redact: (text) => text,
        leaseMs: LEASE_MS,
        emit: (event) => void events.push(event),
        signer: signer(keys),
      });
      return { backend, events };
    },
  };
}

function gitMachine(): Machine {
  const git = createGitDouble();
  const files = createMemoryFiles();
  const clock = createVirtualClock();
  const hosts = createFakeHosts();
  const seenPath = `${LOCAL}/seen.json`;
  return {
    run: (promise) => clock.run(promise),
    show: () => clock.advance(10_000),
    seenPath,
    forgetSeen: () => files.remove(seenPath),
    read: () => ({
      state: git.file(STATE_REF, 'state.json') ?? '',
      journal: git.file(STATE_REF, 'journal.jsonl') ?? '',
    }),
    write({ state, journal }) {
      git.put(STATE_REF, {
        'state.json': state,
        ...(journal === '' ? {} : { 'journal.jsonl': journal }),
      });
    },
    start(...keys) {
      const events: Event[] = [];
      const host = hosts.spawn();
      const made = signer(keys);
      const { run } = git.clone();
      const signing = made === undefined ? {} : { signer: made };
      return { backend: openGitState({ run, files, clock, host, events, ...signing }), events };
    },
  };
}

/** Applies what has these names; `open` leaves the journal unfolded. */
async function apply(
  machine: Machine,
  keys: readonly string[],
  names: readonly string[],
  end: 'fold' | 'open' = 'fold',
) {
  const { backend, events } = machine.start(...keys);
  const lock = await machine.run(backend.lock('apply', 0));
  await machine.run(backend.load());
  for (const name of names) await machine.run(backend.append([put(name)]));
  if (end === 'fold') await machine.run(backend.fold());
  else await machine.show();
  await machine.run(lock.release());
  return events;
}
const load = (machine: Machine, ...keys: readonly string[]) =>
  machine.run(machine.start(...keys).backend.load());
const namesIn = async (machine: Machine, ...keys: readonly string[]) =>
  Object.keys((await load(machine, ...keys)).state.resources).length;
const told = (events: readonly Event[]) =>
  events.filter((event) => event.type === 'log' && event.message.includes('signed'));

it('a former holder breaks no chain of the next one, in files', async () => {
  const machine = fileMachine();
  const first = machine.start('k').backend;
  const lock = await machine.run(first.lock('apply', 0));
  await machine.run(first.append([put('a')]));
  await machine.run(machine.start('k').backend.unlock());
  const second = machine.start('k').backend;
  await machine.run(second.lock('apply', 0));
  await machine.run(second.append([put('b')]));
  expect(lock.isHeld()).toBe(true);
  await expect(machine.run(first.append([put('c')]))).rejects.toMatchObject({
    code: 'state-lock-lost',
  });
  await machine.run(second.append([put('d')]));
  expect(await namesIn(machine, 'k')).toBe(3);
});

describe.each([
  ['file', fileMachine],
  ['git', gitMachine],
])('a signed state, backend %s', (_name, create) => {
  it('is read, and gone on with, by whoever has the key', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    await apply(machine, ['k'], ['b', 'c'], 'open');
    await apply(machine, ['k'], ['d'], 'open');
    expect(await namesIn(machine, 'k')).toBe(4);
    await apply(machine, ['k'], ['e']);
    expect(await namesIn(machine, 'k')).toBe(5);
  });

  it('is refused when its content, lineage or serial was changed', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    const stored = machine.read();
    for (const [from, to] of [
      ['"id":"a"', '"id":"b"'],
      ['"serial": 1', '"serial": 2'],
      ['"lineage": "', '"lineage": "f'],
      ['"signature": "', '"signature": "f'],
    ] as const) {
      const state = stored.state.replace(from, to);
      expect(state).not.toBe(stored.state);
      machine.write({ ...stored, state });
      await expect(load(machine, 'k'), from).rejects.toMatchObject({ code: 'state-untrusted' });
    }
  });

  it('is refused when a line of its journal was changed, added, moved or left out', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    await apply(machine, ['k'], ['b', 'c', 'd'], 'open');
    const stored = machine.read();
    const [b = '', c = '', d = ''] = stored.journal.split('\n');
    const plain = b.replace(/,"mac":.*$/, '}');
    for (const lines of [
      [b.replace('"id":"b"', '"id":"x"'), c, d],
      [b, d],
      [c, d],
      [b, d, c],
      [b, c, d, plain],
      [b, c, d, d],
    ]) {
      machine.write({ ...stored, journal: `${lines.join('\n')}\n` });
      await expect(load(machine, 'k'), lines.join('\n')).rejects.toMatchObject({
        code: 'state-untrusted',
      });
    }
    machine.write(stored);
    expect(await namesIn(machine, 'k')).toBe(4);
  });

  it('is refused when it lost its signature; one that never had any is believed, and told', async () => {
    const machine = create();
    const before = await apply(machine, [], ['a']);
    expect(told(before)).toEqual([]);
    const first = await apply(machine, ['k'], ['b']);
    expect(told(first)).toHaveLength(1);
    expect(told(await apply(machine, ['k'], ['c']))).toEqual([]);
    const stored = machine.read();
    machine.write({ ...stored, state: stored.state.replace(/ {2}"signature".*\n/, '') });
    await expect(load(machine, 'k')).rejects.toThrow(/not signed any more/);
  });

  it('is refused when it is older than what was seen here, until that is forgotten', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    const old = machine.read();
    await apply(machine, ['k'], ['b']);
    machine.write(old);
    const refused = load(machine, 'k');
    await expect(refused).rejects.toMatchObject({ code: 'state-untrusted' });
    await expect(refused).rejects.toThrow(/serial 1, before it was 2/);
    await machine.forgetSeen();
    expect(await namesIn(machine, 'k')).toBe(1);
  });

  it('is remembered where it was only read, and only if it is signed', async () => {
    const machine = create();
    await apply(machine, [], ['a']);
    expect(await namesIn(machine, 'k')).toBe(1);
    expect(await namesIn(machine, 'k')).toBe(1);
    await apply(machine, ['k'], ['b']);
    const old = machine.read();
    await apply(machine, ['k'], ['c']);
    await machine.forgetSeen();
    expect(await namesIn(machine, 'k')).toBe(3);
    machine.write(old);
    await expect(load(machine, 'k')).rejects.toMatchObject({ code: 'state-untrusted' });
  });

  it('is refused when it is of another lineage, although the key has signed it', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    const { state, journal } = machine.read();
    const salt = /"salt": "(.*)"/.exec(state)?.[1] ?? '';
    const [sign] = (await signer(['k'])?.(salt)) ?? [];
    const foreign = state
      .replace(/ {2}"signature".*\n/, '')
      .replace('"lineage": "', '"lineage": "f');
    machine.write({ state: sealState(foreign, sign), journal });
    await expect(load(machine, 'k')).rejects.toThrow(/another one/);
  });

  it('is refused with another key, and taken over when the one before is given too', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    await apply(machine, ['k'], ['b'], 'open');
    await expect(load(machine, 'l')).rejects.toMatchObject({ code: 'state-untrusted' });
    expect(await namesIn(machine, 'l', 'k')).toBe(2);
    await apply(machine, ['l', 'k'], ['c'], 'open');
    await apply(machine, ['l', 'k'], ['d']);
    expect(await namesIn(machine, 'l')).toBe(4);
  });

  it('is signed with the present key by a run that has nothing to record', async () => {
    const machine = create();
    await apply(machine, [], ['a']);
    expect(told(await apply(machine, ['k'], []))).toHaveLength(1);
    await apply(machine, ['l', 'k'], []);
    expect(await namesIn(machine, 'l')).toBe(1);
    const signed = machine.read();
    await apply(machine, ['l', 'k'], []);
    expect(machine.read()).toEqual(signed);
  });

  it('can be read without the key, and not written', async () => {
    const machine = create();
    await apply(machine, ['k'], ['a']);
    expect(await namesIn(machine)).toBe(1);
    await expect(apply(machine, [], ['b'])).rejects.toThrow(/no key to sign it/);
    expect(await namesIn(machine, 'k')).toBe(1);
  });
});
