import type { LiveView } from '../core/live.ts';
import type { Timing } from '../core/timing.ts';
import type { ReadClient, WriteClient } from '../http/contract.ts';
import type { Organization, ProviderKind, ReadContext } from '../providers/contract.ts';

/** The connected providers of a run, without any word about which ones they are. */
export interface Accounts {
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  /** Provider → the organization its credential belongs to. */
  readonly organizations: Readonly<Record<string, Organization>>;
  context(kind: ProviderKind, live: LiveView): ReadContext;
  client(kind: ProviderKind): ReadClient;
  /** The timing of the provider of a kind, where it is not that of the run. */
  timing?(kind: ProviderKind): Timing;
  /** Requests sent so far, by all clients. */
  requestCount(): number;
}

/** Accounts that may also be written: only `apply` and `destroy` make these. */
export interface WritableAccounts extends Accounts {
  writer(kind: ProviderKind): WriteClient;
}
