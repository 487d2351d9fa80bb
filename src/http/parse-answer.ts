/** Nesting of an answer; what reads answers calls itself once a level. */
const DEPTH_MAX = 200;
/** The member that is none, also with one of its letters escaped. */
const PROTO_MAYBE = /"__proto__"|\\u00[567]/i;

export interface ParsedAnswer {
  readonly ok: boolean;
  readonly value: unknown;
  /** For `answered 200 with …`; empty where it is ok. */
  readonly problem: string;
}

/**
 * The JSON of an answer. Refuses one that nests more than 200 deep. A member `__proto__` is left
 * out: copied from object to object it would become their prototype.
 */
export function parseAnswer(text: string): ParsedAnswer {
  if (isTooDeep(text)) return refused(`JSON that nests more than ${DEPTH_MAX} deep`);
  try {
    const value: unknown = mayHoldProto(text) ? JSON.parse(text, withoutProto) : JSON.parse(text);
    return { ok: true, value, problem: '' };
  } catch {
    return refused('a body that is not JSON');
  }
}

function refused(problem: string): ParsedAnswer {
  return { ok: false, value: undefined, problem };
}

/** Two plain searches say no to nearly every answer, at a tenth of what a pattern costs. */
function mayHoldProto(text: string): boolean {
  return (text.includes('__proto__') || text.includes('\\u00')) && PROTO_MAYBE.test(text);
}

function withoutProto(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value;
}

/** Counts brackets outside of strings; of what is no JSON it may say anything. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Offset of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
