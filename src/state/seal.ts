import { timingSafeEqual } from 'node:crypto';
import type { Event } from '../core/event.ts';

/** HMAC of a text under the stretched `TRUEUP_STATE_KEY`: `hmac-sha256:<key id>:<digest>`. */
export type Sign = (text: string) => string;

/** Told once, when a state that had no signature gets one. */
export const FIRST_SIGNED: Event = {
  type: 'log',
  level: 'warn',
  message: 'the state is signed with TRUEUP_STATE_KEY from now on',
};

const SIGNATURE = /^\{\n {2}"signature": "([^"\n]*)",\n/;
const MAC = /,"mac":"([^"]*)"\}$/;

/** The text of a state file with the signature of all the rest: lineage, serial and content. */
export function sealState(text: string, sign: Sign | undefined): string {
  if (sign === undefined) return text;
  return text.replace('{\n', () => `{\n  "signature": ${JSON.stringify(sign(stateText(text)))},\n`);
}

/** The signature in the text of a state file; undefined when it has none. */
export function signatureOf(text: string): string | undefined {
  return SIGNATURE.exec(text)?.[1];
}

/** Whether one of these keys has signed it. */
export function isStateSealed(text: string, signs: readonly Sign[]): boolean {
  const body = stateText(text.replace(SIGNATURE, '{\n'));
  const signature = signatureOf(text);
  return signs.some((sign) => isSame(sign(body), signature));
}

/**
 * Lines of a journal, each with the HMAC of itself and the one before, the first with the state's:
 * none can be changed, left out or moved without those behind it.
 */
export function sealLines(lines: string, before: string, sign: Sign | undefined): string {
  if (sign === undefined) return lines;
  let previous = before;
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      previous = sign(lineText(previous, line));
      return `${line.slice(0, -1)},"mac":${JSON.stringify(previous)}}\n`;
    })
    .join('');
}

/** What the next line is sealed with: the last line's HMAC, or `before` where there is none. */
export function lastSeal(journal: string, before: string): string {
  const end = journal.lastIndexOf('\n');
  const start = journal.lastIndexOf('\n', end - 1) + 1;
  return MAC.exec(journal.slice(start, Math.max(end, start)))?.[1] ?? before;
}

/** Lines without a HMAC are taken only before the first that has one, and below an unsigned state. */
export function areLinesSealed(
  journal: string,
  signature: string | undefined,
  signs: readonly Sign[],
): boolean {
  let previous = signature;
  for (const line of journal.split('\n').slice(0, -1)) {
    const mac = MAC.exec(line)?.[1];
    if (mac === undefined && previous !== undefined) return false;
    if (mac === undefined) continue;
    const text = lineText(previous ?? '', line.replace(MAC, '}'));
    if (!signs.some((sign) => isSame(sign(text), mac))) return false;
    previous = mac;
  }
  return true;
}

function isSame(made: string, given: string | undefined): boolean {
  const [a, b] = [Buffer.from(made), Buffer.from(given ?? '')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function stateText(body: string): string {
  return `trueup-state\n${body}`;
}

function lineText(previous: string, line: string): string {
  return `trueup-journal\n${previous}\n${line}`;
}
