/** `name:value`: between braces a key with its value in it, since no space parts them. */
const GLUED = /^[^:]*:(?=.)/s;

/** A key that is not known, for a message: the value that may be glued to it can be a secret. */
export function toldWord(name: string): string {
  const word = GLUED.exec(name)?.[0];
  return word === undefined ? name : `${word}…`;
}

/** What to do about a key that a value is glued to. */
export function missingSpace(name: string): string | undefined {
  return GLUED.test(name) ? 'put a space behind the colon' : undefined;
}
