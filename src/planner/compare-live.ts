import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import type { DesiredResource } from '../core/resource.ts';
import type { ValueObject } from '../core/value.ts';
import { canonicalPrior } from './canonical-prior.ts';
import { changedSources, derivationNotes, derivedPointers } from './derive.ts';
import { diffFields, driftOf, type DiffResult } from './diff.ts';
import { isOverwritten } from './overwritten.ts';
import type { FieldChange } from './plan.ts';
import type { Planning } from './planning.ts';
import { upstreamChanged } from './reference-change.ts';

/** What is wanted and what is there, canonical, and how they differ. */
export interface Comparison {
  readonly desired: ValueObject;
  readonly now: ValueObject;
  readonly diff: DiffResult;
  /** What the world changed since the last apply. */
  readonly drifted: readonly FieldChange[];
  /** Sentences for the plan. */
  readonly notes: readonly string[];
}

/** Compares the entry of an object with its live fields and with what the last apply knew. */
export function compareLive(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: { readonly prior: StateResource | undefined; readonly resolved: ValueObject },
  live: LiveObject,
): Comparison {
  const { input } = planning;
  const { prior, resolved } = versions;
  const desired = kind.canonical?.(resolved, input.live) ?? resolved;
  const now = kind.canonical?.(live.fields, input.live) ?? live.fields;
  const before = canonicalPrior(kind, prior, input.live);
  const index = planning.roleIndex(kind);
  const comparable = withRecordedExpiry(kind, desired, prior);
  const followed = changedSources(planning.sources.get(resource.address) ?? [], planning.outcomes);
  const overwritten = isOverwritten(kind, prior, live);
  const diff = diffFields({
    index,
    desired: comparable,
    live: now,
    prior,
    get priorSent() {
      return withRecordedExpiry(kind, before.sent, prior);
    },
    get priorRead() {
      return before.read;
    },
    digests: input.digests,
    upstreamChanged: (pointer) =>
      (followed.length > 0 && derivedPointers(kind).includes(pointer)) ||
      upstreamChanged(planning, resource, prior, pointer),
    ignored: resource.lifecycle.ignoreChanges,
    resend: withFollowed(kind, prior, followed, resendPointers(planning, resource, prior)),
    overwritten,
  });
  const drifted = planning.recovered.has(resource.address)
    ? []
    : driftOf({
        index,
        prior,
        get priorSent() {
          return before.sent;
        },
        get priorRead() {
          return before.read;
        },
        digests: input.digests,
        live: now,
        desired,
        ignored: resource.lifecycle.ignoreChanges,
        overwritten,
      });
  return { desired, now, diff, drifted, notes: derivationNotes(kind, diff.fields, followed) };
}

/** What was never compared, of an object that was taken over, follows a change of its sources. */
function withFollowed(
  kind: KindShape,
  prior: StateResource | undefined,
  followed: readonly string[],
  resend: ReadonlySet<string>,
): ReadonlySet<string> {
  if (followed.length === 0) return resend;
  const open = derivedPointers(kind).filter((pointer) => prior?.digests[pointer] === undefined);
  return new Set([...resend, ...open]);
}

/** The text of an expiry that was sent already stands for the time it became. */
function withRecordedExpiry(
  kind: KindShape,
  desired: ValueObject,
  prior: StateResource | undefined,
): ValueObject {
  const expiry = prior?.expiry;
  if (expiry === undefined) return desired;
  const role = kind.fields.find((field) => field.normaliser === 'duration-or-time');
  const [name] = role?.path ?? [];
  if (name === undefined || desired[name] !== expiry.text) return desired;
  return { ...desired, [name]: expiry.time };
}

const NOTHING: ReadonlySet<string> = new Set();

function resendPointers(
  planning: Planning,
  resource: DesiredResource,
  prior: StateResource | undefined,
): ReadonlySet<string> {
  const { send } = planning.input.options;
  if (send.length === 0 && prior?.unsent === undefined) return NOTHING;
  const { address } = resource;
  const asked = [address, address.slice(address.indexOf('.') + 1)].flatMap((name) =>
    send
      .filter((text) => text.startsWith(`${name}.`))
      .map((text) => `/${text.slice(name.length + 1).replaceAll('.', '/')}`),
  );
  return new Set([...(prior?.unsent ?? []), ...asked]);
}
