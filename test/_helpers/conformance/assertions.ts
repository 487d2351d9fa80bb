import { expect } from 'vitest';
import type { Plan } from '../../../src/planner/plan.ts';
import type { ProviderKind } from '../../../src/providers/contract.ts';
import type { KnownEntry, Entry, Known, ManagedCase, Manifest, ProviderCases } from './case.ts';
import { withEntries, type Stage } from './stage.ts';

/** One kind with all that is needed to try it. */
export interface Subject {
  readonly provider: ProviderCases;
  readonly kind: ProviderKind;
  readonly own: ManagedCase;
  /** Address without the provider. */
  readonly address: string;
}

/** Bystanders, the entries around the subject, and the subject. */
export function manifestWith(
  { provider, own }: Subject,
  subject: Entry,
  around: Manifest = own.around,
): Manifest {
  return withEntries(withEntries(provider.bystanders, around), { [own.kind]: { subject } });
}

export function entryOf(entry: KnownEntry, known: Known): Entry {
  return typeof entry === 'function' ? entry(known) : entry;
}

/** Address without the provider → action and the pointers that differ; no-ops left out. */
export function changesOf(plan: Plan): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    plan.changes
      .filter((change) => change.action !== 'no-op')
      .map((change) => [
        change.address.slice(change.address.indexOf('.') + 1),
        [change.action, ...change.fields.map((field) => field.pointer).toSorted()],
      ]),
  );
}

export function errorsOf(plan: Plan): readonly string[] {
  return plan.diagnostics
    .filter((item) => item.severity === 'error')
    .map((item) => `${item.code} ${item.message}`);
}

/** A plan has nothing to say. */
export async function assertSettled(stage: Stage, manifest: Manifest): Promise<void> {
  const { plan } = await stage.plan(manifest);
  expect(changesOf(plan)).toEqual({});
  expect(plan.drift).toEqual([]);
  expect(plan.diagnostics).toEqual([]);
  expect(plan.undetermined).toEqual([]);
}

/** Nor has one without the sources of secrets, where the kind holds some. */
export async function assertSettledUnread(
  { kind }: Subject,
  stage: Stage,
  manifest: Manifest,
): Promise<void> {
  if (!kind.fields.some((field) => field.sensitive === true)) return;
  const { plan } = await stage.plan(manifest, { secrets: 'skip' });
  expect(changesOf(plan)).toEqual({});
  expect(plan.drift).toEqual([]);
}

/** Applies, without an error before or a problem after it. */
export async function applied(
  stage: Stage,
  manifest: Manifest,
  options: Parameters<Stage['apply']>[1] = {},
): ReturnType<Stage['apply']> {
  const result = await stage.apply(manifest, options);
  expect(errorsOf(result.plan)).toEqual([]);
  expect(result.outcome?.problems).toEqual([]);
  return result;
}
