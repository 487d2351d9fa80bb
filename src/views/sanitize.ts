/**
 * What a terminal may obey or what may make a text read as another: control characters (C0, DEL,
 * C1), line and paragraph separators, direction and zero-width characters, tags, lone surrogates.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');

const BEYOND_ASCII = /[^ -~]/;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text that trueup did not write (names, API texts, file names), safe to print on one line:
 * what a terminal would obey is shown as an escape (`\u001b`) instead.
 */
export function text(untrusted: string): string {
  // Nearly every text is plain ASCII, and that test is much the cheaper one.
  if (!BEYOND_ASCII.test(untrusted)) return untrusted;
  return UNSAFE.test(untrusted) ? untrusted.replace(UNSAFE_ALL, escapeCharacter) : untrusted;
}

/** The text in double quotes, with quotes and backslashes escaped: a string value of a resource. */
export function quoted(untrusted: string): string {
  const escaped = /["\\]/.test(untrusted) ? untrusted.replaceAll(/["\\]/g, '\\$&') : untrusted;
  return `"${text(escaped)}"`;
}

/** JSON text whose strings hold nothing a terminal would obey; the data is the same. */
export function jsonText(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, undefined, indent);
  // Line breaks outside of strings are layout; inside of strings JSON has escaped them already.
  return json.replace(UNSAFE_ALL, (found) => (found === '\n' ? found : utf16Escapes(found)));
}

function escapeCharacter(found: string): string {
  return SHORT[found] ?? utf16Escapes(found);
}

function utf16Escapes(found: string): string {
  let escaped = '';
  for (let index = 0; index < found.length; index += 1) {
    escaped += `\\u${found.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
