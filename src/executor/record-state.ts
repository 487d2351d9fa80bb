import { isDeepStrictEqual } from 'node:util';
import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { fromPointer, resolveTerm, sameJson, sameValue, valueAt } from '../core/resolve.ts';
import { reveal, Secret } from '../core/secret.ts';
import { hasSensitive, toJson, Unknown } from '../core/value.ts';
import type { State, StateResource } from '../core/prior.ts';
import { createEnvironment } from '../planner/environment.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexNaturalKeys } from '../planner/identity.ts';
import { findCreated, recoverIntents } from '../planner/recover.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import type { JournalRecord } from '../state/contract.ts';
import { withAcceptedKept } from './accepted-fields.ts';
import { desiredFields, type DesiredFields } from './desired-fields.ts';
import { kindOf, timingFor, type Run } from './run.ts';
import { stateEntry } from './state-entry.ts';

/**
 * Before the first change: the organization, moves and what interrupted creates left behind are
 * journalled, and unchanged resources are made known to those that refer to them.
 */
export async function prepareState(run: Run): Promise<void> {
  const records: JournalRecord[] = [];
  for (const [provider, organization] of Object.entries(run.accounts.organizations)) {
    if (run.prior.providers[provider]?.organization === organization.id) continue;
    records.push({ op: 'provider', provider, organization: organization.id });
  }
  const { prior, addresses } = recoverIntents(
    run.prior,
    [...run.intents.values()].flat(),
    run.live,
    run.accounts.kinds,
    run.readAtMs,
  );
  const recovered = addresses.size === 0 ? [] : Object.entries(prior.resources);
  for (const [address, resource] of recovered.filter(([item]) => addresses.has(item))) {
    records.push({ op: 'put', address, resource });
    run.resources.set(address, resource);
    // As in the journal: the object was found, and what replaces it is not what was sought.
    run.intents.delete(address);
  }
  records.push(...closeOldIntents(run));
  for (const change of run.plan.changes) {
    const { previousAddress } = change;
    if (previousAddress !== undefined) records.push(moveEntry(run, previousAddress, change));
    if (change.action === 'no-op') makeKnown(run, change);
  }
  if (records.length > 0) await run.state.append(records);
}

/**
 * A create that a whole list shows nothing of, read after every time in which its object could
 * still have come up, has made none. Kept open it would claim whatever somebody else makes later.
 */
function closeOldIntents(run: Run): readonly JournalRecord[] {
  const { live } = run;
  const index = indexNaturalKeys(live);
  return [...run.intents].flatMap(([now, intents]) => {
    if (run.resources.has(now)) return [];
    if (findCreated(intents, index, live, run.accounts.kinds).length > 0) return [];
    return intents.flatMap((intent): JournalRecord[] => {
      const { address, attempt, type, scope, sentAtMs, lateMs = 0 } = intent;
      const kind = run.accounts.kinds.get(type);
      const { requestMsMax, listLagMs } = kind === undefined ? run.timing : timingFor(run, kind);
      const isOver = sentAtMs + lateMs + requestMsMax + listLagMs <= run.readAtMs;
      const isWhole = live.inventory(type, scope)?.complete === true;
      return isOver && isWhole ? [{ op: 'intent-closed', address, attempt }] : [];
    });
  });
}

function moveEntry(run: Run, from: string, change: ResourceChange): JournalRecord {
  const entry = run.resources.get(from);
  if (entry !== undefined) {
    run.resources.delete(from);
    run.resources.set(change.address, entry);
  }
  for (const [address, other] of run.resources) {
    if (!other.dependsOn.includes(from)) continue;
    const dependsOn = other.dependsOn.map((item) => (item === from ? change.address : item));
    run.resources.set(address, { ...other, dependsOn });
  }
  return { op: 'move', from, to: change.address };
}

function makeKnown(run: Run, change: ResourceChange): void {
  run.outcomes.set(change.address, {
    address: change.address,
    type: change.type,
    action: 'no-op',
    id: change.id,
    resolved: change.after ?? {},
    live: change.live,
    prior: run.resources.get(change.address),
    unsettles: [],
  });
}

/** After the last change: what is unchanged is recorded as it is now, outputs too, then folded. */
export async function finishState(run: Run, complete: boolean): Promise<void> {
  const records: JournalRecord[] = [];
  for (const change of run.plan.changes) {
    if (change.action !== 'no-op') continue;
    const record = await refreshed(run, change);
    if (record !== undefined) records.push(record);
  }
  if (complete && !run.plan.partial) {
    const outputs = evaluateOutputs(run);
    if (!sameJson({ ...outputs }, { ...run.prior.outputs }))
      records.push({ op: 'outputs', outputs });
  }
  if (records.length > 0) await run.state.append(records);
  await run.state.fold();
}

async function refreshed(run: Run, change: ResourceChange): Promise<JournalRecord | undefined> {
  const kind = kindOf(run, change.type);
  const before = run.resources.get(change.address);
  if (before === undefined || change.live === undefined || change.desired === undefined)
    return undefined;
  const fields = tryFields(run, change);
  if (fields === undefined) return undefined;
  const read: StateResource = {
    ...stateEntry({
      kind,
      desired: change.desired,
      resolved: fields.resolved,
      live: change.live,
      digests: await keptDigests(run, kind, { fields, before, live: change.live }),
      dependsOn: change.dependsOn,
      createdAtMs: before.createdAtMs,
      expiry: fields.expiry ?? before.expiry,
      attributesBefore: before.attributes,
    }),
    attributes: keptAttributes(kind, before, change.live),
    ...(before.unsent === undefined ? {} : { unsent: before.unsent }),
    ...(before.unverified === undefined ? {} : { unverified: before.unverified }),
  };
  const resource = withAcceptedKept(read, before, change);
  return isSame(before, resource) ? undefined : { op: 'put', address: change.address, resource };
}

/**
 * The mark of the last apply stays as long as what it vouches for was not sent again, nor read as
 * it is to be.
 */
function keptAttributes(
  kind: ReturnType<typeof kindOf>,
  before: StateResource,
  live: LiveObject,
): StateResource['attributes'] {
  const { changedMark: mark } = kind;
  const kept = mark === undefined ? undefined : before.attributes[mark];
  const attributes = { ...before.attributes, ...live.attributes };
  const vouched = Object.keys(before.digests);
  const isRead =
    vouched.length > 0 &&
    vouched.every((pointer) => valueAt(live.fields, fromPointer(pointer)) !== undefined);
  if (mark === undefined || kept === undefined || isRead) return attributes;
  return { ...attributes, [mark]: kept };
}

function isSame(a: StateResource, b: StateResource): boolean {
  // Nearly all are the same; only what differs is worth a look without its undefined members.
  return (
    isDeepStrictEqual(a, b) ||
    sameJson(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))
  );
}

function tryFields(run: Run, change: ResourceChange): DesiredFields | undefined {
  try {
    return desiredFields(run, change, kindOf(run, change.type));
  } catch (error) {
    if (error instanceof TrueupError && error.code !== 'internal') return undefined;
    throw error;
  }
}

/**
 * Digests of what is managed. With a key they are made anew, without one those of the last apply
 * stay; a value that became managed gets one when the API shows that it is in place.
 */
async function keptDigests(
  run: Run,
  kind: ReturnType<typeof kindOf>,
  versions: {
    readonly fields: DesiredFields;
    readonly before: StateResource;
    readonly live: LiveObject;
  },
): Promise<Readonly<Record<string, string>>> {
  const { sync } = run.digester;
  const digests: Record<string, string> = {};
  for (const { pointer, path, value } of unitsOf(indexRoles(kind), versions.fields.resolved)) {
    const known = versions.before.digests[pointer];
    if (value instanceof Secret && sameValue(valueAt(versions.live.fields, path), value)) {
      digests[pointer] =
        sync?.(reveal(value)) ?? known ?? (await run.digester.digest(reveal(value)));
    } else if (known !== undefined) {
      // Live does not show it: what the manifest has now need not be what was applied.
      digests[pointer] = value instanceof Secret ? await renewed(run, reveal(value), known) : known;
    }
  }
  return digests;
}

/** The digest under the present key, where it was made in another way and is of this value. */
async function renewed(
  { digester }: Pick<Run, 'digester'>,
  plain: string,
  known: string,
): Promise<string> {
  const isCurrent = digester.matchesSync?.(plain, known) !== undefined;
  if (digester.sync === undefined || isCurrent) return known;
  return (await digester.matches(plain, known)) === true ? digester.sync(plain) : known;
}

function evaluateOutputs(run: Run): State['outputs'] {
  const environment = createEnvironment(run.outcomes, run.live, run.accounts.kinds, run.redactor);
  const outputs: Record<string, State['outputs'][string]> = {};
  for (const output of run.stack.outputs) {
    try {
      const value = resolveTerm(output.value, environment);
      const json = toJson(value);
      if (output.sensitive || hasSensitive(value)) outputs[output.name] = { sensitive: true };
      else if (!(value instanceof Unknown) && json !== undefined) {
        outputs[output.name] = { sensitive: false, value: json };
      }
    } catch (error) {
      if (!(error instanceof TrueupError) || error.code === 'internal') throw error;
    }
  }
  return outputs;
}
