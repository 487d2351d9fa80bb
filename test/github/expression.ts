/** What expressions of a workflow may name: `github.event.workflow_run.id`. */
export type Contexts = Readonly<Record<string, unknown>>;

const TOKEN = /\s*(?:('(?:[^']|'')*')|(&&|\|\||==|!=|[()!])|([A-Za-z_][\w-]*(?:\.[\w-]+)*))/y;

/** Puts the values of expressions into a text: `${{ inputs.command }}`. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const value = evaluate(expression, contexts);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' ? value : '';
  });
}

/** The part of the language that the workflows use: names, texts, `==`, `!=`, `!`, `&&`, `||`. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const tokens = tokensOf(expression);
  let at = 0;
  const takes = (token: string): boolean => {
    const found = tokens[at] === token;
    if (found) at += 1;
    return found;
  };
  const atom = (): unknown => {
    if (takes('!')) return !isTrue(atom());
    if (takes('(')) {
      const inner = or();
      if (!takes(')')) throw new Error(`a bracket is open: ${expression}`);
      return inner;
    }
    const token = tokens[at++] ?? '';
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    return valueOf(token, contexts);
  };
  const equal = (): unknown => {
    const left = atom();
    if (takes('==')) return (left ?? '') === (atom() ?? '');
    if (takes('!=')) return (left ?? '') !== (atom() ?? '');
    return left;
  };
  const and = (): unknown => {
    let value = equal();
    while (takes('&&')) {
      const right = equal();
      value = isTrue(value) ? right : value;
    }
    return value;
  };
  const or = (): unknown => {
    let value = and();
    while (takes('||')) {
      const right = and();
      value = isTrue(value) ? value : right;
    }
    return value;
  };
  const value = or();
  if (at !== tokens.length) throw new Error(`not an expression: ${expression}`);
  return value;
}

export function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  const text = expression.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`not an expression: ${expression}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function valueOf(name: string, contexts: Contexts): unknown {
  let value: unknown = contexts;
  for (const part of name.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
  }
  return value;
}
