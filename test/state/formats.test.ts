import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { JournalRecord } from '../../src/state/contract.ts';
import { readJournalText, writeJournalLine } from '../../src/state/journal-text.ts';
import { migrateRecord, migrateState, STATE_VERSION } from '../../src/state/migrations.ts';
import type { Migration } from '../../src/state/migrations.ts';
import { readStateText, stableJson, writeStateText } from '../../src/state/state-text.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import type { MemoryFiles } from '../_helpers/memory-files.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { makeIntent, makeResource, put } from './backend-suite.ts';
import { JOURNAL, openState, STATE } from './open-state.ts';

const GOLDEN = join(import.meta.dirname, '../golden/state');
const golden = (name: string): string => readFileSync(join(GOLDEN, name), 'utf8');

const clock = createVirtualClock();
const hosts = createFakeHosts();
const openOn = (files: MemoryFiles) => openState({ files, clock, host: hosts.spawn() });
const load = (files: MemoryFiles) => clock.run(openOn(files).load());

/** A state with two resources, one of them folded and one in the journal. */
async function written(): Promise<MemoryFiles> {
  const files = createMemoryFiles();
  const backend = openOn(files);
  const lock = await clock.run(backend.lock('apply', 0));
  await clock.run(backend.append([put('a', { name: 'Zürich' })]));
  await clock.run(backend.fold());
  await clock.run(backend.append([put('b'), put('c', { name: 'Zürich' })]));
  await clock.run(lock.release());
  return files;
}

const names = async (files: MemoryFiles) =>
  Object.keys((await load(files)).state.resources).map((address) => address.split('.')[2]);

describe('a torn journal', () => {
  it('loses its last line and nothing else, wherever in its bytes it ends', async () => {
    const whole = await written();
    const bytes = Buffer.from(whole.text(JOURNAL) ?? '');
    const lastStart = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
    expect(bytes.length - lastStart).toBeGreaterThan(100);
    for (let length = lastStart; length < bytes.length; length += 1) {
      const files = whole.copy();
      files.put(JOURNAL, bytes.subarray(0, length).toString());
      expect(await names(files), `after ${String(length)} bytes`).toEqual(['a', 'b']);
      // What is written next stands on a line of its own.
      const backend = openOn(files);
      const lock = await clock.run(backend.lock('apply', 0));
      await clock.run(backend.append([put('d')]));
      await clock.run(lock.release());
      expect(await names(files)).toEqual(['a', 'b', 'd']);
    }
  });

  it('may end in garbage that was never acknowledged', async () => {
    const files = await written();
    const text = files.text(JOURNAL) ?? '';
    files.put(JOURNAL, `${text}\0\0\0\0\0\n`);
    expect(await names(files)).toEqual(['a', 'b', 'c']);
  });

  it('in the middle is refused by file and line, and left as it is', async () => {
    const files = await written();
    const lines = (files.text(JOURNAL) ?? '').split('\n');
    const broken = [lines[0]?.slice(0, 50), ...lines.slice(1)].join('\n');
    files.put(JOURNAL, broken);
    await expect(load(files)).rejects.toMatchObject({
      code: 'state-corrupt',
      message: expect.stringContaining(`${JOURNAL} cannot be used: line 1 is damaged`),
      hint: expect.stringMatching(/restore the file from a backup, or remove that line/),
    });
    const backend = openOn(files);
    await clock.run(backend.lock('apply', 0));
    await expect(clock.run(backend.append([put('d')]))).rejects.toMatchObject({
      code: 'state-corrupt',
    });
    await expect(clock.run(backend.fold())).rejects.toMatchObject({ code: 'state-corrupt' });
    expect(files.text(JOURNAL)).toBe(broken);
  });

  const base = { v: 1, lineage: 'l', serial: 0 };
  const resource = makeResource('a');
  it.each<[string, unknown]>([
    ['no object', 'text'],
    ['an unknown operation', { ...base, op: 'paint' }],
    ['no operation', base],
    ['no lineage', { v: 1, serial: 0, op: 'remove', address: 'a' }],
    ['no serial', { v: 1, lineage: 'l', op: 'remove', address: 'a' }],
    ['a version that is none', { ...base, v: '1', op: 'remove', address: 'a' }],
    ['a resource without an ID', { ...base, op: 'put', address: 'a', resource: { type: 't' } }],
    ['a resource and no address', { ...base, op: 'put', resource }],
    ['an intent of another shape', { ...base, op: 'intent', intent: { address: 'a' } }],
    ['an intent that is none', { ...base, op: 'intent', intent: 7 }],
    ['a resource that is none', { ...base, op: 'put', address: 'a', resource: [] }],
    ['a move to nowhere', { ...base, op: 'move', from: 'a' }],
    ['outputs that are none', { ...base, op: 'outputs', outputs: [] }],
  ])('is told from a whole last line with %s', (_what, line) => {
    // A line that is whole was not torn: to cut it off would lose what it tells.
    expect(() => readJournalText(`${JSON.stringify(line)}\n`, JOURNAL)).toThrow(
      /line 1 is damaged/,
    );
  });

  it('reads back every record that is written', () => {
    const records: readonly JournalRecord[] = [
      { op: 'intent', intent: makeIntent('x.y.z', '1') },
      { op: 'intent-closed', address: 'x.y.z', attempt: '1' },
      put('a'),
      { op: 'remove', address: 'x.y.z' },
      { op: 'move', from: 'a', to: 'b' },
      { op: 'provider', provider: 'singlestore', organization: 'o' },
      { op: 'outputs', outputs: { ü: { sensitive: true } } },
    ];
    const text = records
      .map((item) => writeJournalLine({ lineage: 'l', serial: 3 }, item))
      .join('');
    const { lines, bytes } = readJournalText(text, JOURNAL);
    expect(lines).toEqual(records.map((record) => ({ lineage: 'l', serial: 3, record })));
    expect(bytes).toBe(Buffer.byteLength(text));
  });
});

describe('a damaged state file', () => {
  it('is refused, not taken for less, wherever it was torn', async () => {
    const files = await written();
    const text = files.text(STATE) ?? '';
    for (let length = 0; length < text.length - 1; length += 1) {
      files.put(STATE, text.slice(0, length));
      await expect(load(files), `after ${String(length)}`).rejects.toMatchObject({
        code: 'state-corrupt',
        message: expect.stringContaining(STATE),
        hint: expect.stringMatching(/backup/),
      });
    }
  });

  const good = JSON.parse(
    writeStateText({
      state: {
        version: 1,
        lineage: 'l',
        stack: 'acme',
        environment: 'prod',
        serial: 1,
        providers: {},
        salt: 's',
        resources: { 'singlestore.workspaces.a': makeResource('a') },
        outputs: {},
      },
      intents: [makeIntent('singlestore.workspaces.b', '1')],
    }),
  ) as JsonObject;

  it.each<[string, string, RegExp]>([
    ['empty', '', /it is empty/],
    ['only blank', ' \n', /it is empty/],
    ['no JSON', 'hello', /it is not JSON/],
    ['zeros', '\0'.repeat(40), /it is not JSON/],
    ['a list', '[]', /it is not a state file/],
    ['null', 'null', /it is not a state file/],
    ['without a version', '{}', /it has no version/],
    ['of half a version', '{"version":0.5}', /it has no version/],
    ['of a negative version', '{"version":-1}', /it has no version/],
    ['of an old version and nothing else', '{"version":0}', /it is not a state file/],
    ['of another shape', JSON.stringify({ ...good, serial: '1' }), /it is not a state file/],
    ['with a resource that is none', JSON.stringify({ ...good, resources: { a: 1 } }), /it is not/],
    ['with resources that are none', JSON.stringify({ ...good, resources: 1 }), /it is not/],
    ['with an intent that is none', JSON.stringify({ ...good, intents: [1] }), /it is not/],
    ['with old resources that are none', '{"version":0,"resources":[],"intents":[1]}', /it is not/],
    ['with an old resource that is none', '{"version":0,"resources":{"a":1}}', /it is not/],
  ])('that is %s says so', (_what, text, why) => {
    expect(() => readStateText(text, STATE)).toThrow(why);
    expect(() => readStateText(text, STATE)).toThrow(STATE);
    expect(readStateText(JSON.stringify(good), STATE).isOld).toBe(false);
  });

  it('is not overwritten', async () => {
    const files = await written();
    files.put(STATE, '');
    const backend = openOn(files);
    await clock.run(backend.lock('apply', 0));
    for (const job of [() => backend.append([put('d')]), () => backend.fold()])
      await expect(clock.run(job())).rejects.toMatchObject({ code: 'state-corrupt' });
    expect(files.text(STATE)).toBe('');
  });

  it('does not fit a journal that it has not, that is newer or another one’s', async () => {
    const files = await written();
    const text = files.text(STATE) ?? '';
    await files.remove(STATE);
    await expect(load(files)).rejects.toThrow(/a journal but no state file/);
    files.put(STATE, text.replace('"serial": 1', '"serial": 0'));
    await expect(load(files)).rejects.toThrow(/older than its journal/);
    files.put(STATE, text.replace(/"lineage": "[0-9a-f]+"/, '"lineage": "else"'));
    await expect(load(files)).rejects.toThrow(/belongs to another state/);
  });
});

const old = (): MemoryFiles =>
  createMemoryFiles(
    new Map([
      [STATE, golden('v0.json')],
      [JOURNAL, golden('v0.journal.jsonl')],
    ]),
  );

describe('a state of version 0', () => {
  it('is read with its journal, and not touched by that', async () => {
    const files = old();
    const { state, intents } = await load(files);
    expect(state.version).toBe(STATE_VERSION);
    expect(Object.keys(state.resources)).toHaveLength(4);
    expect(state.resources['singlestore.workspaceGroups.main']?.lifecycle.protect).toBe(true);
    expect(state.resources['singlestore.workspaces.app']?.dependsOn).toEqual([
      'singlestore.workspaceGroups.main',
    ]);
    expect(intents.map((intent) => intent.attempt)).toEqual(['a2']);
    expect(files.text(STATE)).toBe(golden('v0.json'));
    expect(files.text(JOURNAL)).toBe(golden('v0.journal.jsonl'));
  });

  it('goes on in the present version, and is one after the next fold', async () => {
    const files = old();
    const backend = openOn(files);
    await clock.run(backend.lock('apply', 0));
    await clock.run(backend.append([{ op: 'remove', address: 'singlestore.teams.readers' }]));
    const mixed = (files.text(JOURNAL) ?? '').split('\n');
    expect(mixed[1]).not.toContain('"v"');
    expect(mixed[2]).toContain('"v":1');
    const before = await load(files);
    await clock.run(backend.fold());
    const after = await load(files);
    expect(after.state).toEqual({ ...before.state, serial: 8 });
    expect(after.intents).toEqual(before.intents);
    await expect(files.text(STATE)).toMatchFileSnapshot('../golden/state/v0-folded.json');
  });

  it('is written anew by a fold even when nothing happened', async () => {
    const files = createMemoryFiles(new Map([[STATE, golden('v0.json')]]));
    const backend = openOn(files);
    await clock.run(backend.lock('apply', 0));
    await clock.run(backend.fold());
    expect(readStateText(files.text(STATE) ?? '', STATE)).toMatchObject({
      isOld: false,
      state: { serial: 8 },
    });
  });
});

const trace = (value: JsonObject): string =>
  typeof value['trace'] === 'string' ? value['trace'] : '';

/** A migration that leaves a mark. */
const step = (mark: string): Migration => ({
  state: (state) => ({ ...state, trace: trace(state) + mark }),
  record: (record) => ({ ...record, trace: trace(record) + mark }),
});

describe('migrations', () => {
  const steps = [step('a'), step('b'), step('c')];

  it('run from the version at hand to the newest, in order', () => {
    expect(migrateState({ trace: '' }, 0, steps)).toEqual({ trace: 'abc', version: 3 });
    expect(migrateState({ trace: '' }, 2, steps)).toEqual({ trace: 'c', version: 3 });
    expect(migrateState({ trace: '' }, 3, steps)).toEqual({ trace: '', version: 3 });
    expect(migrateRecord({ trace: '' }, 1, steps)).toEqual({ trace: 'bc' });
  });

  it('leave a state of the present version as it is', () => {
    const { state, intents } = readStateText(golden('v0-folded.json'), STATE);
    const value = JSON.parse(stableJson({ ...state, intents })) as JsonObject;
    expect(migrateState(value, STATE_VERSION)).toEqual(value);
  });
});

describe('a state of a newer version', () => {
  const newer: readonly [string, string, (files: MemoryFiles) => void][] = [
    [
      'in the state file',
      `the state ${STATE} has version 2, this trueup reads up to 1`,
      (files) => {
        const text = files.text(STATE) ?? '';
        files.put(STATE, text.replace('"version": 1', '"version": 2'));
      },
    ],
    [
      'on the last line of the journal',
      `line 3 of the journal ${JOURNAL} has version 2, this trueup reads up to 1`,
      (files) => {
        const text = files.text(JOURNAL) ?? '';
        files.put(JOURNAL, `${text}{"v":2,"lineage":"?","op":"something new"}\n`);
      },
    ],
  ];

  it.each(newer)('is refused %s, with nothing written', async (_where, message, make) => {
    const files = await written();
    make(files);
    const before = [files.text(STATE), files.text(JOURNAL)];
    const told = { code: 'state-version', message, hint: expect.stringMatching(/^update trueup/) };
    await expect(load(files)).rejects.toMatchObject(told);
    const backend = openOn(files);
    await clock.run(backend.lock('apply', 0));
    for (const job of [
      () => backend.load(),
      () => backend.append([put('d')]),
      () => backend.appendIntents([makeIntent('singlestore.workspaces.d', '1')]),
      () => backend.fold(),
    ])
      await expect(clock.run<unknown>(job())).rejects.toMatchObject(told);
    expect([files.text(STATE), files.text(JOURNAL)]).toEqual(before);
  });
});
