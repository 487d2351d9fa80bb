import { describe, expect, test } from 'vitest';
import { needsApproval, worstRisk } from '../../src/core/risk.ts';
import { noApprovals, type Approvals } from '../../src/planner/approvals.ts';
import { missingApprovals } from '../../src/planner/guards.ts';
import type { Plan, ResourceChange } from '../../src/planner/plan.ts';
import type { Pace } from '../_helpers/conformance/account.ts';
import {
  applied,
  assertSettled,
  assertSettledUnread,
  changesOf,
  entryOf,
  manifestWith,
  type Subject,
} from '../_helpers/conformance/assertions.ts';
import type { Entry, FieldCase, Known, Manifest, Outside } from '../_helpers/conformance/case.ts';
import { createStage, withEntries, type Stage } from '../_helpers/conformance/stage.ts';
import { managedSubjects } from '../_helpers/conformance/subjects.ts';

for (const subject of managedSubjects()) {
  describe.sequential(`fields of ${subject.kind.type}`, () => {
    // Each test leaves what it found, so one account serves them all; after a failure, a new one.
    let stage: Promise<Stage> | undefined;
    let standing: Started | undefined;
    const onStage = async (item: FieldCase, go: (started: Started) => Promise<void>) => {
      try {
        stage ??= createStage(subject.provider);
        if (standing?.item !== item) standing = await startedWith(subject, item, await stage);
        await go(standing);
        if (item.noWayBack !== undefined) [stage, standing] = [undefined, undefined];
      } catch (error) {
        [stage, standing] = [undefined, undefined];
        throw error;
      }
    };
    for (const item of subject.own.fields) {
      const name = item.label === undefined ? item.field : `${item.field}, ${item.label},`;
      test(`${name} changes there and back`, async () => {
        expect.hasAssertions();
        await onStage(item, changeAndBack);
      });
      test(`${name} is the same in other spellings`, async () => {
        expect.hasAssertions();
        await onStage(item, spellings);
      });
      const { without, drift } = item;
      // A text says why there is nothing to test.
      for (const left of typeof without === 'string' ? [] : [without]) {
        test(`${name} stays as it is when left out`, async () => {
          expect.hasAssertions();
          await onStage(item, (started) => leavesAlone(started, left));
        });
      }
      for (const drifted of typeof drift === 'string' ? [] : [drift]) {
        test(`${name} is drift when changed outside`, async () => {
          expect.hasAssertions();
          await onStage(item, (started) => drifts(started, drifted));
        });
      }
    }
    test('all of that changes there and back where the account takes its time', async () => {
      expect.hasAssertions();
      const pace: Pace = subject.kind.asynchronous ? 'real' : 'fast';
      const own = await createStage(subject.provider, pace);
      for (const item of subject.own.fields.filter(({ noWayBack }) => noWayBack === undefined)) {
        await changeAndBack(await startedWith(subject, item, own));
      }
    });
  });
}

/** A stage on which the base of a case was applied. */
interface Started {
  readonly subject: Subject;
  readonly item: FieldCase;
  readonly stage: Stage;
  readonly base: Manifest;
  readonly entry: Entry;
}

async function startedWith(subject: Subject, item: FieldCase, stage: Stage): Promise<Started> {
  const entry = { ...subject.own.full, ...entryOf(item.base ?? {}, stage.known) };
  const base = manifestWith(subject, entry);
  await applied(stage, base);
  return { subject, item, stage, base, entry };
}

function variant({ subject, stage, entry }: Started, over: FieldCase['changed']): Manifest {
  return manifestWith(subject, { ...entry, ...entryOf(over, stage.known) });
}

async function changeAndBack(started: Started): Promise<void> {
  const { item, subject, stage, base } = started;
  const there = item.writes ?? subject.own.replaceWrites;
  const pointers = item.pointers ?? [item.field];
  await goes(started, variant(started, item.changed), { pointers, writes: there });
  if (item.noWayBack !== undefined) return;
  const back = { pointers: item.backPointers ?? pointers, writes: item.back ?? there };
  await goes(started, base, back);
  await assertSettledUnread(subject, stage, base);
}

interface Way {
  readonly pointers: readonly string[];
  readonly writes: readonly string[];
}

/** One way: the plan shows exactly the change, the apply sends it, and then nothing is left. */
async function goes(started: Started, manifest: Manifest, way: Way): Promise<void> {
  const { subject, item, stage } = started;
  await assertForbiddable(started, manifest);
  const idBefore = stage.known.id(subject.address);
  const result = await applied(stage, manifest);
  expect(changesOf(result.plan)).toEqual(expectedChanges(started, way.pointers));
  expect(result.plan.drift).toEqual([]);
  assertRisk(subject, result.plan);
  const isReplaced = item.action === 'replace';
  const sent = isReplaced ? result.writes.map(withoutKeys) : result.writes;
  expect(sent.toSorted()).toEqual(way.writes.toSorted());
  if (!isReplaced) expect(stage.known.id(subject.address)).toBe(idBefore);
  await assertSettled(stage, manifest);
}

async function spellings(started: Started): Promise<void> {
  const { stage, item, base } = started;
  // Each is also the next one's past.
  for (const spelling of [...(item.same ?? []), {}]) {
    const { plan, writes } = await applied(stage, variant(started, spelling));
    expect([changesOf(plan), plan.drift, writes]).toEqual([{}, [], []]);
  }
  // What was sent in another spelling reads back as the same, too.
  if (item.noWayBack !== undefined) return;
  const spelt = (item.same ?? []).filter((over) => !isLeftOut(entryOf(over, stage.known)));
  for (const spelling of spelt) {
    await applied(stage, variant(started, item.changed));
    await applied(stage, variant(started, spelling));
    const { plan } = await stage.plan(base);
    expect([changesOf(plan), plan.drift]).toEqual([{}, []]);
  }
  if (spelt.length > 0) await applied(stage, base);
}

/** No spelling, but no word about the field at all. */
function isLeftOut(entry: Entry): boolean {
  return Object.values(entry).every((value) => value === undefined);
}

async function drifts(started: Started, drift: (known: Known) => Outside): Promise<void> {
  const { stage, item, base, subject } = started;
  await stage.outside(drift(stage.known));
  const { plan } = await stage.plan(base, { secrets: 'skip' });
  const pointers = item.driftPointers ?? item.pointers ?? [item.field];
  expect(plan.drift.map((entry) => [entry.address, entry.action])).toEqual([
    [`${subject.kind.provider}.${subject.address}`, 'update'],
  ]);
  const drifted = plan.drift[0]?.fields ?? [];
  expect(drifted.map((field) => field.causes)).toEqual(drifted.map(() => ['drift']));
  const told = drifted.map((field) => field.pointer);
  expect(told).toContain(item.field);
  expect(pointers).toEqual(expect.arrayContaining(told));
  const others = Object.keys(changesOf(plan)).filter((name) => name !== subject.address);
  const consequences = item.action === 'replace' ? Object.keys(subject.own.consequences) : [];
  expect(others.toSorted()).toEqual(consequences.toSorted());
  await applied(stage, base);
  await assertSettled(stage, base);
}

async function leavesAlone(started: Started, without: Entry): Promise<void> {
  const { stage, item, base, subject } = started;
  const manifest = variant(started, without);
  const result = await applied(stage, manifest);
  expect(changesOf(result.plan)).toEqual({});
  expect(result.writes).toEqual([]);
  const notes = result.plan.diagnostics.filter((note) => note.code === 'no-longer-managed');
  expect(notes.map((note) => note.address)).toEqual(
    notes.map(() => `${subject.kind.provider}.${subject.address}`),
  );
  const released = item.released ?? [item.field];
  const named = released.map((pointer) => pointer.slice(1).replaceAll('/', '.'));
  const told = notes.map((note) => / (\S+) is no longer managed/.exec(note.message)?.[1] ?? '');
  expect(told.toSorted()).toEqual(named.toSorted());
  await assertSettled(stage, manifest);
  await applied(stage, base);
}

function expectedChanges(
  { subject, item }: Started,
  pointers: readonly string[],
): Readonly<Record<string, readonly unknown[]>> {
  const changed = { [subject.address]: [item.action, ...pointers.toSorted()] };
  if (item.action === 'update') return changed;
  const others = Object.entries(subject.own.consequences).map(([address, action]) => [
    address,
    [action, expect.any(String)],
  ]);
  return { ...changed, ...Object.fromEntries(others) };
}

function withoutKeys(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}

/** Without `lifecycle.replace: allow`, kinds that hold data refuse to plan a replacement. */
async function assertForbiddable(started: Started, manifest: Manifest): Promise<void> {
  const { subject, item, stage } = started;
  if (item.action !== 'replace' || subject.kind.replace === 'allow') return;
  const entry = { ...manifest[subject.own.kind]?.['subject'], lifecycle: undefined };
  const forbidden = withEntries(manifest, { [subject.own.kind]: { subject: entry } });
  const { plan } = await stage.plan(forbidden);
  const errors = plan.diagnostics.filter((found) => found.severity === 'error');
  expect(errors.map((found) => [found.code, found.address])).toEqual([
    ['immutable-field', `${subject.kind.provider}.${subject.address}`],
  ]);
  expect(changesOf(plan)).toEqual({});
}

/** One approval, of the subject, covers everything; each risk itself: test/planner/risks.test.ts. */
function assertRisk({ address }: Subject, plan: Plan): void {
  const change = plan.changes.find((one) => one.address.endsWith(`.${address}`));
  const worst = worstRisk(plan.changes.map((one) => one.risk));
  expect(change?.risk).toBe(worst);
  const needed = plan.changes.flatMap((one) => missingApprovals(one, noApprovals));
  const ofSubject = change?.risks.filter(({ risk }) => needsApproval(risk)) ?? [];
  expect(needed).toEqual(ofSubject);
  expect(plan.changes.flatMap((one) => missing(one, change))).toEqual([]);
}

function missing(change: ResourceChange, subject: ResourceChange | undefined): readonly unknown[] {
  const glob = subject?.address ?? '';
  const approvals: Approvals = {
    allowed: [
      { risk: 'data-loss', glob },
      { risk: 'lockout', glob },
    ],
    deletesMax: undefined,
  };
  return missingApprovals(change, approvals);
}
