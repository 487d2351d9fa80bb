/** Answers to open questions about the API; explained in docs/emulator-spice.md. */
export interface SpiceSwitches {
  readonly errorCodes: boolean;
  readonly notFoundText: 'project' | 'app';
  readonly retryAfter: 'none' | 'seconds' | 'date';
  /** Lifetime of an exchanged token in seconds. */
  readonly tokenSeconds: number;
  readonly expiresInShown: boolean;
  readonly clientRole: 'owner' | 'admin' | 'member' | 'viewer';
  readonly orgsShape: 'envelope' | 'array';
  readonly plan: 'community' | 'developer' | 'pro' | 'enterprise';
  /** 0: as the plan says. */
  readonly appsMax: number;
  readonly createAnswer: 'full' | 'brief';
  readonly apiKeyInApp: boolean;
  readonly cnameShown: boolean;
  readonly regionOnlyInConfig: boolean;
  readonly standalone: boolean;
  readonly createWarning: boolean;
  readonly reactivate: boolean;
  readonly immutableFields: 'ignore' | 'refuse';
  readonly nestedMerge: boolean;
  /** What a null does to a field other than `image_tag`. */
  readonly nulls: 'refuse' | 'clear' | 'ignore';
  readonly replicasMin: number;
  readonly spicepodMigrates: boolean;
  readonly emptySecretValue: 'refuse' | 'accept';
  readonly secretMask: string;
  readonly supersededStatus: 'succeeded' | 'created';
  /** 0: any number. */
  readonly concurrentDeploymentsMax: number;
  readonly createdBy: 'email' | 'id' | 'none';
  readonly missingSecretFails: boolean;
  readonly limitOverMax: 'refuse' | 'clamp';
  readonly offsets: 'honour' | 'ignore';
  readonly deploymentById: boolean;
  readonly unknownRoles: 'refuse' | 'accept';
}

export const DEFAULT_SWITCHES: SpiceSwitches = {
  errorCodes: true,
  notFoundText: 'project',
  retryAfter: 'none',
  tokenSeconds: 3_600,
  expiresInShown: true,
  clientRole: 'owner',
  orgsShape: 'envelope',
  plan: 'enterprise',
  appsMax: 0,
  createAnswer: 'full',
  apiKeyInApp: true,
  cnameShown: true,
  regionOnlyInConfig: false,
  standalone: false,
  createWarning: false,
  reactivate: false,
  immutableFields: 'ignore',
  nestedMerge: false,
  nulls: 'refuse',
  replicasMin: 1,
  spicepodMigrates: false,
  emptySecretValue: 'refuse',
  secretMask: '********',
  supersededStatus: 'succeeded',
  concurrentDeploymentsMax: 10,
  createdBy: 'email',
  missingSecretFails: false,
  limitOverMax: 'refuse',
  offsets: 'honour',
  deploymentById: true,
  unknownRoles: 'refuse',
};
