import { reveal, type Secret } from '../core/secret.ts';
import type { DigestView } from '../planner/digest-view.ts';
import type { Digester } from '../state/digest.ts';

/** Digests for one plan: the planner asks, what it asked for is computed, and it plans again. */
export interface DigestCache {
  readonly view: DigestView;
  /** True when the last plan met a digest that was not there yet. */
  hasPending(): boolean;
  /** Computes everything that was asked for. */
  settle(): Promise<void>;
}

export function createDigestCache(digester: Digester): DigestCache {
  const known = new Map<string, boolean | 'unknown'>();
  const asked = new Map<string, { readonly plain: string; readonly stored: string }>();
  return {
    view: {
      matches(secret: Secret, stored: string) {
        const plain = reveal(secret);
        const now = digester.matchesSync?.(plain, stored);
        if (now !== undefined) return now;
        const key = `${stored} ${plain}`;
        const answer = known.get(key);
        if (answer !== undefined) return answer;
        asked.set(key, { plain, stored });
        return 'pending';
      },
    },
    hasPending: () => asked.size > 0,
    async settle() {
      const open = [...asked];
      asked.clear();
      await Promise.all(
        open.map(async ([key, { plain, stored }]) => {
          known.set(key, (await digester.matches(plain, stored)) ?? 'unknown');
        }),
      );
    },
  };
}
