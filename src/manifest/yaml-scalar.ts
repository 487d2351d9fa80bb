import type { JsonPrimitive } from '../core/json.ts';

const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Nothing but a null, a boolean or a number starts with one of these. */
const SPECIAL = /^[-+.0-9~nNtTfF]|^$/;

/**
 * The value of an unquoted scalar by the YAML 1.2 core schema (section 10.3.2), without `.inf`,
 * `.nan` and whole numbers whose last digits a number cannot hold: as JSON they would be others, so
 * they stay text.
 */
export function resolvePlain(text: string): JsonPrimitive {
  if (!SPECIAL.test(text)) return text;
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    default:
      return INTEGER.test(text) || FLOAT.test(text) ? numberOf(text) : text;
  }
}

function numberOf(text: string): JsonPrimitive {
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  const isKept = Number.isSafeInteger(value) || !INTEGER.test(text) || String(value) === text;
  return isKept || BigInt(text.replace(/^[-+]/, '')) === BigInt(Math.abs(value)) ? value : text;
}

/** The value of a scalar with an explicit standard tag; undefined when it does not fit the tag. */
export function resolveTagged(tag: string, text: string): JsonPrimitive | undefined {
  const value = resolvePlain(text);
  switch (tag) {
    case '!':
    case '!!str':
      return text;
    case '!!null':
      return value === null ? null : undefined;
    case '!!bool':
      return typeof value === 'boolean' ? value : undefined;
    case '!!int':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
    case '!!float':
      return typeof value === 'number' ? value : undefined;
    default:
      return undefined;
  }
}
