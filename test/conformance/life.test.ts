import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { extraFields, onlyNeeded, type Alteration } from '../_helpers/conformance/alter-answers.ts';
import {
  applied,
  assertSettled,
  assertSettledUnread,
  changesOf,
  errorsOf,
  manifestWith,
  type Subject,
} from '../_helpers/conformance/assertions.ts';
import { type Entry, type Manifest } from '../_helpers/conformance/case.ts';
import { createStage, type Stage } from '../_helpers/conformance/stage.ts';
import { attributesOf, managedSubjects } from '../_helpers/conformance/subjects.ts';

/** What is between the emulator and trueup, and how much the entry says. */
interface Round {
  readonly label: string;
  readonly entry: 'minimal' | 'full';
  readonly alteration?: (subject: Subject, stage: Stage) => Alteration;
}

const ROUNDS: readonly Round[] = [
  { label: 'a full entry', entry: 'full' },
  {
    label: 'a full entry and answers with fields that nobody knows',
    entry: 'full',
    alteration: ({ provider }) =>
      extraFields(provider.kinds.flatMap(({ answers }) => answers.opaque ?? [])),
  },
  { label: 'a minimal entry', entry: 'minimal' },
  {
    label: 'a minimal entry and answers without all that can be missing',
    entry: 'minimal',
    alteration: ({ own, kind }, stage) => onlyNeeded(own.answers, stage.identities(kind)),
  },
];

for (const subject of managedSubjects()) {
  describe.sequential.each(ROUNDS)(`${subject.kind.type} with $label`, (round) => {
    let life: Promise<Life> | undefined;
    const begin = async (): Promise<Life> => (life ??= started(subject, round));

    test('is there, and then there is nothing to do', async () => {
      expect.hasAssertions();
      await create(await begin());
    });
    test('reads back by its list as by its ID, with what the API computes', async () => {
      expect.hasAssertions();
      await readBack(await begin(), round);
    });
    test('is forgotten and taken over as it is', async () => {
      expect.hasAssertions();
      await takeOver(await begin());
    });
    const { gone } = subject.own;
    for (const deletion of typeof gone === 'string' ? [] : [gone]) {
      test('is made again when it is gone', async () => {
        expect.hasAssertions();
        const own = await begin();
        await own.stage.outside(deletion(own.stage.known));
        await makeAgain(own);
      });
    }
    test('is deleted', async () => {
      expect.hasAssertions();
      await remove(await begin());
    });
  });
}

interface Life {
  readonly subject: Subject;
  readonly stage: Stage;
  /** With the subject. */
  readonly whole: Manifest;
  /** Without. */
  readonly rest: Manifest;
}

async function started(subject: Subject, round: Round): Promise<Life> {
  const stage = await createStage(subject.provider);
  const entry: Entry = subject.own[round.entry];
  const rest = subject.provider.bystanders;
  const whole = manifestWith(subject, entry, {});
  await applied(stage, rest);
  stage.alter(round.alteration?.(subject, stage));
  return { subject, stage, whole, rest };
}

/** The only change is this one, of the subject. */
function only({ subject }: Life, action: string): Readonly<Record<string, unknown>> {
  return { [subject.address]: expect.arrayContaining([action]) };
}

async function create(life: Life): Promise<void> {
  const { subject, stage, whole } = life;
  const made = await applied(stage, whole);
  const isThere = subject.kind.comesAlong === true;
  expect(changesOf(made.plan)).toEqual(only(life, isThere ? 'import' : 'create'));
  expect(made.writes.length > 0).toBe(!isThere);
  await assertSettled(stage, whole);
  await assertSettledUnread(subject, stage, whole);
}

async function readBack({ subject, stage }: Life, round: Round): Promise<void> {
  const { kind, own, address } = subject;
  const id = stage.known.id(address);
  const scope = stage.scopeOf(address);
  const inventory = await stage.list(kind, scope);
  expect(inventory.problem).toBeUndefined();
  expect(inventory.complete).toBe(true);
  const listed = inventory.objects.filter((object) => object.id === id);
  const read = await stage.read(kind, id, scope);
  const [only] = listed;
  expect(listed).toHaveLength(1);
  // What the list tells only a part of, the read tells as a whole.
  const told = { id: only?.id, fields: only?.fields, attributes: only?.attributes };
  expect(read).toMatchObject(told);
  expect(only?.partial !== undefined || isDeepStrictEqual(only, read)).toBe(true);
  expect(read?.status).toBe('settled');
  if (round.entry !== 'full') return;
  const there = Object.keys({ ...read?.attributes, ...read?.fields });
  const wanted = attributesOf(kind).filter((name) => own.absent[name] === undefined);
  expect(there).toEqual(expect.arrayContaining(wanted));
  expect(there.filter((name) => own.absent[name] !== undefined)).toEqual([]);
}

async function takeOver(life: Life): Promise<void> {
  const { subject, stage, whole, rest } = life;
  const address = `${subject.kind.provider}.${subject.address}`;
  const id = stage.known.id(subject.address);
  const forgotten = await applied(stage, rest, {
    settings: { removed: [{ address, destroy: false }] },
  });
  expect(changesOf(forgotten.plan)).toEqual(only(life, 'forget'));
  expect(forgotten.writes).toEqual([]);
  const refused = await stage.plan(whole);
  const codes = errorsOf(refused.plan).map((text) => text.split(' ')[0]);
  // What nobody made may be taken over unasked.
  expect(codes).toEqual(subject.kind.comesAlong === true ? [] : ['object-exists']);
  const imports = [{ to: address, id }];
  const taken = await applied(stage, whole, { settings: { imports } });
  expect(taken.plan.changes.find((change) => change.address === address)).toMatchObject({
    action: 'import',
    importing: { id },
    fields: [],
  });
  expect(taken.writes).toEqual([]);
  expect(stage.known.id(subject.address)).toBe(id);
  const after = await stage.plan(whole);
  expect([changesOf(after.plan), after.plan.drift]).toEqual([{}, []]);
}

async function makeAgain(life: Life): Promise<void> {
  const { subject, stage, whole } = life;
  const { plan } = await stage.plan(whole);
  const address = `${subject.kind.provider}.${subject.address}`;
  expect(plan.drift.map((entry) => [entry.address, entry.action])).toEqual([[address, 'gone']]);
  expect(changesOf(plan)).toEqual(only(life, 'create'));
  const idBefore = stage.known.id(subject.address);
  await applied(stage, whole);
  expect(stage.known.id(subject.address) === idBefore).toBe(isIdKept(subject));
  await assertSettled(stage, whole);
}

/** The ID of some objects is their name, or something else that comes back. */
function isIdKept({ own, kind }: Subject): boolean {
  return own.keepsId === true || kind.idFromKey === true;
}

async function remove(life: Life): Promise<void> {
  const { subject, stage, rest } = life;
  const id = stage.known.id(subject.address);
  const scope = stage.scopeOf(subject.address);
  const removed = await applied(stage, rest);
  const isForgotten = subject.kind.forgets !== undefined;
  expect(changesOf(removed.plan)).toEqual(only(life, isForgotten ? 'forget' : 'delete'));
  expect(removed.writes.length > 0).toBe(!isForgotten);
  const left = await stage.read(subject.kind, id, scope);
  expect((left?.status ?? 'gone') === 'gone').toBe(!isForgotten);
  const after = await stage.plan(rest);
  expect([changesOf(after.plan), after.plan.drift, after.plan.diagnostics]).toEqual([{}, [], []]);
}
