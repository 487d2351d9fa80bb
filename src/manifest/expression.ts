/** A piece of a text: plain, a variable, or an attribute of another resource. */
export type ExpressionPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'variable';
      readonly name: string;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly type: 'attribute';
      /** What stands between the dots: `[provider.]kind.KEY.path`. */
      readonly segments: readonly string[];
      readonly start: number;
      readonly end: number;
    };

export interface ExpressionProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedText {
  readonly parts: readonly ExpressionPart[];
  readonly problems: readonly ExpressionProblem[];
}

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

/** Cheap test that spares most texts the parser. */
export function mayHoldExpression(text: string): boolean {
  return text.includes('${');
}

/** Splits a text at its expressions; `$${` is a literal `${`. Offsets are within the text. */
export function parseText(text: string): ParsedText {
  const parts: ExpressionPart[] = [];
  const problems: ExpressionProblem[] = [];
  let plain = '';
  let at = 0;
  for (let found = text.indexOf('${'); found !== -1; found = text.indexOf('${', at)) {
    if (found > at && text[found - 1] === '$') {
      plain += `${text.slice(at, found - 1)}\${`;
      at = found + 2;
      continue;
    }
    plain += text.slice(at, found);
    const close = text.indexOf('}', found);
    const end = close === -1 ? text.length : close + 1;
    const parsed = parseExpression(text.slice(found + 2, close === -1 ? end : close), found, end);
    if (close === -1)
      problems.push({ message: 'an expression is not closed by }', start: found, end });
    else if ('message' in parsed) problems.push(parsed);
    else {
      if (plain !== '') parts.push({ type: 'text', text: plain });
      plain = '';
      parts.push(parsed);
    }
    at = end;
  }
  plain += text.slice(at);
  if (plain !== '' || parts.length === 0) parts.push({ type: 'text', text: plain });
  return { parts, problems };
}

function parseExpression(
  body: string,
  start: number,
  end: number,
): Exclude<ExpressionPart, { type: 'text' }> | ExpressionProblem {
  const segments = body.trim().split('.');
  if (!segments.every((segment) => SEGMENT.test(segment))) {
    const message =
      'an expression is ${var.NAME} or ${kind.KEY.field}; it has no functions, operators or spaces';
    return { message, start, end };
  }
  const [first, name] = segments;
  if (first !== 'var') return { type: 'attribute', segments, start, end };
  if (segments.length !== 2 || name === undefined) {
    return { message: 'a variable is written ${var.NAME}', start, end };
  }
  return { type: 'variable', name, start, end };
}
