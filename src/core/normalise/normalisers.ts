import type { NormaliserName } from '../field-role.ts';
import { normaliseCidr } from './cidr.ts';
import { normaliseDurationOrTime } from './duration-or-time.ts';

/** Brings a text to the one form that stands for all its equivalent spellings. Idempotent. */
export type Normaliser = (text: string) => string;

/** The code of each normaliser of the closed list. A text it cannot read stays as it is. */
export const NORMALISER_FUNCTIONS: Readonly<Record<NormaliserName, Normaliser>> = {
  trim: (text) => text.trim(),
  lowercase: (text) => text.trim().toLowerCase(),
  email: (text) => text.trim().toLowerCase(),
  cidr: normaliseCidr,
  uuid: (text) => text.trim().toLowerCase(),
  'duration-or-time': normaliseDurationOrTime,
  'case-insensitive': (text) => text.toLowerCase(),
};
