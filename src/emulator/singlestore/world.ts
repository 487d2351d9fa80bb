import { checkUuid } from '../body.ts';
import type { EmulatorClock, Fields, Json } from '../contract.ts';
import type { Random } from '../random.ts';
import { Refusal } from '../refusal.ts';
import type { Router } from '../router.ts';
import type { Store } from '../store.ts';
import { addStep, existsAt, fold, lastChangeMs, viewAt } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import type { EmulatorSwitches } from './switches.ts';
import type { EmulatorTiming } from './timing.ts';

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** The user every key belongs to. */
  readonly adminId: string;
}

/** Everything one emulator consists of. */
export interface World {
  readonly clock: EmulatorClock;
  /** For IDs and durations; its state is in the store file. */
  readonly random: Random;
  /** For stale reads; the store does not depend on it. */
  readonly chance: Random;
  readonly store: Store;
  organization: Organization;
  timing: EmulatorTiming;
  switches: EmulatorSwitches;
  /** No group expires before this moment. */
  nextExpiryMs: number;
}

/** One request on its way through a handler. */
export interface Call {
  readonly world: World;
  readonly now: number;
  /** Moment from which reads know what this call creates; 0: always. Else `now`. */
  readonly createdMs: number;
  readonly timing: EmulatorTiming;
  readonly switches: EmulatorSwitches;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** ID of the user who asks. */
  readonly actor: string;
  /** False for changes behind the client's back. */
  readonly withKey: boolean;
}

/** The JSON of a 200; everything else is a Refusal. */
export type Handler = (call: Call) => Json;
export type Routes = Router<Handler>;

const LABELS: Readonly<Record<string, string>> = {
  workspaceGroup: 'workspace group',
  workspace: 'workspace',
  project: 'project',
  team: 'team',
  secret: 'secret',
  user: 'user',
  invitation: 'invitation',
};

/** Types whose reads are late; all others are synchronous. */
function isAsynchronous(type: string): boolean {
  return type === 'workspaceGroup' || type === 'workspace';
}

export function notFound(type: string): Refusal {
  return new Refusal(404, `${LABELS[type] ?? type} not found`);
}

export function param(call: Call, index: number): string {
  return call.params[index] ?? '';
}

/** No reader looks further back than this. */
function horizon(call: Call): number {
  const { listLagMs, otherListLagMs, flapMs } = call.timing;
  return call.now - Math.max(listLagMs, otherListLagMs, flapMs);
}

/** Changes an object from `at` on. */
export function change(call: Call, line: TimeLine, at: number, set: Fields): void {
  fold(line, horizon(call));
  addStep(line, at, set);
  call.world.store.save(line);
}

/** Neither deleted nor on the way to it. */
export function isLive(line: TimeLine): boolean {
  return line.deletedMs === undefined && line.hidden['terminating'] !== true;
}

/** The object to write to; the primary knows it from its creation on. */
export function writable(call: Call, type: string, id: string): TimeLine {
  const line = call.world.store.of(type).get(checkUuid(id));
  if (line === undefined || !isLive(line)) throw notFound(type);
  return line;
}

/** Reads by ID: 404 at first, sometimes from a stale replica. */
export function readById(call: Call, type: string, id: string): Fields {
  const { now, timing, world } = call;
  const line = world.store.of(type).get(checkUuid(id));
  if (line === undefined || line.deletedMs !== undefined) throw notFound(type);
  if (!isAsynchronous(type)) return viewAt(line, now);
  if (line.createdMs > 0 && now - line.createdMs < timing.notFoundMs) throw notFound(type);
  fold(line, horizon(call));
  const flapping = timing.flapMs > 0 && now - lastChangeMs(line, now) < timing.flapMs;
  if (!flapping || world.chance.next() >= timing.flapShare) return viewAt(line, now);
  const stale = now - Math.ceil(world.chance.next() * timing.flapMs);
  return viewAt(line, Math.max(stale, line.createdMs));
}

/** The objects as a list shows them: as they were a while ago. */
export function listed(call: Call, type: string, lines: Iterable<TimeLine>): Fields[] {
  const { listLagMs, otherListLagMs } = call.timing;
  const at = call.now - (isAsynchronous(type) ? listLagMs : otherListLagMs);
  const past = horizon(call);
  const views: Fields[] = [];
  for (const line of lines) {
    if (line.deletedMs !== undefined && line.deletedMs <= past) {
      call.world.store.purge(line);
      continue;
    }
    fold(line, past);
    if (existsAt(line, at)) views.push(viewAt(line, at));
  }
  return views;
}

/** Keeps the members that a `fields` query names. */
export function picked(call: Call, fields: Fields): Fields {
  const wanted = call.query.get('fields');
  if (wanted === null || wanted === '') return fields;
  const names = new Set(wanted.split(',').map((name) => name.trim()));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}

/** A duration with its seeded extra. */
export function jittered(call: Call, durationMs: number): number {
  const extra = call.timing.jitter > 0 ? call.world.random.next() * call.timing.jitter : 0;
  return Math.round(durationMs * (1 + extra));
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function textsOf(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string');
}
