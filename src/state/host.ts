import type { LockInfo } from './contract.ts';

/** Who this process is, and what can be said of the processes of this machine. */
export interface HostInfo {
  readonly host: string;
  readonly pid: number;
  /** Identifies this process among all that ever had its pid; empty where nothing can be known. */
  readonly processStart: string;
  readonly user: string;
  /** URL of the pipeline run, where there is one. */
  readonly runUrl?: string;
  /**
   * Whether the holder of a lock lives: `unknown` for one of another machine (or container), and
   * where the system does not tell enough to be sure; then its lease decides.
   */
  liveness(holder: LockInfo): Promise<'alive' | 'dead' | 'unknown'>;
}
