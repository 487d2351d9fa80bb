import { usage } from './parse-flags.ts';

/** The full address a user means; the provider may be left out where only one fits. */
export function findAddress(text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  const matches = known.filter((address) => address.slice(address.indexOf('.') + 1) === text);
  const [only] = matches;
  if (matches.length > 1) throw usage(`'${text}' may be ${matches.join(' or ')}`);
  return only ?? text;
}
