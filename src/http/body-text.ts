/** Characters of an error body that are shown. */
const SHOWN_MAX = 4_096;
/** Characters of an error body that are looked at: secrets are removed before it is cut. */
const LOOKED_AT_MAX = 1_048_576;
/** Control characters but the line feed, and what turns the direction of a line around. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The text of an error body for a message: without secrets and control characters, cut to 4096
 * bytes. Secrets go first, so that no cut and no removed character hides one.
 */
export function cleanBodyText(body: string, scrub: (text: string) => string): string {
  const scrubbed = scrub(body.slice(0, LOOKED_AT_MAX));
  const printable = scrubbed.replaceAll(UNPRINTABLE, '');
  const clean = scrub(printable).trim();
  const bytes = Buffer.from(clean, 'utf8');
  if (bytes.length <= SHOWN_MAX) return clean;
  return `${bytes
    .subarray(0, SHOWN_MAX)
    .toString('utf8')
    .replace(/\uFFFD$/, '')}…`;
}
