import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import type { ValueObject } from '../core/value.ts';
import type { Outcome } from './environment.ts';
import type { NaturalKeyIndex } from './identity.ts';
import { confirmationKey, type Confirmation, type PlanInput } from './input.ts';
import type { AcceptedDrift } from '../core/resource.ts';
import type { AcceptedEntry, DriftEntry, ResourceChange } from './plan.ts';
import { indexRoles, type RoleIndex } from './role-index.ts';

/** A resource about which nothing was concluded. */
export interface Open {
  readonly address: ResourceChange['address'];
  readonly because: string;
  /** The resource from which that follows. */
  readonly by?: string;
  /** Whether it follows from an incomplete list, which has an error of its own. */
  readonly fromList?: boolean;
}

/** The growing result of one `planStack` call; no other planner data is ever mutated. */
export interface Planning {
  readonly input: PlanInput;
  readonly keys: NaturalKeyIndex;
  /** The state after recovery of interrupted creates and after moves. */
  readonly prior: Readonly<Record<string, StateResource>>;
  readonly recovered: ReadonlySet<string>;
  readonly waiting: ReadonlyMap<string, number>;
  /** New address → old address. */
  readonly movedFrom: ReadonlyMap<string, string>;
  readonly outcomes: Map<string, Outcome>;
  readonly changes: ResourceChange[];
  readonly drift: DriftEntry[];
  /** `acceptedDrift` of the stack, by address. */
  readonly acceptances: ReadonlyMap<string, readonly AcceptedDrift[]>;
  readonly accepted: AcceptedEntry[];
  readonly diagnostics: Diagnostic[];
  readonly undetermined: Open[];
  /** By address and object: several doubts of a resource about one object are one read. */
  readonly toConfirm: Map<string, Confirmation>;
  /** IDs of live objects that an entry of the stack stands for, by type. */
  readonly claimed: Map<string, string>;
  /** Addresses that an error of the state itself leaves open: refused moves, ambiguous creates. */
  readonly unsure: ReadonlyMap<string, Omit<Open, 'address'>>;
  /** What each entry of the stack depends on. */
  dependencies: ReadonlyMap<string, readonly string[]>;
  /** What the fields of an entry follow from. */
  sources: ReadonlyMap<string, readonly ResourceChange['address'][]>;
  roleIndex(kind: KindShape): RoleIndex;
}

/** Role indexes made once a plan and kind. */
export function createRoleIndexes(): (kind: KindShape) => RoleIndex {
  const made = new Map<string, RoleIndex>();
  return (kind) => {
    const known = made.get(kind.type);
    if (known !== undefined) return known;
    const index = indexRoles(kind);
    made.set(kind.type, index);
    return index;
  };
}

/** The live object of a state entry; `undefined` = the API has none (any more). */
export function liveOf(
  planning: Planning,
  address: string,
  prior: StateResource,
): LiveObject | undefined {
  const { confirmed, live } = planning.input;
  const key = confirmationKey(prior.type, prior.id);
  if (confirmed.has(key)) return aliveOnly(confirmed.get(key));
  const object = live.byId(prior.type, prior.id);
  const isDoubtful = object === undefined || prior.deletingSinceMs !== undefined;
  if (isDoubtful) confirm(planning, address, prior);
  return aliveOnly(object);
}

function aliveOnly(object: LiveObject | undefined): LiveObject | undefined {
  return object?.status === 'gone' ? undefined : object;
}

/** Asks for one more read by ID before a difference or an absence is believed. */
export function confirm(
  planning: Planning,
  address: string,
  object: {
    readonly type: string;
    readonly id: string;
    readonly scope?: string;
    readonly createdAtMs?: number;
  },
): void {
  const key = confirmationKey(object.type, object.id);
  const doubt = `${address} ${key}`;
  if (planning.input.confirmed.has(key) || planning.toConfirm.has(doubt)) return;
  planning.toConfirm.set(doubt, {
    address,
    type: object.type,
    id: object.id,
    scope: object.scope,
    createdAtMs: object.createdAtMs,
  });
}

/** Why nothing can be concluded about a resource of this kind and scope, or undefined. */
export function incompleteness(
  planning: Planning,
  kind: KindShape,
  scope: string | undefined,
  fields?: ValueObject,
): string | undefined {
  const { live } = planning.input;
  const own = live.inventory(kind.type, scope);
  if (own?.complete === false) return 'its collection could not be read in full';
  for (const type of kind.needs) {
    if (live.inventory(type)?.complete === false) return `${type} could not be read in full`;
  }
  for (const needed of fields === undefined ? [] : (kind.neededScopes?.(fields) ?? [])) {
    if (live.inventory(needed.type, needed.scope)?.complete === false) {
      return `${needed.type} of ${needed.scope} could not be read in full`;
    }
  }
  return undefined;
}

/** A list that was not asked for shows no namesakes: creating there could make a duplicate. */
export function refuseUnread(planning: Planning, kind: KindShape, scope: string | undefined): void {
  if (!kind.scoped || scope === undefined) return;
  if (planning.input.live.inventory(kind.type, scope) !== undefined) return;
  throw notRead(`${kind.type} of ${scope} was not read`);
}

/** A list that was not asked for has no error of its own, unlike one that is incomplete. */
export function notRead(message: string): TrueupError {
  return new TrueupError('inventory-incomplete', message, {
    diagnostics: [{ code: 'inventory-incomplete', severity: 'error', message }],
  });
}
