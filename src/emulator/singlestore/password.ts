import type { Random } from '../random.ts';

const LENGTH_MIN = 14;
/** A run of rising or falling characters may be so long. */
const SEQUENTIAL_MAX = 2;
const IDENTICAL_MAX = 3;

function longestRun(text: string, step: number): number {
  let longest = 1;
  let run = 1;
  for (let index = 1; index < text.length; index += 1) {
    const follows = text.charCodeAt(index) - text.charCodeAt(index - 1) === step;
    run = follows ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** The rule for administrator passwords: length, four classes, no long runs. */
export function isValidPassword(text: string): boolean {
  const classes = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/];
  return (
    text.length >= LENGTH_MIN &&
    classes.every((pattern) => pattern.test(text)) &&
    longestRun(text, 1) <= SEQUENTIAL_MAX &&
    longestRun(text, -1) <= SEQUENTIAL_MAX &&
    longestRun(text, 0) <= IDENTICAL_MAX
  );
}

const SETS = ['ACEGIKMOQSUWY', 'bdfhjlnprtvxz', '02468', '!#%+=?'];
const GENERATED_LENGTH = 24;

/** A password that satisfies the rule; no set has neighbours in it, so no run can arise. */
export function generatePassword(random: Random): string {
  let text = '';
  while (text.length < GENERATED_LENGTH) {
    const set = SETS[text.length % SETS.length] ?? '';
    text += set.charAt(Math.floor(random.next() * set.length));
  }
  return text;
}
