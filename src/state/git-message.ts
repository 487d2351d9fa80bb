import type { JournalRecord, LockInfo } from './contract.ts';
import type { StoredState } from './state-text.ts';

/** The message of a commit of the state: which run, which serial, how much. No names, no values. */
export function commitMessage(
  info: LockInfo,
  { state, intents }: StoredState,
  records: readonly JournalRecord[],
  isFold: boolean,
): string {
  const count = (op: JournalRecord['op']): number =>
    records.filter((record) => record.op === op).length;
  const resources = Object.keys(state.resources).length;
  const title = `${info.operation} ${state.stack}/${state.environment}: serial ${String(state.serial)}`;
  return `${[
    `${oneLine(title)}${isFold ? '' : ', running'}`,
    '',
    `${String(resources)} resources; ${String(count('put'))} written, ${String(count('remove'))} removed, ` +
      `${String(count('intent'))} creates begun, ${String(intents.length)} open`,
    '',
    `Run-By: ${oneLine(`${info.user} on ${info.host}`)}`,
    ...(info.runUrl === undefined ? [] : [`Run-Url: ${oneLine(info.runUrl)}`]),
    `Lineage: ${oneLine(state.lineage)}`,
  ].join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 300);
}
