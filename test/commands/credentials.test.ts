import { describe, expect, it } from 'vitest';
import { credentialOf } from '../../src/commands/credentials.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { reveal } from '../../src/core/secret.ts';
import { credentialVariablesOf } from '../../src/providers/contract.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';

const redactor = createRedactor();

function provider(name: string) {
  const found = PROVIDERS.find((item) => item.name === name);
  if (found === undefined) throw new Error(`no provider ${name}`);
  return found;
}

function read(name: string, env: Readonly<Record<string, string>>) {
  return credentialOf(provider(name), env, redactor);
}

describe('the credential of a provider', () => {
  it.each([
    [{ SINGLESTOREDB_API_KEY: 'a-key', SINGLESTOREDB_MANAGEMENT_TOKEN: 'b-key' }, 'a-key'],
    [{ SINGLESTOREDB_API_KEY: '  ', SINGLESTOREDB_MANAGEMENT_TOKEN: ' b-key\n' }, 'b-key'],
  ])('is the first token that is set, without blanks around it: %j', (env, expected) => {
    const credential = read('singlestore', env);
    expect(credential.type === 'token' && reveal(credential.token)).toBe(expected);
  });

  it('is a pair where there is no token, with the URL from the environment or the known one', () => {
    const pair = { SPICEAI_CLIENT_ID: 'id', SPICEAI_CLIENT_SECRET: 'a-secret' };
    expect(read('spice', pair)).toMatchObject({
      type: 'exchange',
      credentials: { id: 'id' },
      endpoint: 'https://spice.ai/api/oauth/token',
    });
    const own = { ...pair, SPICEAI_OAUTH_ENDPOINT: 'https://login.example/token/' };
    expect(read('spice', own)).toMatchObject({ endpoint: 'https://login.example/token' });
  });

  it('is never exchanged over plain HTTP with another machine', () => {
    const env = {
      SPICEAI_CLIENT_ID: 'id',
      SPICEAI_CLIENT_SECRET: 'a-secret',
      SPICEAI_OAUTH_ENDPOINT: 'http://login.example/token',
    };
    expect(() => read('spice', env)).toThrow(
      'the URL of the token exchange cannot be used: only https is allowed, http for loopback only',
    );
  });

  it('is known as a secret also where it is not used', () => {
    const env = { SPICEAI_TOKEN: 'a-token-1', SPICEAI_CLIENT_SECRET: 'unused-secret' };
    const credential = read('spice', env);
    expect(credential.type).toBe('token');
    expect(redactor.scrub('unused-secret a-token-1')).toBe('(sensitive value) (sensitive value)');
  });

  it('lists each of its variables for those who must not see them', () => {
    expect(credentialVariablesOf(provider('spice'))).toEqual([
      'SPICEAI_TOKEN',
      'SPICEAI_CLIENT_ID',
      'SPICEAI_CLIENT_SECRET',
    ]);
  });
});
