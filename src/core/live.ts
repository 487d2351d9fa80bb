import type { Diagnostic } from './diagnostic.ts';
import type { Address } from './address.ts';
import type { JsonObject } from './json.ts';
import type { ValueObject } from './value.ts';

/** Whether an object can be used, is on its way, has failed for good, or is a tombstone. */
export type LiveStatus = 'settled' | 'pending' | 'failed' | 'gone';

/** One object as the API reports it, in the manifest's field names. */
export interface LiveObject {
  /** `<provider>.<kind>`. */
  readonly type: string;
  readonly id: string;
  /** ID of the collection it was listed in (a workspace's group), where its kind has one. */
  readonly scope?: string;
  /**
   * Managed fields in the manifest's names, references as IDs, sensitive ones as Secret. A field
   * the API left out is absent; write-only fields are always absent.
   */
  readonly fields: ValueObject;
  /** Computed attributes that expressions may read; absent when the API left them out. */
  readonly attributes: JsonObject;
  readonly status: LiveStatus;
  /** The API's own word for the status, and whatever it says about a failure. */
  readonly statusText?: string;
  /**
   * What it reports says neither that all is well nor that it is not (a status nobody knows): it is
   * taken to be as it was at the last apply, and the plan says so.
   */
  readonly unclear?: true;
  /** RFC 3339, where the API tells. */
  readonly createdAt?: string;
  /**
   * The list told only a part of it: fields that are absent say nothing, so it is compared with
   * nothing before it has been read by its ID. `problem`: that was tried and failed.
   */
  readonly partial?: { readonly problem?: Diagnostic };
  /** Facts for the kind's own functions (inherited grants, userID of a member); never compared. */
  readonly facts?: JsonObject;
}

/** The answer of one list call. */
export interface Inventory {
  readonly type: string;
  readonly scope?: string;
  /** False: nothing may be concluded from an object that is missing here. */
  readonly complete: boolean;
  /** Why it is incomplete. */
  readonly problem?: Diagnostic;
  readonly objects: readonly LiveObject[];
}

/** Live objects by collection; how the planner and the kinds look things up. */
export interface LiveView {
  /** The inventory of a type (and scope), or undefined when it was not read in this run. */
  inventory(type: string, scope?: string): Inventory | undefined;
  /** Every inventory that was read. */
  inventories(): readonly Inventory[];
  /** All objects of a type over every scope that was read; tombstones excluded. */
  objects(type: string): readonly LiveObject[];
  /** The object with this ID, tombstones included. */
  byId(type: string, id: string): LiveObject | undefined;
}

/** A resource of the stack, as the kinds' checks see it: address and resolved fields. */
export interface ResolvedResource {
  readonly address: Address;
  readonly type: string;
  /** ID of the live object it stands for, or undefined when it will be created. */
  readonly id: string | undefined;
  readonly fields: ValueObject;
}

/** Why a list is not complete, for a message. */
export function whyIncomplete(inventory: Inventory): string {
  return inventory.problem?.message ?? 'the answer was not whole';
}
