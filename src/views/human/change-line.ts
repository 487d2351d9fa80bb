import type { Verb } from '../../core/event.ts';
import { elapsed } from '../duration.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import type { EventOf } from './run-line.ts';
import { VERBS } from './verb.ts';

/** `singlestore.workspaces.app: Creating...` */
export function startedText(event: EventOf<'change-started'>, style: Style): string {
  return subject(event.address, `${VERBS[event.verb].running}...${idText(event.id)}`, style);
}

/** `singlestore.workspaces.app: Step 1 of 3: resume` (`index` counts from 0). */
export function stepText(event: EventOf<'step-started'>, style: Style): string {
  const what = `Step ${event.index + 1} of ${event.steps}: ${text(event.step)}`;
  return subject(event.address, what, style);
}

/** `singlestore.workspaces.app: Still creating... [10s elapsed, waiting for ACTIVE]` */
export function stillText(
  event: EventOf<'change-waiting'>,
  verb: Verb | undefined,
  style: Style,
): string {
  const what = verb === undefined ? 'Still waiting' : VERBS[verb].still;
  const detail = `${elapsed(event.elapsedMs)} elapsed, waiting for ${text(event.waitingFor)}`;
  return subject(event.address, `${what}... [${detail}]`, style);
}

/** `singlestore.workspaces.app: Creation complete after 12s [id=…]` */
export function doneText(event: EventOf<'change-done'>, style: Style): string {
  const what = `${VERBS[event.verb].noun} complete after ${elapsed(event.elapsedMs)}`;
  const unsent = event.sent ? '' : ' (nothing had to be sent)';
  return subject(event.address, `${what}${idText(event.id)}${unsent}`, style);
}

export function failedText(event: EventOf<'change-failed'>, style: Style): string {
  const after = `failed after ${elapsed(event.elapsedMs)}`;
  const what = `${VERBS[event.verb].noun} ${after}: ${text(event.diagnostic.message)}`;
  return subject(event.address, style.red(what), style);
}

export function blockedText(event: EventOf<'change-blocked'>, style: Style): string {
  return subject(event.address, style.yellow(`Blocked by ${text(event.by)}`), style);
}

export function skippedText(event: EventOf<'change-skipped'>, style: Style): string {
  const what = `Skipped as ${event.reason}: it is no longer as the plan showed it`;
  return subject(event.address, style.yellow(what), style);
}

function idText(id: string | undefined): string {
  return id === undefined ? '' : ` [id=${text(id)}]`;
}

function subject(address: string, what: string, style: Style): string {
  return `${style.bold(`${text(address)}:`)} ${what}`;
}
