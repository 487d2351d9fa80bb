import { describe, expect, it } from 'vitest';
import { createDigester } from '../../src/state/digest.ts';

const SALT = 'c2FsdA==';

describe('digester', () => {
  const keyed = createDigester({ key: 'correct horse', salt: SALT });
  const slow = createDigester({ key: undefined, salt: SALT });

  it('with a key recognises a value at once', async () => {
    const stored = keyed.sync?.('hunter2') ?? '';
    expect(stored).toMatch(/^hmac-sha256:/);
    expect(stored).not.toContain('hunter2');
    expect(await keyed.digest('hunter2')).toBe(stored);
    expect(keyed.matchesSync?.('hunter2', stored)).toBe(true);
    expect(keyed.matchesSync?.('hunter3', stored)).toBe(false);
    const later = createDigester({ key: 'correct horse', salt: SALT });
    expect(await later.matches('hunter2', stored)).toBe(true);
  });

  it('gives the same digests whether its key was prepared or not', async () => {
    const prepared = createDigester({ key: 'correct horse', salt: SALT });
    await prepared.prepare?.();
    expect(prepared.sync?.('hunter2')).toBe(keyed.sync?.('hunter2'));
  });

  it('without a key recognises a value, and computes equal ones once', async () => {
    expect(slow.sync).toBeUndefined();
    const [first, second] = [slow.digest('hunter2'), slow.digest('hunter2')];
    expect(second).toBe(first);
    const stored = await first;
    expect(stored).toMatch(/^scrypt:/);
    expect(await slow.matches('hunter2', stored)).toBe(true);
    expect(await slow.matches('hunter3', stored)).toBe(false);
  });

  it('does not call a value different because its digest was made in another way', async () => {
    const byKey = await keyed.digest('hunter2');
    const bySalt = await slow.digest('hunter2');
    const otherKey = createDigester({ key: 'battery staple', salt: SALT });
    const otherSalt = createDigester({ key: undefined, salt: 'b3RoZXI=' });
    expect(keyed.matchesSync?.('hunter2', bySalt)).toBeUndefined();
    expect(await keyed.matches('hunter2', await otherSalt.digest('hunter2'))).toBeUndefined();
    expect(await slow.matches('hunter2', byKey)).toBeUndefined();
    expect(otherKey.matchesSync?.('hunter2', byKey)).toBeUndefined();
    expect(await otherSalt.matches('hunter2', bySalt)).toBeUndefined();
    expect(await keyed.matches('hunter2', 'md5:abc')).toBeUndefined();
  });

  it('recognises what was applied before there was a key, or under the key before', async () => {
    const changed = createDigester({
      key: 'battery staple',
      keyBefore: 'correct horse',
      salt: SALT,
    });
    for (const stored of [await slow.digest('hunter2'), await keyed.digest('hunter2')]) {
      expect(changed.matchesSync?.('hunter2', stored)).toBeUndefined();
      expect(await changed.matches('hunter2', stored)).toBe(true);
      expect(await changed.matches('hunter3', stored)).toBe(false);
    }
    expect(changed.sync?.('hunter2')).not.toBe(keyed.sync?.('hunter2'));
  });
});
