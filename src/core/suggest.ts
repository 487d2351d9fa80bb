/** Candidates that are looked at; in a list of more a chance hit is as likely as the right word. */
const CANDIDATES_MAX = 2_000;
/** Characters of a word that may be misspelt; what is longer is no word. */
const WORD_CHARS_MAX = 200;

/** The candidate nearest to a misspelt word, or undefined when none is near enough. */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined;
  const lower = word.toLowerCase();
  // About one mistake in three letters still reads as a misspelling; another letter alone does not.
  let best = Math.min(Math.max(1, Math.floor(word.length / 3)) + 1, word.length);
  let found: string | undefined;
  let count = 0;
  for (const candidate of candidates) {
    count += 1;
    if (count > CANDIDATES_MAX) break;
    const distance = editDistance(lower, candidate.toLowerCase(), best);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

/** The hint for a misspelt word. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const found = nearestWord(word, candidates);
  return found === undefined ? undefined : `did you mean "${found}"?`;
}

/** `; did you mean "x"?` for the end of a sentence, or nothing where none is near. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const hint = didYouMean(word, candidates);
  return hint === undefined ? '' : `; ${hint}`;
}

/** Edits (insert, delete, replace, swap neighbours) between two words; `bound` or more = far. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    if (Math.min(...row) >= bound) return bound;
    before = last;
    last = row;
  }
  return last[b.length] ?? bound;
}
