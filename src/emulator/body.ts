import type { Fields } from './contract.ts';
import { Refusal } from './refusal.ts';

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or a Refusal with 400. An absent body is an empty object. */
export function parseBody(text: string | undefined): Fields {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'request body is not valid JSON');
  }
  if (isFields(value)) return value;
  throw new Refusal(400, 'request body must be a JSON object');
}

function wrongType(name: string, wanted: string): Refusal {
  return new Refusal(400, `${name}: must be ${wanted}`);
}

/** Undefined for an absent or null member; a Refusal for another type. So below. */
export function optionalString(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
}

export function requiredString(fields: Fields, name: string): string {
  const value = optionalString(fields, name);
  if (value === undefined || value.trim() === '') throw new Refusal(400, `${name} is required`);
  return value;
}

export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean');
  return value;
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw wrongType(name, 'a number');
  return value;
}

export function optionalObject(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw wrongType(name, 'an object');
  return value;
}

export function optionalStrings(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(name, 'a list of strings');
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw wrongType(name, 'a list of strings');
    return item;
  });
}

export function optionalObjects(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(name, 'a list of objects');
  return value.map((item: unknown) => {
    if (!isFields(item)) throw wrongType(name, 'a list of objects');
    return item;
  });
}

/** One of `allowed`, exactly spelt. */
export function optionalChoice(
  fields: Fields,
  name: string,
  allowed: readonly string[],
): string | undefined {
  const value = optionalString(fields, name);
  if (value !== undefined && !allowed.includes(value)) {
    throw new Refusal(400, `invalid ${name} ${value}; value must be ${allowed.join(' or ')}`);
  }
  return value;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

/** The ID in lower case; a Refusal with the API's own text for anything else. */
export function checkUuid(text: string): string {
  if (text.length !== UUID_LENGTH) throw new Refusal(400, 'uuid: incorrect UUID length');
  if (!UUID.test(text)) throw new Refusal(400, 'uuid: incorrect UUID format');
  return text.toLowerCase();
}

const GO_BOOLEANS: Readonly<Record<string, boolean>> = {
  1: true,
  t: true,
  T: true,
  true: true,
  True: true,
  TRUE: true,
  0: false,
  f: false,
  F: false,
  false: false,
  False: false,
  FALSE: false,
};

/** A boolean of a query as Go parses it; absent is false. */
export function queryBoolean(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === '') return false;
  const value = Object.hasOwn(GO_BOOLEANS, text) ? GO_BOOLEANS[text] : undefined;
  if (value === undefined) throw new Refusal(400, `${name}: invalid boolean ${text}`);
  return value;
}

const PATTERN_LENGTH_MAX = 500;

/** A filter that takes a value or a regular expression, unanchored; absent matches all. */
export function queryPattern(query: URLSearchParams, name: string): (text: string) => boolean {
  const wanted = query.get(name);
  if (wanted === null || wanted === '') return () => true;
  if (wanted.length > PATTERN_LENGTH_MAX) throw new Refusal(400, `${name}: too long`);
  try {
    const pattern = new RegExp(wanted);
    return (text) => text === wanted || pattern.test(text);
  } catch {
    return (text) => text === wanted;
  }
}
