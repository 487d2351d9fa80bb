import type { Answers, UnknownValue } from './case.ts';

/** Changes the JSON of an answer on its way from the emulator to the client. */
export type Alteration = (path: string, body: unknown) => unknown;

type Members = Readonly<Record<string, unknown>>;

const UNKNOWN_WORD = 'SOMETHING_OF_NEXT_YEAR';

/** Each object of each answer has members that nobody has heard of. */
export function extraFields(opaque: readonly string[]): Alteration {
  const grow = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(grow);
    if (!isMembers(value)) return value;
    const members = Object.entries(value).map(([name, inner]) => [
      name,
      opaque.includes(name) ? inner : grow(inner),
    ]);
    return {
      ...Object.fromEntries(members),
      xNewText: 'new',
      xNewObject: { of: ['next', 1, null] },
    };
  };
  return (_path, body) => grow(body);
}

/** Objects of the kind, but for some, have no members but those that are always there. */
export function onlyNeeded(answers: Answers, except: ReadonlySet<string>): Alteration {
  return inAnswers(answers, except, (object) =>
    Object.fromEntries(Object.entries(object).filter(([name]) => answers.needed.includes(name))),
  );
}

/** A member (dotted) of objects of the kind, but for some, has another value. */
export function otherValue(
  answers: Answers,
  { member, value = UNKNOWN_WORD }: Pick<UnknownValue, 'member' | 'value'>,
  except: ReadonlySet<string>,
): Alteration {
  const put = (holder: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(holder)) return holder.map((item) => put(item, path));
    const [name = '', ...rest] = path;
    if (!isMembers(holder)) return holder;
    return { ...holder, [name]: rest.length === 0 ? value : put(holder[name], rest) };
  };
  return inAnswers(answers, except, (object) => put(object, member.split('.')));
}

/** `except`: what the first needed member of an object is not. */
function inAnswers(
  { needed: [mark = ''], paths }: Answers,
  except: ReadonlySet<string>,
  change: (object: Members) => unknown,
): Alteration {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isMembers(value)) return value;
    if (Object.hasOwn(value, mark)) return except.has(String(value[mark])) ? value : change(value);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return (path, body) => (paths.test(path) ? walk(body) : body);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
