import { describe, expect, it } from 'vitest';
import type { State } from '../../src/state/contract.ts';
import { moveInState, removeFromState } from '../../src/state/state-edit.ts';
import { makeResource } from './backend-suite.ts';

const STATE: State = {
  version: 1,
  lineage: 'l',
  stack: 'acme',
  environment: 'prod',
  serial: 3,
  providers: {},
  salt: '',
  resources: {
    'singlestore.workspaces.a': makeResource('a'),
    'singlestore.workspaces.b': makeResource('b'),
  },
  outputs: {},
};

describe('editing a state', () => {
  it('moves a resource', () => {
    const to = 'singlestore.workspaces.c';
    expect(moveInState(STATE, 'singlestore.workspaces.a', to)).toEqual({
      op: 'move',
      from: 'singlestore.workspaces.a',
      to,
    });
  });

  it.each([
    ['singlestore.workspaces.x', 'singlestore.workspaces.c', 'state-address-unknown'],
    ['singlestore.workspaces.a', 'singlestore.workspaces.b', 'moved-invalid'],
    ['singlestore.workspaces.a', 'singlestore.teams.a', 'moved-invalid'],
  ])('does not move %s to %s', (from, to, code) => {
    expect(() => moveInState(STATE, from, to)).toThrowError(
      expect.objectContaining({ code }) as Error,
    );
  });

  it('removes a resource that is there', () => {
    const address = 'singlestore.workspaces.a';
    expect(removeFromState(STATE, address)).toEqual({ op: 'remove', address });
    expect(() => removeFromState(STATE, 'singlestore.workspaces.x')).toThrowError(
      expect.objectContaining({ code: 'state-address-unknown' }) as Error,
    );
  });
});
