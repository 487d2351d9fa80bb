import { Secret, SENSITIVE_TEXT } from './secret.ts';

/** Texts shorter than this are not searched for: they would blank out half of every message. */
const SHORTEST_REDACTED = 4;

/**
 * Makes the Secrets of one run and removes their texts from whatever trueup did not write itself:
 * API bodies, causes, stderr of commands. One per run.
 */
export interface Redactor {
  /** The only way to make a Secret. */
  secret(plain: string): Secret;
  /** The text with every known secret (plain, JSON-escaped, URL-encoded, base64) replaced. */
  scrub(text: string): string;
}

export function createRedactor(): Redactor {
  const plains = new Set<string>();
  /** The encodings, longest first; made when a text has to be searched. */
  let ordered: readonly string[] | undefined;
  return {
    secret(plain) {
      if (!plains.has(plain)) {
        plains.add(plain);
        ordered = undefined;
      }
      return Secret.create(plain);
    },
    scrub(text) {
      ordered ??= searchedForms(plains);
      let clean = text;
      for (const form of ordered) {
        if (clean.includes(form)) clean = clean.replaceAll(form, () => SENSITIVE_TEXT);
      }
      return clean;
    },
  };
}

function searchedForms(plains: ReadonlySet<string>): readonly string[] {
  const forms = new Set([...plains].flatMap(encodings));
  return [...forms]
    .filter((form) => form.length >= SHORTEST_REDACTED)
    .toSorted((a, b) => b.length - a.length);
}

function encodings(plain: string): readonly string[] {
  const bytes = Buffer.from(plain, 'utf8');
  return [
    plain,
    ...jsonForms(plain),
    ...urlForms(plain),
    bytes.toString('base64'),
    bytes.toString('base64').replaceAll('=', ''),
    bytes.toString('base64url'),
  ];
}

/**
 * The text inside of a JSON string, and of one inside of that, as usual encoders write it: as ours
 * does, with what is special to HTML escaped (Go), with slashes escaped, in ASCII only (Python),
 * and both (PHP).
 */
function jsonForms(plain: string): readonly string[] {
  const own = JSON.stringify(plain).slice(1, -1);
  const slashed = own.replaceAll('/', String.raw`\/`);
  const forms = [
    own,
    own.replaceAll(/[<>&\u2028\u2029]/g, codeEscape),
    slashed,
    own.replaceAll(/[^\0-\u007f]/g, codeEscape),
    slashed.replaceAll(/[^\0-\u007f]/g, codeEscape),
  ];
  return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

function codeEscape(unit: string): string {
  return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0');
}

/**
 * The text in a URL: as ours is, with all that may be escaped escaped (Go, Python), as a form has
 * it; spaces as `%20` or `+`, hexadecimal digits in either case.
 */
function urlForms(plain: string): readonly string[] {
  const own = safeUriEncode(plain);
  const forms = [
    own,
    own.replaceAll(/[!'()*]/g, percentEscape),
    own.replaceAll(/[!'()~]/g, percentEscape),
  ];
  return forms
    .flatMap((form) => [form, form.replaceAll('%20', '+')])
    .flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function percentEscape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function safeUriEncode(plain: string): string {
  return encodeURIComponent(Buffer.from(plain, 'utf8').toString('utf8'));
}
