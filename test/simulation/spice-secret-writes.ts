/**
 * Whether somebody wrote a secret between trueup's write and the read that followed it: then what
 * was read was taken for trueup's own, which nothing tells.
 */
export interface SecretWrites {
  own(secret: string, run: number): void;
  byOthers(secret: string): void;
  ended(run: number): void;
  isUnseen(secret: string): boolean;
}

export function createSecretWrites(): SecretWrites {
  /** Secret → run that wrote it and has not ended. */
  const writing = new Map<string, number>();
  const unseen = new Set<string>();
  return {
    own(secret, run) {
      writing.set(secret, run);
      unseen.delete(secret);
    },
    byOthers(secret) {
      if (writing.has(secret)) unseen.add(secret);
      else unseen.delete(secret);
    },
    ended(run) {
      for (const [secret, by] of writing) if (by === run) writing.delete(secret);
    },
    isUnseen: (secret) => unseen.has(secret),
  };
}
