import type { KindShape } from '../core/kind.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { State, StateResource } from '../core/prior.ts';
import type { DesiredResource, Stack } from '../core/resource.ts';
import { Secret } from '../core/secret.ts';
import {
  isTermObject,
  isValueObject,
  NotCompared,
  Reference,
  Unknown,
  type Term,
  type TermObject,
} from '../core/value.ts';
import { createDigestCache } from '../executor/digest-cache.ts';
import { createLiveView } from '../executor/live-view.ts';
import type { PlannedRun } from '../executor/make-plan.ts';
import { confirmationKey } from '../planner/input.ts';
import { countChanges } from '../planner/plan.ts';
import { planStack } from '../planner/plan-stack.ts';
import { count } from '../views/plural.ts';
import { planOptions } from './parse-flags.ts';
import type { PlanRequest } from './planning-run.ts';
import { digesterOf } from './session.ts';

const DIGEST_ROUNDS_MAX = 8;

export interface OfflinePlan extends PlannedRun {
  /** What the plan was made of, for whoever reads it. */
  readonly basis: string;
}

/**
 * A plan of the manifests against the state alone: what the last apply read stands for what is
 * live. Nothing is asked of an API, so it knows nothing of drift, of objects that are not managed,
 * nor of what only live data can show to be wrong. Names that are looked up stay what they were.
 */
export async function planOffline(
  request: Omit<PlanRequest, 'accounts' | 'ratePerSecond'>,
): Promise<OfflinePlan> {
  const { session, flags, loaded, destroy } = request;
  const { state } = loaded;
  const live = recordedView(state, session.kinds);
  const known = withoutLookups(request.stack, state);
  const digests = createDigestCache(digesterOf(session, loaded));
  const nowMs = session.io.clock.now();
  const objects = Object.values(state.resources).map((entry) =>
    recordedObject(entry, session.kinds),
  );
  const planOnce = (): ReturnType<typeof planStack> =>
    planStack({
      stack: known.stack,
      prior: state,
      intents: loaded.intents,
      live,
      kinds: new Map([...session.kinds].map(([type, kind]) => [type, withoutChecks(kind)])),
      confirmed: new Map(objects.map((item) => [confirmationKey(item.type, item.id), item])),
      digests: digests.view,
      redactor: session.redactor,
      nowMs,
      timing: session.timing,
      options: planOptions(flags, destroy, 1),
    });
  let { plan } = planOnce();
  for (let round = 0; round < DIGEST_ROUNDS_MAX && digests.hasPending(); round += 1) {
    await digests.settle();
    ({ plan } = planOnce());
  }
  session.reporting.emit({
    type: 'planned',
    ...countChanges(plan.changes),
    drift: 0,
    undetermined: plan.undetermined.length,
  });
  return {
    plan: { ...plan, estimate: { requests: 0, criticalPath: 0, durationMs: 0 } },
    live,
    readAtMs: nowMs,
    basis: basisOf(loaded.fresh, state, known.lookups),
  };
}

function basisOf(fresh: boolean, state: State, lookups: number): string {
  const against = fresh
    ? 'without a state yet, so that everything is new'
    : `against the state of the last apply (serial ${state.serial})`;
  const kept =
    lookups === 0
      ? ''
      : ` ${count(lookups, 'name')} to look up ${lookups === 1 ? 'was' : 'were'} not compared.`;
  return `Planned offline ${against}: nothing was read from the account.${kept}`;
}

/** What the state recorded of each resource, in place of the lists of the API. */
function recordedView(state: State, kinds: ReadonlyMap<string, KindShape>): LiveView {
  const byCollection = new Map<string, LiveObject[]>();
  for (const entry of Object.values(state.resources)) {
    const key = JSON.stringify([entry.type, entry.scope]);
    const found = byCollection.get(key);
    if (found === undefined) byCollection.set(key, [recordedObject(entry, kinds)]);
    else found.push(recordedObject(entry, kinds));
  }
  const view = createLiveView(
    [...byCollection.values()].flatMap((objects): Inventory[] => {
      const [first] = objects;
      if (first === undefined) return [];
      return [collection(first.type, first.scope, objects)];
    }),
  );
  return {
    ...view,
    inventory(type, scope) {
      const found = view.inventory(type, scope);
      // Kinds that are looked up only were not read; of the others the state knows all it made.
      return found ?? (kinds.get(type)?.managed === true ? collection(type, scope, []) : undefined);
    },
  };
}

function collection(
  type: string,
  scope: string | undefined,
  objects: readonly LiveObject[],
): Inventory {
  return { type, ...(scope === undefined ? {} : { scope }), complete: true, objects };
}

/** What the API shows and no state keeps, a generated key, is there, and cannot be compared. */
function recordedObject(entry: StateResource, kinds: ReadonlyMap<string, KindShape>): LiveObject {
  const hidden = (kinds.get(entry.type)?.fields ?? []).flatMap(({ path, readOnly, sensitive }) =>
    readOnly && sensitive && path.length === 1 ? path : [],
  );
  const kept = Object.fromEntries(hidden.map((name) => [name, new NotCompared()]));
  return {
    type: entry.type,
    id: entry.id,
    ...(entry.scope === undefined ? {} : { scope: entry.scope }),
    fields: { ...kept, ...entry.read },
    attributes: entry.attributes,
    status: 'settled',
  };
}

/** What a kind checks against live data cannot be said here. */
function withoutChecks(kind: KindShape): KindShape {
  return { ...kind, needs: [], neededScopes: () => [], check: () => [] };
}

interface Assumed {
  readonly stack: Stack;
  /** Names that could not be looked up. */
  readonly lookups: number;
}

/** The stack with the recorded ID where a name would be looked up, or a value not known yet. */
function withoutLookups(stack: Stack, state: State): Assumed {
  let lookups = 0;
  const resolve = (term: Term, recorded: unknown): Term => {
    if (term instanceof Reference && term.by === 'name') {
      lookups += 1;
      return typeof recorded === 'string'
        ? new Reference(term.type, 'id', recorded)
        : new Unknown();
    }
    if (Array.isArray(term)) return resolveAll(term, recorded);
    if (!isTermObject(term) || term instanceof Secret) return term;
    return resolveFields(term, recorded);
  };
  const resolveAll = (terms: readonly Term[], recorded: unknown): Term => {
    const named = terms.filter((term) => term instanceof Reference && term.by === 'name').length;
    if (named === 0) return terms.map((term) => resolve(term, undefined));
    // The order of a list tells nothing of which recorded ID belongs to which name.
    const isSame = Array.isArray(recorded) && recorded.length === terms.length;
    lookups += named;
    return isSame && isTexts(recorded) ? recorded : new Unknown();
  };
  const resolveFields = (fields: TermObject, recorded: unknown): TermObject =>
    Object.fromEntries(
      Object.entries(fields).map(([name, term]) => [name, resolve(term, memberOf(recorded, name))]),
    );
  const resources = stack.resources.map((resource): DesiredResource => ({
    ...resource,
    fields: resolveFields(resource.fields, state.resources[resource.address]?.sent),
  }));
  return { stack: { ...stack, resources }, lookups };
}

function isTexts(values: readonly unknown[]): values is readonly string[] {
  return values.every((value) => typeof value === 'string');
}

function memberOf(recorded: unknown, name: string): unknown {
  if (!isValueObject(recorded) || !Object.hasOwn(recorded, name)) return undefined;
  return recorded[name];
}
