import { describe, expect, it } from 'vitest';
import { readNewest } from '../../../src/providers/spice/deployment-read.ts';

interface Told {
  readonly id: number | string;
  readonly status: string;
  readonly created_at?: string | null;
}

function newest(...deployments: readonly (Told & Readonly<Record<string, unknown>>)[]): unknown {
  return readNewest({ deployments }, '7');
}

const at = (minute: number): string => `2026-09-17T15:${String(minute).padStart(2, '0')}:40.251Z`;

describe('the newest deployment of a list', () => {
  it('is found in any order', () => {
    const [old, fresh] = [
      { id: 1, status: 'failed', created_at: at(1) },
      { id: 2, status: 'succeeded', created_at: at(2) },
    ];
    for (const list of [
      [old, fresh],
      [fresh, old],
    ]) {
      expect(newest(...list)).toMatchObject({ id: '7', attributes: { deployment_id: '2' } });
    }
  });

  it('is unclear where the API says only that it was made, and counts all the same', () => {
    const fresh = { id: 9, status: 'created', created_at: at(9) };
    const current = { id: 8, status: 'succeeded', created_at: at(8) };
    expect(newest(fresh, current)).toMatchObject({
      status: 'settled',
      unclear: true,
      attributes: { deployment_id: '9', status: 'created' },
    });
    expect(newest({ ...current, created_at: at(10) }, fresh)).not.toHaveProperty('unclear');
    expect(newest()).toBeUndefined();
  });

  it('does not tell a status that nobody knows', () => {
    const told = newest({ id: 1, status: 'something new' });
    expect(told).toMatchObject({ unclear: true, attributes: { status: 'something new' } });
    expect(told).not.toHaveProperty('fields.status');
  });

  it.each([
    ['queued', 'pending'],
    ['in_progress', 'pending'],
    ['succeeded', 'settled'],
    ['failed', 'settled'],
    ['something new', 'pending'],
  ])('that is %s is %s', (status, meaning) => {
    expect(newest({ id: 1, status })).toMatchObject({ status: meaning, statusText: status });
  });

  it('is read as older and newer versions of the API tell it', () => {
    const base = { id: '3', status: 'failed', created_at: at(3) };
    expect(newest({ ...base, error: 'no room', created_by: 12, extra: {} })).toMatchObject({
      attributes: { error_message: 'no room', created_by: '12' },
    });
    expect(
      newest({ ...base, error_message: 'no CPU', created_by: 'ann@acme.example' }),
    ).toMatchObject({ attributes: { error_message: 'no CPU', created_by: 'ann@acme.example' } });
    const bare = { id: 3, status: 'succeeded', created_at: null, branch: null, created_by: null };
    expect(newest(bare)).toMatchObject({
      fields: { app: '7', status: 'succeeded' },
      attributes: { deployment_id: '3', status: 'succeeded' },
    });
  });

  it.each([{}, { deployments: [{ id: 1 }] }, { deployments: ['x'] }, { deployments: 'x' }, []])(
    'is not made out of %j',
    (body) => {
      expect(readNewest(body, '7')).toBe('malformed');
    },
  );
});
