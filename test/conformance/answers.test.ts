import { describe, expect, test } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
import { extraFields, onlyNeeded, otherValue } from '../_helpers/conformance/alter-answers.ts';
import {
  applied,
  assertSettled,
  changesOf,
  errorsOf,
  manifestWith,
  type Subject,
} from '../_helpers/conformance/assertions.ts';
import type { Manifest, UnknownValue } from '../_helpers/conformance/case.ts';
import { createStage, type Stage } from '../_helpers/conformance/stage.ts';
import {
  attributesOf,
  lookedUpSubjects,
  managedSubjects,
  type LookedUpSubject,
} from '../_helpers/conformance/subjects.ts';

for (const subject of managedSubjects().filter(({ own }) => own.unknown.length > 0)) {
  describe.sequential(`answers with ${subject.kind.type}`, () => {
    let started: Promise<Started> | undefined;
    test.each(subject.own.unknown)('$member may have a value of next year', async (unknown) => {
      expect.hasAssertions();
      started ??= withFull(subject);
      await survives(subject, unknown, await started);
    });
  });
}

interface Started {
  readonly stage: Stage;
  readonly manifest: Manifest;
  /** Identities of the bystanders of the kind. */
  readonly others: ReadonlySet<string>;
}

async function withFull(subject: Subject): Promise<Started> {
  const stage = await createStage(subject.provider);
  await applied(stage, subject.provider.bystanders);
  const others = stage.identities(subject.kind);
  const manifest = manifestWith(subject, subject.own.full, {});
  await applied(stage, manifest);
  return { stage, manifest, others };
}

/** Nothing throws or is planned that is not called for; afterwards all is as before. */
async function survives(
  subject: Subject,
  unknown: UnknownValue,
  { stage, manifest, others }: Started,
): Promise<void> {
  const { own, kind, address } = subject;
  stage.alter(otherValue(own.answers, unknown, others));
  const { plan } = await stage.plan(manifest);
  const live = await stage.read(kind, stage.known.id(address), stage.scopeOf(address));
  stage.alter(undefined);
  expect(plan.undetermined).toEqual([]);
  expect(plan.incomplete).toBe(false);
  expect(errorsOf(plan)).toEqual([]);
  const told = plan.drift.filter((entry) => entry.address === `${kind.provider}.${address}`);
  const fields = told.flatMap((entry) => entry.fields.map(({ pointer }) => pointer));
  expect({
    drifted: told.length > 0,
    planned: changesOf(plan)[address]?.[0] ?? 'nothing',
    status: live?.status,
    fields,
  }).toEqual(EXPECTED[unknown.shows](unknown));
  await assertSettled(stage, manifest);
}

const UNTOUCHED = { drifted: false, planned: 'nothing', fields: [] };

/** What a plan, and a read by ID, make of it. */
const EXPECTED: Readonly<Record<UnknownValue['shows'], (unknown: UnknownValue) => unknown>> = {
  nothing: () => ({ ...UNTOUCHED, status: 'settled' }),
  pending: () => ({ ...UNTOUCHED, status: 'pending' }),
  drift: ({ fields }) => ({
    drifted: true,
    planned: expect.stringMatching(/^(update|replace)$/),
    status: expect.stringMatching(/^(settled|pending)$/),
    // What is compared as one is told as one.
    fields: expect.arrayContaining(fields.map((pointer) => `/${pointer.split('/')[1] ?? ''}`)),
  }),
};

describe.sequential.each(
  lookedUpSubjects().map((subject) => [subject.kind.type, subject] as const),
)('%s', (_, subject) => {
  let started: Promise<Stage> | undefined;
  const begin = async (): Promise<Stage> => (started ??= lookUpStage(subject));

  test('is found in its list and by its ID, with all its attributes', async () => {
    const stage = await begin();
    const found = await find(stage, subject);
    expect(await stage.read(subject.kind, found.id, scopeOf(stage, subject))).toEqual(found);
    const there = Object.keys({ ...found.attributes, ...found.fields });
    const wanted = attributesOf(subject.kind).filter(
      (name) => subject.own.absent[name] === undefined,
    );
    expect(there).toEqual(expect.arrayContaining(wanted));
  });

  test('is the same where answers have fields that nobody knows', async () => {
    const stage = await begin();
    const before = await find(stage, subject);
    stage.alter(extraFields(subject.own.answers.opaque ?? []));
    expect(await find(stage, subject)).toEqual(before);
  });

  test('is found where answers lack all that can be missing', async () => {
    const stage = await begin();
    const before = await find(stage, subject);
    stage.alter(onlyNeeded(subject.own.answers, new Set()));
    expect((await find(stage, subject)).id).toBe(before.id);
  });

  test.each(subject.own.unknown)('$member may have a value of next year', async (unknown) => {
    const stage = await begin();
    const before = (await stage.list(subject.kind, scopeOf(stage, subject))).objects.length;
    stage.alter(otherValue(subject.own.answers, unknown, new Set()));
    const inventory = await stage.list(subject.kind, scopeOf(stage, subject));
    stage.alter(undefined);
    expect([inventory.complete, inventory.objects.length]).toEqual([true, before]);
  });

  test('knows nothing of an ID that does not exist', async () => {
    const stage = await begin();
    const { id } = await find(stage, subject);
    const unknown = /^[0-9a-f-]{36}$/.test(id) ? NOBODY : 'nobody';
    expect(await stage.read(subject.kind, unknown, scopeOf(stage, subject))).toBeUndefined();
  });
});

const NOBODY = '00000000-0000-4000-8000-00000000dead';

async function lookUpStage({ provider, own }: LookedUpSubject): Promise<Stage> {
  const stage = await createStage(provider);
  if (own.scope !== undefined) await applied(stage, provider.bystanders);
  return stage;
}

function scopeOf(stage: Stage, { own }: LookedUpSubject): string | undefined {
  return own.scope?.(stage.known);
}

/** The object that the case names, from a list that is complete; alterations end here. */
async function find(stage: Stage, subject: LookedUpSubject): Promise<LiveObject> {
  const inventory = await stage.list(subject.kind, scopeOf(stage, subject));
  stage.alter(undefined);
  expect(inventory.problem).toBeUndefined();
  const found = inventory.objects.filter(({ fields, attributes }) =>
    Object.entries(subject.own.object).every(
      ([name, value]) => ({ ...attributes, ...fields })[name] === value,
    ),
  );
  expect(found).toHaveLength(1);
  const [only] = found;
  if (only === undefined) throw new Error(`no ${subject.kind.type}`);
  return only;
}
