import type { Secret } from '../core/secret.ts';

/**
 * Compares a secret with a digest of the state. `pending`: the digest is not computed yet; the
 * caller computes what `requested` collected and plans once more. `unknown`: the digest was made
 * under another key, nothing can be said.
 */
export interface DigestView {
  matches(secret: Secret, stored: string): boolean | 'pending' | 'unknown';
}

/** For plans that have no digests at hand: everything is unknown. */
export const noDigests: DigestView = { matches: () => 'unknown' };
