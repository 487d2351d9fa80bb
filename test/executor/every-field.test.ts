import { describe, expect, test } from 'vitest';
import { toPointer } from '../../src/core/resolve.ts';
import { worstRisk } from '../../src/core/risk.ts';
import type { Mutation } from '../../src/emulator/singlestore/mutation.ts';
import { noApprovals, type Approvals } from '../../src/planner/approvals.ts';
import { approvalsNeeded } from '../../src/planner/build-change.ts';
import { missingApprovals } from '../../src/planner/guards.ts';
import type { Plan, ResourceChange } from '../../src/planner/plan.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import { singlestore } from '../../src/providers/singlestore/index.ts';
import type { FieldCase, KindCases, Known } from '../_helpers/field-case.ts';
import { ACCESS_CASES, SECRET_CASES } from '../_helpers/field-cases-access.ts';
import { BYSTANDERS, GROUP_CASES, PROJECT_CASES } from '../_helpers/field-cases-groups.ts';
import { ROLE_CASES, TEAM_CASES } from '../_helpers/field-cases-people.ts';
import { WORKSPACE_CASES } from '../_helpers/field-cases-workspaces.ts';
import {
  ask,
  createFieldWorld,
  withEntries,
  type Entry,
  type FieldWorld,
  type Manifest,
} from '../_helpers/field-world.ts';

const TABLE: readonly KindCases[] = [
  PROJECT_CASES,
  GROUP_CASES,
  WORKSPACE_CASES,
  TEAM_CASES,
  ROLE_CASES,
  SECRET_CASES,
  ACCESS_CASES,
];

const MANAGED = singlestore.kinds.filter((kind) => kind.managed);

/** Every field of a kind that a manifest may hold; elements of a list count only by their parts. */
function manifestFields(kind: ProviderKind): readonly string[] {
  return kind.fields
    .filter((field) => field.readOnly !== true && field.path.at(-1) !== '*')
    .map((field) => toPointer(field.path));
}

test('the table has an entry for every field of every kind, and for nothing else', () => {
  const wanted = MANAGED.flatMap((kind) =>
    manifestFields(kind).map((pointer) => `${kind.name} ${pointer}`),
  );
  const covered = TABLE.flatMap(({ kind, cases }) =>
    cases.flatMap((item) =>
      [item.field, ...(item.covers ?? [])].map((pointer) => `${kind} ${pointer}`),
    ),
  );
  expect([...new Set(covered)].toSorted()).toEqual(wanted.toSorted());
});

for (const own of TABLE) {
  for (const item of own.cases) {
    const label = item.label === undefined ? '' : `, ${item.label}`;
    describe.sequential(`${own.kind} ${item.field}${label}`, () => {
      // Each test leaves the stack applied with the base, so one account serves them all.
      let started: Started | undefined;
      const from = async (): Promise<Started> => (started ??= await applied(own, item, 'none'));
      test('changes there and back', async () => {
        expect.hasAssertions();
        await changeAndBack(own, item, await from());
      });
      test('is the same in other spellings', async () => {
        expect.hasAssertions();
        await spellings(own, item, await from());
      });
      const { without, drift } = item;
      // A text says why there is nothing to test.
      for (const left of typeof without === 'string' ? [] : [without]) {
        test('stays as it is when left out', async () => {
          expect.hasAssertions();
          await leavesAlone(own, item, left, await from());
        });
      }
      for (const drifted of typeof drift === 'string' ? [] : [drift]) {
        test('is drift when changed outside', async () => {
          expect.hasAssertions();
          await drifts(own, item, drifted, await from());
        });
      }
      for (const pace of own.isSlow === true ? (['fast', 'real'] as const) : (['fast'] as const)) {
        test(`changes there and back at ${pace} pace`, async () => {
          expect.hasAssertions();
          await changeAndBack(own, item, await applied(own, item, pace));
        });
      }
    });
  }
}

async function changeAndBack(own: KindCases, item: FieldCase, started: Started): Promise<void> {
  const { known, base, subject } = started;
  const changed = manifestWith(own, { ...subject, ...entryOf(item.changed, known) });
  const there = item.writes ?? own.replaceWrites;
  const pointers = item.pointers ?? [item.field];
  await goes(own, { ...item, pointers }, known, changed, there);
  const back = { ...item, pointers: item.backPointers ?? pointers };
  await goes(own, back, known, base, item.back ?? there);
}

/** One way: the plan shows exactly the change, the apply sends it, and then nothing is left. */
async function goes(
  own: KindCases,
  item: FieldCase,
  known: Known,
  manifest: Manifest,
  writes: readonly string[],
): Promise<void> {
  const { fields } = known;
  await assertForbiddable(own, item, fields, manifest);
  const result = await fields.apply(manifest);
  expect(errorsOf(result.plan)).toEqual([]);
  expect(changesOf(result.plan)).toEqual(expectedChanges(own, item));
  expect(result.plan.drift).toEqual([]);
  assertRisk(own, result.plan);
  expect(result.outcome?.problems).toEqual([]);
  const isReplaced = item.action === 'replace';
  const sent = isReplaced ? result.writes.map(withoutKeys) : result.writes;
  expect(sent.toSorted()).toEqual(writes.toSorted());
  await assertSettled(fields, manifest);
}

async function spellings(own: KindCases, item: FieldCase, started: Started): Promise<void> {
  const { known, base, subject } = started;
  const { fields } = known;
  for (const spelling of [{}, ...(item.same ?? [])]) {
    const manifest = manifestWith(own, { ...subject, ...entryOf(spelling, known) });
    const result = await fields.apply(manifest);
    expect(errorsOf(result.plan)).toEqual([]);
    expect(changesOf(result.plan)).toEqual({});
    expect(result.plan.drift).toEqual([]);
    expect(result.writes).toEqual([]);
    await assertSettled(fields, manifest);
  }
  await fields.apply(base);
}

async function drifts(
  own: KindCases,
  item: FieldCase,
  drift: (known: Known) => Mutation,
  started: Started,
): Promise<void> {
  const { known, base } = started;
  const { fields } = known;
  await fields.mutate(drift(known));
  const plan = await fields.plan(base, {}, 'skip');
  const pointers = item.pointers ?? [item.field];
  const address = `singlestore.${own.kind}.subject`;
  expect(plan.drift.map((entry) => [entry.address, entry.action])).toEqual([[address, 'update']]);
  const drifted = plan.drift[0]?.fields ?? [];
  expect(drifted.map((field) => field.causes)).toEqual(drifted.map(() => ['drift']));
  const told = drifted.map((field) => field.pointer);
  expect(told).toContain(item.field);
  expect(pointers).toEqual(expect.arrayContaining(told));
  const others = Object.keys(changesOf(plan)).filter((name) => name !== `${own.kind}.subject`);
  const consequences = item.action === 'replace' ? Object.keys(own.consequences) : [];
  expect(others.toSorted()).toEqual(consequences.toSorted());
  const repaired = await fields.apply(base);
  expect(repaired.outcome?.problems).toEqual([]);
  await assertSettled(fields, base);
}

async function leavesAlone(
  own: KindCases,
  item: FieldCase,
  without: Entry,
  started: Started,
): Promise<void> {
  const { known, base, subject } = started;
  const { fields } = known;
  const manifest = manifestWith(own, { ...subject, ...without });
  const result = await fields.apply(manifest);
  expect(errorsOf(result.plan)).toEqual([]);
  expect(changesOf(result.plan)).toEqual({});
  expect(result.writes).toEqual([]);
  const notes = result.plan.diagnostics.filter((note) => note.code === 'no-longer-managed');
  expect(notes.map((note) => note.address)).toEqual(
    notes.map(() => `singlestore.${own.kind}.subject`),
  );
  const released = item.released ?? [item.field];
  const named = released.map((pointer) => pointer.slice(1).replaceAll('/', '.'));
  const told = notes.map((note) => / (\S+) is no longer managed/.exec(note.message)?.[1] ?? '');
  expect(told.toSorted()).toEqual(named.toSorted());
  await assertSettled(fields, manifest);
  await fields.apply(base);
}

interface Started {
  readonly known: Known;
  readonly base: Manifest;
  readonly subject: Entry;
}

async function applied(
  own: KindCases,
  item: FieldCase,
  emulated: 'none' | 'fast' | 'real',
): Promise<Started> {
  const timing = emulated === 'real' ? 'real' : 'fast';
  const fields = createFieldWorld({ emulated, timing });
  const known = knownOf(fields);
  const subject = { ...own.template, ...entryOf(item.base ?? {}, known) };
  const base = manifestWith(own, subject);
  const result = await fields.apply(base);
  expect(errorsOf(result.plan)).toEqual([]);
  expect(result.outcome?.problems).toEqual([]);
  await assertSettled(fields, base);
  return { known, base, subject };
}

function manifestWith(own: KindCases, subject: Entry): Manifest {
  const around = withEntries(BYSTANDERS, own.around);
  return withEntries(around, { [own.kind]: { subject } });
}

function entryOf(entry: Entry | ((known: Known) => Entry), known: Known): Entry {
  return typeof entry === 'function' ? entry(known) : entry;
}

function knownOf(fields: FieldWorld): Known {
  const find = (path: string, matches: Entry, id: string): string => {
    const found = (ask(fields.world, path) as readonly Entry[]).find((object) =>
      Object.entries(matches).every(([name, value]) => object[name] === value),
    );
    return String(found?.[id]);
  };
  return {
    fields,
    regionId(provider, regionName) {
      const { region } = (ask(fields.world, '/v2/regions') as readonly Entry[]).find(
        (item) => item['provider'] === provider && item['regionName'] === regionName,
      ) ?? { region: '' };
      return find('/v1/regions', { provider, region }, 'regionID');
    },
    projectId: (name) => find('/v1/projects', { name }, 'projectID'),
    userId: (email) => find('/v1/users', { email }, 'userID'),
  };
}

/** Address without the provider → action and the pointers that differ; no-ops left out. */
function changesOf(plan: Plan): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    plan.changes
      .filter((change) => change.action !== 'no-op')
      .map((change) => [
        change.address.replace('singlestore.', ''),
        [change.action, ...change.fields.map((field) => field.pointer).toSorted()],
      ]),
  );
}

function expectedChanges(
  own: KindCases,
  item: FieldCase,
): Readonly<Record<string, readonly unknown[]>> {
  const pointers = item.pointers ?? [item.field];
  const subject = { [`${own.kind}.subject`]: [item.action, ...pointers.toSorted()] };
  if (item.action === 'update') return subject;
  const others = Object.entries(own.consequences).map(([address, action]) => [
    address,
    [action, expect.any(String)],
  ]);
  return { ...subject, ...Object.fromEntries(others) };
}

function errorsOf(plan: Plan): readonly string[] {
  return plan.diagnostics
    .filter((item) => item.severity === 'error')
    .map((item) => `${item.code} ${item.message}`);
}

async function assertSettled(fields: FieldWorld, manifest: Manifest): Promise<void> {
  const plan = await fields.plan(manifest);
  expect(changesOf(plan)).toEqual({});
  expect(plan.drift).toEqual([]);
  expect(plan.diagnostics).toEqual([]);
  expect(plan.undetermined).toEqual([]);
  const again = await fields.plan(manifest, {}, 'skip');
  expect(changesOf(again)).toEqual({});
  expect(again.drift).toEqual([]);
}

function withoutKeys(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}

/** Without `lifecycle.replace: allow`, kinds that hold data refuse to plan a replacement. */
async function assertForbiddable(
  own: KindCases,
  item: FieldCase,
  fields: FieldWorld,
  manifest: Manifest,
): Promise<void> {
  if (item.action !== 'replace' || own.template['lifecycle'] === undefined) return;
  const subject = { ...manifest[own.kind]?.['subject'], lifecycle: undefined };
  const plan = await fields.plan(withEntries(manifest, { [own.kind]: { subject } }));
  const errors = plan.diagnostics.filter((found) => found.severity === 'error');
  expect(errors.map((found) => [found.code, found.address])).toEqual([
    ['immutable-field', `singlestore.${own.kind}.subject`],
  ]);
  expect(changesOf(plan)).toEqual({});
}

/** One approval, of the subject, covers everything; each risk itself: test/planner/risks.test.ts. */
function assertRisk(own: KindCases, plan: Plan): void {
  const subject = plan.changes.find(({ address }) => address.endsWith(`${own.kind}.subject`));
  const worst = worstRisk(plan.changes.map((change) => change.risk));
  expect(subject?.risk).toBe(worst);
  const needed = plan.changes.flatMap((change) => missingApprovals(change, noApprovals));
  const ofSubject = subject === undefined ? [] : approvalsNeeded(subject);
  expect(needed).toEqual(ofSubject);
  expect(plan.changes.flatMap((change) => missing(change, subject))).toEqual([]);
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
