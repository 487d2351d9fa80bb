const WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
]);

/** Types of JSON Schema in the words of a manifest's author. */
export function typeWords(types: readonly string[]): string {
  return types.map((type) => WORDS.get(type) ?? type).join(' or ');
}
