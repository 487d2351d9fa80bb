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
  const escaped = JSON.stringify(plain).slice(1, -1);
  const bytes = Buffer.from(plain, 'utf8');
  return [
    plain,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    safeUriEncode(plain),
    safeUriEncode(plain).replaceAll('%20', '+'),
    bytes.toString('base64'),
    bytes.toString('base64').replaceAll('=', ''),
    bytes.toString('base64url'),
  ];
}

function safeUriEncode(plain: string): string {
  return encodeURIComponent(Buffer.from(plain, 'utf8').toString('utf8'));
}
