import type { JsonObject } from '../../../src/core/json.ts';

/** Fields of one manifest entry; an undefined one is absent. */
export type Entry = Readonly<Record<string, unknown>>;
/** Kind → key → entry. */
export type Manifest = Readonly<Record<string, Readonly<Record<string, Entry>>>>;
/** `METHOD /path keys,of,body`, the IDs of managed objects written as `{kind.key}`. */
export type WriteLine = string;
/** What the emulator's control call `mutate` takes: something that another user does. */
export type Outside = object;

/** What only the account knows. */
export interface Known {
  /** ID of a resource of the stack, by its address without the provider. */
  readonly id: (address: string) => string;
  /** ID of the object that was there from the beginning and has these fields. */
  readonly find: (type: string, matches: Entry) => string;
}

export type KnownEntry = Entry | ((known: Known) => Entry);

/** One field of a kind, changed there and back. */
export interface FieldCase {
  /** JSON pointer of the field. */
  readonly field: string;
  /** What is tried, where a field has several cases. */
  readonly label?: string;
  /** Pointers below it that the case stands for too. */
  readonly covers?: readonly string[];
  /** Laid over the kind's full entry, for the whole case. */
  readonly base?: KnownEntry;
  /** Laid over the base. */
  readonly changed: KnownEntry;
  readonly action: 'update' | 'replace';
  /** Pointers that the plan must show; default: the field. */
  readonly pointers?: readonly string[];
  /** The same on the way back, where that differs. */
  readonly backPointers?: readonly string[];
  /** Pointers that the plan shows after `drift`; default: those of the way there. */
  readonly driftPointers?: readonly string[];
  /** Why the base cannot simply be had again after the change. */
  readonly noWayBack?: string;
  /** Writes on the way there; default for a replacement: the kind's. */
  readonly writes?: readonly WriteLine[];
  /** Writes of the way back; default: the same. */
  readonly back?: readonly WriteLine[];
  /** Other spellings of the base: none of them changes anything. */
  readonly same?: readonly KnownEntry[];
  /** A change of the field behind trueup's back; a text says why there can be none. */
  readonly drift: ((known: Known) => Outside) | string;
  /** What an entry without the field looks like; a text says why there is none. */
  readonly without: Entry | string;
  /** Pointers that are let go of then; default: the field. */
  readonly released?: readonly string[];
}

/** How the answers look that tell objects of a kind. */
export interface Answers {
  /** Paths (with query) of those answers. */
  readonly paths: RegExp;
  /** Members that are always there; the first tells an object of the kind from others. */
  readonly needed: readonly string[];
  /** Members whose content is the user's own: nothing is ever added in there. */
  readonly opaque?: readonly string[];
}

/**
 * A value that the API may have next year, and what a plan makes of it: `drift` of a field,
 * `nothing` (it is no field, or is not compared), or `pending`: a state that is not known, which
 * counts as being on its way.
 */
export interface UnknownValue {
  /** Member of the answer, dotted. */
  readonly member: string;
  readonly shows: 'drift' | 'nothing' | 'pending';
  /** JSON pointers of the schema's enums that stand there. */
  readonly fields: readonly string[];
  /** Default: a word that no API has. */
  readonly value?: unknown;
}

/** A kind that is managed. The resource under test is always `<kind>.subject`. */
export interface ManagedCase {
  readonly kind: string;
  /** The least with which one can be created; its name is that of the full entry. */
  readonly minimal: Entry;
  /** As many fields as go together. */
  readonly full: Entry;
  /** Entries beside the subject while its fields change: those that refer to it among them. */
  readonly around: Manifest;
  /** What happens to the others when the subject is replaced: address → action. */
  readonly consequences: Readonly<Record<string, 'update' | 'replace'>>;
  /** Writes of a replacement, without the keys of their bodies, in no particular order. */
  readonly replaceWrites: readonly WriteLine[];
  readonly fields: readonly FieldCase[];
  /** How another user deletes it; a text says why that cannot be. */
  readonly gone: ((known: Known) => Outside) | string;
  /** Whether an object made again has the ID of the one before: its name is its ID. */
  readonly keepsId?: boolean;
  readonly answers: Answers;
  readonly unknown: readonly UnknownValue[];
  /** Attributes that a new object does not have → why. */
  readonly absent: Readonly<Record<string, string>>;
}

/** A kind that is looked up only. */
export interface LookedUpCase {
  readonly kind: string;
  readonly lookedUp: true;
  /** The scope to read; absent where the kind has no scopes. */
  readonly scope?: (known: Known) => string;
  /** Fields (and attributes) of one object that is there from the beginning. */
  readonly object: Entry;
  /** Attributes that this object does not have → why. */
  readonly absent: Readonly<Record<string, string>>;
  readonly answers: Answers;
  readonly unknown: readonly Omit<UnknownValue, 'shows'>[];
}

export type ConformanceCase = ManagedCase | LookedUpCase;

/** Everything the suite has to be told of one provider. */
export interface ProviderCases {
  readonly provider: string;
  /** A token that its emulator takes. */
  readonly token: string;
  /** Its block of trueup.yaml. */
  readonly settings?: JsonObject;
  /** Bystanders of every case: nothing may ever happen to them. */
  readonly bystanders: Manifest;
  readonly kinds: readonly ConformanceCase[];
}

export function isLookedUp(own: ConformanceCase): own is LookedUpCase {
  return 'lookedUp' in own;
}
