import { isFields } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { invalidBody } from './problem.ts';

/** What is wrong with a value; undefined: nothing. */
export type Check = (value: Json) => string | undefined;
export type Checks = Readonly<Record<string, Check>>;

function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function expected(type: string, value: Json): string {
  return `Expected ${type}, received ${typeName(value)}`;
}

export const text: Check = (value) =>
  typeof value === 'string' ? undefined : expected('string', value);

export const flag: Check = (value) =>
  typeof value === 'boolean' ? undefined : expected('boolean', value);

export const record: Check = (value) => (isFields(value) ? undefined : expected('object', value));

export const positive: Check = (value) => {
  if (typeof value !== 'number') return expected('number', value);
  return value > 0 ? undefined : 'Number must be greater than 0';
};

export const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? undefined
    : expected('array of strings', value);

export function pattern(form: RegExp, message: string): Check {
  return (value) => (typeof value !== 'string' || form.test(value) ? text(value) : message);
}

export function choice(values: readonly (string | number)[]): Check {
  return (value) =>
    values.some((allowed) => allowed === value)
      ? undefined
      : `Invalid enum value. Expected ${values.join(' | ')}`;
}

export function integer(min: number, max: number): Check {
  return (value) => {
    if (typeof value !== 'number') return expected('number', value);
    if (!Number.isInteger(value)) return expected('integer', value);
    if (value < min) return `Number must be greater than or equal to ${String(min)}`;
    return value > max ? `Number must be less than or equal to ${String(max)}` : undefined;
  };
}

/** Members that are absent are not checked; unknown ones are let through. */
export function object(checks: Checks): Check {
  return (value) => {
    if (!isFields(value)) return expected('object', value);
    for (const [name, check] of Object.entries(checks)) {
      const member = value[name];
      const wrong = member === undefined ? undefined : check(member);
      if (wrong !== undefined) return `${name}: ${wrong}`;
    }
    return undefined;
  };
}

export interface InputRules {
  readonly checks: Checks;
  readonly required?: readonly string[];
  /** Fields that null clears. */
  readonly nullable?: readonly string[];
  /** What null means for all others. */
  readonly nulls: 'refuse' | 'clear' | 'ignore';
}

/** What a member of a body asks for. */
function intentOf(
  name: string,
  value: Json | undefined,
  rules: InputRules,
): 'skip' | 'clear' | 'set' {
  if (value === undefined) return 'skip';
  if (value !== null || rules.required?.includes(name) === true) return 'set';
  if (rules.nullable?.includes(name) === true || rules.nulls === 'clear') return 'clear';
  return rules.nulls === 'ignore' ? 'skip' : 'set';
}

/** The known members of a body, all valid; 400 with every mistake otherwise. */
export function checkedInput(body: Fields, rules: InputRules): Fields {
  const errors: Record<string, readonly string[]> = {};
  const fields: Record<string, Json> = {};
  for (const [name, check] of Object.entries(rules.checks)) {
    const value = body[name];
    const intent = intentOf(name, value, rules);
    if (value === undefined && rules.required?.includes(name) === true) errors[name] = ['Required'];
    if (value === undefined || intent === 'skip') continue;
    const wrong = intent === 'clear' ? undefined : check(value);
    if (wrong === undefined) fields[name] = value;
    else errors[name] = [wrong];
  }
  if (Object.keys(errors).length > 0) throw invalidBody(errors);
  return fields;
}
