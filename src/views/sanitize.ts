/**
 * What a terminal may obey or what may make a text read as another: control characters (C0, DEL,
 * C1), line and paragraph separators, direction and zero-width characters, tags, lone surrogates.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');

const BEYOND_ASCII = /[^ -~]/;

/**
 * What a runner of GitHub takes for a command in a line of a log: `##[command]` anywhere, and
 * `::command::` at the beginning (its own commands have both pairs of colons, an IPv6 address one).
 */
const OLD_COMMAND = '##[';
const COMMAND = /^(\s*):(:[^:].*::)/;

/** Characters of a value that are shown; what is longer is no name. */
const VALUE_CHARS_MAX = 10_000;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text that trueup did not write (names, API texts, file names), safe to print on one line:
 * what a terminal would obey is shown as an escape (`\u001b`) instead.
 */
export function text(untrusted: string): string {
  const inert = withoutCommands(untrusted);
  // Nearly every text is plain ASCII, and that test is much the cheaper one.
  if (!BEYOND_ASCII.test(inert)) return inert;
  return UNSAFE.test(inert) ? inert.replace(UNSAFE_ALL, escapeCharacter) : inert;
}

function withoutCommands(untrusted: string): string {
  const inert = untrusted.includes('::') ? untrusted.replace(COMMAND, '$1\\u003a$2') : untrusted;
  return inert.includes(OLD_COMMAND) ? inert.replaceAll(OLD_COMMAND, '\\u0023#[') : inert;
}

/**
 * The text in double quotes, with quotes and backslashes escaped: a string value of a resource. One
 * of more than 10 000 characters is cut and its length told.
 */
export function quoted(untrusted: string): string {
  const { length } = untrusted;
  const shown = length > VALUE_CHARS_MAX ? untrusted.slice(0, VALUE_CHARS_MAX) : untrusted;
  const escaped = /["\\]/.test(shown) ? shown.replaceAll(/["\\]/g, '\\$&') : shown;
  const rest = length > VALUE_CHARS_MAX ? `… (${length} characters)` : '';
  return `"${text(escaped)}"${rest}`;
}

/** JSON text whose strings hold nothing a terminal would obey; the data is the same. */
export function jsonText(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, undefined, indent).replaceAll(OLD_COMMAND, '\\u0023#[');
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
