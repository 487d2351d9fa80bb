import type { Mutation } from '../../src/emulator/singlestore/mutation.ts';
import type { Entry, FieldWorld, Manifest, WriteLine } from './field-world.ts';

/** What only the world knows: IDs of managed objects and of regions. */
export interface Known {
  readonly fields: FieldWorld;
  readonly regionId: (provider: string, regionName: string) => string;
  readonly projectId: (name: string) => string;
  readonly userId: (email: string) => string;
}

/** One field of a kind, changed there and back. */
export interface FieldCase {
  /** JSON pointer of the field. */
  readonly field: string;
  /** What is tried, where a field has several cases. */
  readonly label?: string;
  /** Pointers below it that the case stands for too. */
  readonly covers?: readonly string[];
  /** Laid over the kind's template, for the whole case. */
  readonly base?: Entry | ((known: Known) => Entry);
  /** Laid over the base. */
  readonly changed: Entry | ((known: Known) => Entry);
  readonly action: 'update' | 'replace';
  /** Pointers that the plan must show; default: the field. */
  readonly pointers?: readonly string[];
  /** The same on the way back, where that differs. */
  readonly backPointers?: readonly string[];
  /** Writes on the way there; default for a replacement: the kind's. */
  readonly writes?: readonly WriteLine[];
  /** Writes of the way back; default: the same. */
  readonly back?: readonly WriteLine[];
  /** Other spellings of the base: none of them changes anything. */
  readonly same?: readonly (Entry | ((known: Known) => Entry))[];
  /** A change of the field behind trueup's back; a text says why there can be none. */
  readonly drift: ((known: Known) => Mutation) | string;
  /** What an entry without the field looks like; a text says why there is none. */
  readonly without: Entry | string;
  /** Pointers that are let go of then; default: the field. */
  readonly released?: readonly string[];
}

/** A kind with all its cases. The resource under test is always `<kind>.subject`. */
export interface KindCases {
  readonly kind: string;
  /** Its writes settle late, so it is also tried at the pace of the real service. */
  readonly isSlow?: boolean;
  readonly template: Entry;
  /** Entries beside the subject: those that refer to it among them. */
  readonly around: Manifest;
  /** What happens to the others when the subject is replaced: address → action. */
  readonly consequences: Readonly<Record<string, 'update' | 'replace'>>;
  /** Writes of a replacement, without the keys of their bodies, in no particular order. */
  readonly replaceWrites: readonly WriteLine[];
  readonly cases: readonly FieldCase[];
}
