import type { AcceptedEntry, Cause } from '../../planner/plan.ts';
import type { FieldExplanation, FieldVerdict, Rule } from '../../planner/explain.ts';

export const VERDICTS: Readonly<Record<FieldVerdict, string>> = {
  same: 'as the manifest has it',
  differs: 'differs',
  'left-alone': 'left alone',
  unsure: 'cannot be told',
  elsewhere: 'compared as other fields',
  'not-managed': 'not managed',
};

/** One character in front of a line. */
export const VERDICT_SYMBOLS: Readonly<Record<FieldVerdict, string>> = {
  same: '=',
  differs: '~',
  'left-alone': '.',
  unsure: '?',
  elsewhere: ' ',
  'not-managed': ' ',
};

const CAUSES: Readonly<Record<Cause, string>> = {
  manifest: 'the manifest is not what the last apply sent',
  drift: 'the live value is not what the last apply left: changed outside of trueup',
  upstream: 'what it refers to has changed',
};

export function causeText(cause: Cause): string {
  return CAUSES[cause];
}

const RULES: Readonly<Record<Exclude<Rule, 'normalised' | 'digest' | 'accepted'>, string>> = {
  derived: 'follows from other resources of the stack',
  canonical: 'comes from other fields, or a default: the entry does not write it like this',
  expiry: 'a duration stands for the time that it became when it was sent',
  set: 'compared as a set: order and repetition do not count',
  atomic: 'compared and sent as one value',
  default: 'the API left it out, which means its default',
  plain: 'compared as it is',
  'write-only': 'the API never tells it: compared with what the last apply sent',
  secret: 'the live value is compared, and never shown',
  unknown: 'known only after the apply',
  unverified: 'taken over as it is: it was never sent, so nobody knows whether it is in place',
  untold: 'the API left it out of its answer: what is not told is no difference',
  'not-compared': 'its source was not read, so it is not compared',
  ignored: '`lifecycle.ignoreChanges` leaves it alone',
  new: 'there is no live object: it is sent when that is created',
  'no-longer-managed':
    'an earlier manifest had it; what is absent is not managed, and keeps its value',
  elsewhere: 'the entry has it in another form than is compared: `explain ADDRESS` lists that',
  'not-managed': 'the entry does not have it; what is absent is neither compared nor sent',
};

/** What a rule means for this field, as a sentence without its stop. */
export function ruleText(rule: Rule, { role, accepted, hasDigest }: FieldExplanation): string {
  if (rule === 'normalised') {
    return `compared in the form that "${role.normaliser ?? ''}" gives both`;
  }
  if (rule === 'accepted') return `accepted drift ${termsText(accepted)}: it is left alone`;
  if (rule !== 'digest') return RULES[rule];
  return hasDigest
    ? 'the API does not tell it: compared with the digest of what was applied'
    : 'the API does not tell it, and no digest of it is recorded';
}

/** What an acceptance says that leaves nothing alone any more. */
export function endedText(accepted: AcceptedEntry): string {
  return accepted.verdict === 'expired'
    ? `${termsText(accepted)}: that is over`
    : `${termsText(accepted)}: but of another value`;
}

function termsText(accepted: AcceptedEntry | undefined): string {
  if (accepted === undefined) return '';
  const { until, owner, reason, position } = accepted.acceptance;
  return `until ${until}, ${owner}: ${reason} (${position.file}:${position.line})`;
}
