import { NORMALISERS, type FieldAnnotation, type FieldRole } from './field-role.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { RISKS } from './risk.ts';
import { RISK_CONDITIONS } from './risk-when.ts';

/** Annotation of a property in a kind's JSON Schema. */
const ANNOTATION = 'x-trueup';

const FLAGS = [
  'immutable',
  'writeOnly',
  'readOnly',
  'sensitive',
  'set',
  'atomic',
  'verbatim',
  'clearable',
  'mayBeUntold',
  'requiredOnCreate',
  'marker',
  'transient',
] as const;

/**
 * The fields of a kind, read from its JSON Schema: a parent before its children, in the order of
 * the schema; `*` stands for the elements of an array.
 */
export function readFields(schema: JsonObject): readonly FieldRole[] {
  const fields: FieldRole[] = [];
  collectFields(schema, [], fields);
  return fields;
}

function collectFields(schema: JsonObject, base: readonly string[], fields: FieldRole[]): void {
  const properties = schema['properties'];
  if (isJsonObject(properties)) {
    for (const [name, property] of Object.entries(properties)) {
      if (isJsonObject(property)) addField(property, [...base, name], fields);
    }
  }
  const items = schema['items'];
  if (isJsonObject(items)) addField(items, [...base, '*'], fields);
}

function addField(schema: JsonObject, path: readonly string[], fields: FieldRole[]): void {
  const { description } = schema;
  fields.push({
    ...readAnnotation(schema[ANNOTATION]),
    path,
    description: typeof description === 'string' ? description : '',
    types: typesOf(schema),
  });
  collectFields(schema, path, fields);
}

function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  return isArray(type) ? type.filter((name) => typeof name === 'string') : [];
}

function readAnnotation(annotation: Json | undefined): FieldAnnotation {
  if (!isJsonObject(annotation)) return {};
  const flags = FLAGS.flatMap((flag) => {
    const value = annotation[flag];
    return typeof value === 'boolean' ? [[flag, value] as const] : [];
  });
  const { reference, default: absent, impliedBy } = annotation;
  const normaliser = NORMALISERS.find((name) => name === annotation['normaliser']);
  const risk = RISKS.find((name) => name === annotation['risk']);
  const riskWhen = RISK_CONDITIONS.find((name) => name === annotation['riskWhen']);
  return {
    ...Object.fromEntries(flags),
    ...(typeof reference === 'string' ? { reference } : {}),
    ...(absent === undefined ? {} : { default: absent }),
    ...(isArray(impliedBy)
      ? { impliedBy: impliedBy.filter((name) => typeof name === 'string') }
      : {}),
    ...(normaliser === undefined ? {} : { normaliser }),
    ...(risk === undefined ? {} : { risk }),
    ...(riskWhen === undefined ? {} : { riskWhen }),
  };
}

/**
 * The parts of a resource that are compared as one: leaves, arrays and atomic objects. Attributes
 * that the API computes are not among them.
 */
export function compareUnits(fields: readonly FieldRole[]): readonly FieldRole[] {
  const whole = fields.filter((field) => field.atomic === true || field.types.includes('array'));
  return fields.filter((field) => {
    if (field.readOnly === true || whole.some((unit) => isBelow(field, unit))) return false;
    return whole.includes(field) || !fields.some((other) => isBelow(other, field));
  });
}

function isBelow(field: FieldRole, ancestor: FieldRole): boolean {
  return (
    field.path.length > ancestor.path.length &&
    ancestor.path.every((part, index) => field.path[index] === part)
  );
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
