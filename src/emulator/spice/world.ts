import type { EmulatorClock, Fields, Json } from '../contract.ts';
import type { Random } from '../random.ts';
import type { Router } from '../router.ts';
import type { Store } from '../store.ts';
import { addStep, fold } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { Problem } from './problem.ts';
import type { SpiceSwitches } from './switches.ts';
import type { SpiceTiming } from './timing.ts';

/** Deployments that shall fail. */
export interface Failure {
  /** ID of an app; undefined: of any. */
  readonly app: string | undefined;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** How many are still to fail. */
  left: number;
}

/** Requests of one credential in the current minute and hour. */
export interface RateCount {
  minute: number;
  inMinute: number;
  hour: number;
  inHour: number;
}

/** Everything one emulator consists of. */
export interface World {
  readonly clock: EmulatorClock;
  /** For IDs, keys and durations; its state is in the store file. */
  readonly random: Random;
  /** For token IDs; the store does not depend on it. */
  readonly chance: Random;
  readonly store: Store;
  timing: SpiceTiming;
  switches: SpiceSwitches;
  failures: Failure[];
  readonly rates: Map<string, RateCount>;
  exchanges: number;
  refusedExchanges: number;
}

/** Who asks: a user by a personal access token, or a client by an exchanged one. */
export interface Principal {
  /** What requests are counted by. */
  readonly key: string;
  /** The organization the credential is bound to. */
  readonly org: string;
  readonly user: string | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** One request on its way through a handler. */
export interface Call {
  readonly world: World;
  readonly now: number;
  /** Moment from which lists may lag behind what this call creates; 0: never. Else `now`. */
  readonly createdMs: number;
  readonly timing: SpiceTiming;
  readonly switches: SpiceSwitches;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** Whether apps go by their newer name in this request. */
  readonly asProjects: boolean;
  readonly principal: Principal;
  /** The organization this request speaks for. */
  readonly org: TimeLine;
  /** The principal's role in it. */
  readonly role: Role;
}

export interface Result {
  readonly status: number;
  /** Undefined: no body. */
  readonly body?: Json;
}

export type Handler = (call: Call) => Result;

/** From the least to the most rights. */
export const ROLES = ['none', 'viewer', 'member', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export interface Route {
  readonly run: Handler;
  /** Undefined: nobody is asked for a token. */
  readonly scope: string | undefined;
  /** The least role that may. */
  readonly role: Role;
}

export type Routes = Router<Route>;

export function roleAtLeast(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

export function ok(body: Json): Result {
  return { status: 200, body };
}

export const NO_CONTENT: Result = { status: 204 };

export function param(call: Call, index: number): string {
  return call.params[index] ?? '';
}

/** The time as the API writes it. */
export function stamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
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

export function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' ? value : 0;
}

/** The next integer ID of a type. */
export function nextId(world: World, type: string, first: number): number {
  const sequences = world.store.of('sequence');
  const line =
    sequences.get(type) ??
    world.store.create({ type: 'sequence', id: type, createdMs: 0, base: { last: first - 1 } });
  const last = numberOf(line.base, 'last') + 1;
  line.base = { last };
  world.store.save(line);
  return last;
}

/** Changes fields at once; null removes one. */
export function change(call: Call, line: TimeLine, set: Fields): void {
  addStep(line, call.now, set);
  fold(line, call.now);
  call.world.store.save(line);
}

/** Not deleted, not even softly. */
export function isLive(line: TimeLine): boolean {
  return line.deletedMs === undefined && line.base['deleted_at'] === undefined;
}

/** Whether a list shows the object already. */
export function isListed(call: Call, line: TimeLine, lagMs: number): boolean {
  return isLive(line) && (line.createdMs === 0 || call.now - line.createdMs >= lagMs);
}

const INTEGER = /^\d{1,15}$/;

/** An integer of a path as the key of the store; 400 for anything else. */
export function checkId(text: string, label: string): string {
  if (!INTEGER.test(text)) throw new Problem(400, `Invalid ${label} ID`);
  return String(Number(text));
}

/** The app a path names, if this request's organization has it. */
export function appOf(call: Call): TimeLine {
  const id = checkId(param(call, 0), 'app');
  const line = call.world.store.of('app').get(id);
  if (line !== undefined && isLive(line) && line.parent === call.org.id) return line;
  const text =
    call.switches.notFoundText === 'app' ? `App with ID ${id} not found` : 'Project not found';
  throw new Problem(404, text);
}

/** Both ways to index objects by name; softly deleted apps are found by another prefix. */
export function indexedName(fields: Fields, line: TimeLine): string | undefined {
  if (line.type === 'user') return textOf(fields, 'username').toLowerCase();
  if (line.type !== 'app') return undefined;
  const deleted = fields['deleted_at'] !== undefined;
  return appNameKey(line.parent ?? '', textOf(fields, 'name'), deleted);
}

export function appNameKey(org: string, name: string, deleted: boolean): string {
  return `${deleted ? 'deleted ' : ''}${org} ${name.toLowerCase()}`;
}

/** In the order of their integer IDs. */
export function inOrder(lines: Iterable<TimeLine>): TimeLine[] {
  return [...lines].toSorted((one, other) => Number(one.base['id']) - Number(other.base['id']));
}
