import { unreachable } from '../core/errors.ts';
import type { Intent, JournalRecord, State, StateResource } from './contract.ts';
import type { StoredState } from './state-text.ts';

/** The state after these records; linear in the state and the records. */
export function replay(stored: StoredState, records: readonly JournalRecord[]): StoredState {
  if (records.length === 0) return stored;
  const draft: Draft = {
    resources: new Map(Object.entries(stored.state.resources)),
    providers: new Map(Object.entries(stored.state.providers)),
    outputs: stored.state.outputs,
    intents: intentsByAddress(stored.intents),
  };
  for (const record of records) applyRecord(draft, record);
  return {
    state: {
      ...stored.state,
      resources: Object.fromEntries(draft.resources),
      providers: Object.fromEntries(draft.providers),
      outputs: draft.outputs,
    },
    intents: [...draft.intents.values()].flat(),
  };
}

interface Draft {
  readonly resources: Map<string, StateResource>;
  readonly providers: Map<string, { readonly organization: string }>;
  readonly intents: Map<string, readonly Intent[]>;
  outputs: State['outputs'];
}

function applyRecord(draft: Draft, record: JournalRecord): void {
  switch (record.op) {
    case 'intent':
      addIntent(draft.intents, record.intent);
      break;
    case 'intent-closed':
      closeIntent(draft.intents, record.address, record.attempt);
      break;
    case 'put':
      draft.resources.set(record.address, record.resource);
      draft.intents.delete(record.address);
      break;
    case 'remove':
      draft.resources.delete(record.address);
      break;
    case 'move':
      move(draft, record.from, record.to);
      break;
    case 'provider':
      draft.providers.set(record.provider, { organization: record.organization });
      break;
    case 'outputs':
      draft.outputs = record.outputs;
      break;
    default:
      unreachable(record);
  }
}

/** The resource takes its new address, and so does whatever was begun for it or refers to it. */
function move(draft: Draft, from: string, to: string): void {
  const resource = draft.resources.get(from);
  if (resource !== undefined) {
    draft.resources.delete(from);
    draft.resources.set(to, resource);
  }
  for (const [address, other] of draft.resources) {
    if (!other.dependsOn.includes(from)) continue;
    const dependsOn = other.dependsOn.map((item) => (item === from ? to : item));
    draft.resources.set(address, { ...other, dependsOn });
  }
  const intents = draft.intents.get(from);
  if (intents === undefined) return;
  draft.intents.delete(from);
  for (const intent of intents) addIntent(draft.intents, { ...intent, address: to });
}

function intentsByAddress(intents: readonly Intent[]): Map<string, readonly Intent[]> {
  const byAddress = new Map<string, readonly Intent[]>();
  for (const intent of intents) addIntent(byAddress, intent);
  return byAddress;
}

function addIntent(intents: Map<string, readonly Intent[]>, intent: Intent): void {
  const others = (intents.get(intent.address) ?? []).filter(
    (other) => other.attempt !== intent.attempt,
  );
  intents.set(intent.address, [...others, intent]);
}

function closeIntent(
  intents: Map<string, readonly Intent[]>,
  address: string,
  attempt: string,
): void {
  const left = (intents.get(address) ?? []).filter((intent) => intent.attempt !== attempt);
  if (left.length === 0) intents.delete(address);
  else intents.set(address, left);
}
