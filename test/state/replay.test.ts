import { describe, expect, it } from 'vitest';
import type { JournalRecord, State } from '../../src/state/contract.ts';
import { replay } from '../../src/state/replay.ts';
import { makeIntent, put } from './backend-suite.ts';

const EMPTY: State = {
  version: 1,
  lineage: 'l',
  stack: 'acme',
  environment: 'prod',
  serial: 0,
  providers: {},
  salt: 's',
  resources: {},
  outputs: {},
};
const A = 'singlestore.workspaces.a';
const B = 'singlestore.workspaces.b';

function after(...records: readonly JournalRecord[]) {
  const { state, intents } = replay({ state: EMPTY, intents: [] }, records);
  return {
    addresses: Object.keys(state.resources),
    intents: intents.map(({ address, attempt }) => `${address} ${attempt}`),
  };
}

const intent = (address: string, attempt: string): JournalRecord => ({
  op: 'intent',
  intent: makeIntent(address, attempt),
});

describe('a journal replayed', () => {
  it('leaves a state without records as it is', () => {
    const stored = { state: EMPTY, intents: [] };
    expect(replay(stored, [])).toBe(stored);
  });

  it('moves an intent of which nothing was made yet, next to those that are there', () => {
    const moved = after(intent(B, '2'), intent(A, '1'), { op: 'move', from: A, to: B });
    expect(moved).toEqual({ addresses: [], intents: [`${B} 2`, `${B} 1`] });
  });

  it('moves nothing where there is nothing', () => {
    const moved = after(put('b'), { op: 'move', from: A, to: 'singlestore.workspaces.c' });
    expect(moved).toEqual({ addresses: [B], intents: [] });
  });

  it('knows one intent an attempt, however often it was written', () => {
    expect(after(intent(A, '1'), intent(A, '1')).intents).toEqual([`${A} 1`]);
  });

  it('closes the last intent of an address, and one that it does not know', () => {
    const close = (attempt: string): JournalRecord => ({
      op: 'intent-closed',
      address: A,
      attempt,
    });
    expect(after(intent(A, '1'), close('1')).intents).toEqual([]);
    expect(after(intent(A, '1'), close('2')).intents).toEqual([`${A} 1`]);
    expect(after(close('1')).intents).toEqual([]);
  });

  it('refuses a record that no version knows', () => {
    const strange = JSON.parse('{"op":"paint"}') as JournalRecord;
    expect(() => after(strange)).toThrow(/paint/);
  });
});
