import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/providers/spice/explain.ts';

function explained(status: number, body: unknown) {
  return explain({ method: 'PUT', path: '/v1/apps/7', status, body });
}

describe('what an answer of the API means', () => {
  it.each([
    [{ error: 'Insufficient scope. Required: apps:write', code: 'insufficient_scope' }],
    // Older versions have no code.
    [{ error: 'Insufficient scope. Required: apps:write' }],
    [{ message: 'insufficient scope. required: apps:write' }],
  ])('a missing scope is named: %j', (body) => {
    expect(explained(403, body)?.hint).toBe(
      'give the token or the OAuth client the scope apps:write; a new token has it',
    );
  });

  it.each([
    [403, 'forbidden', 'role'],
    [403, 'org_forbidden', 'does not belong to the organization'],
    [403, 'org_assertion_mismatch', 'OAuth client belongs to another organization'],
    [403, 'image_tag_requires_enterprise', 'Enterprise plan'],
    [403, 'plan_limit', 'plan of the organization'],
    [409, 'github_connected', 'deploys from GitHub'],
    [409, 'project_paused', 'resume'],
  ])('%i %s has a hint of its own', (status, code, part) => {
    const meaning = explained(status, { error: 'No', code });
    expect(meaning?.text).toBe(`No (${code})`);
    expect(meaning?.hint).toContain(part);
  });

  it('fields and the whole form are listed, old names of fields as the manifest calls them', () => {
    const details = {
      fieldErrors: { storage_claim_size_gb: ['Too small'], 'tags.team': ['Invalid', 'Too long'] },
      formErrors: ['Pick one placement'],
    };
    expect(explained(400, { error: 'Validation failed', details })?.text).toBe(
      'Validation failed: storage_size_gb: Too small; tags.team: Invalid, Too long; Pick one placement',
    );
  });

  it('a deployment that runs already is no name that is taken', () => {
    const running = explained(409, { error: 'A deployment is already in progress' });
    expect(running?.hint).toContain('apply again when it has ended');
    expect(explained(409, { error: 'App "x" already exists in this organization' })).toEqual({
      text: 'App "x" already exists in this organization',
    });
  });

  it.each([
    [undefined],
    [null],
    ['<html>'],
    [[]],
    [{}],
    [{ error: 7, details: 'x' }],
    [{ error: ' ' }],
  ])('nothing is made of %j', (body) => {
    expect(explained(502, body)).toBeUndefined();
  });

  it.each([[{ details: { fieldErrors: { a: 'text', b: [1, null] }, formErrors: {} } }]])(
    'odd details break nothing: %j',
    (body) => {
      expect(explained(400, body)?.text).toContain('a: ');
    },
  );
});
