import type { Diagnostic } from './diagnostic.ts';

/** What a change does at the moment, for progress. */
export type Verb =
  | 'creating'
  | 'updating'
  | 'replacing'
  | 'deleting'
  | 'importing'
  | 'moving'
  | 'forgetting';

/**
 * Everything the engine tells while it runs: a closed union. The engine never prints; views
 * render these, and `--json` prints one object a line with `at` (RFC 3339) added.
 */
export type Event =
  | { readonly type: 'run-started'; readonly command: string; readonly version: string }
  | { readonly type: 'refresh-started'; readonly collections: number }
  | {
      readonly type: 'collection-read';
      readonly resourceType: string;
      readonly scope?: string;
      readonly objects: number;
      readonly complete: boolean;
    }
  | { readonly type: 'refresh-done'; readonly collections: number; readonly requests: number }
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | {
      readonly type: 'planned';
      readonly add: number;
      readonly change: number;
      readonly destroy: number;
      readonly import: number;
      readonly move: number;
      readonly forget: number;
      readonly drift: number;
      readonly undetermined: number;
    }
  | { readonly type: 'lock-acquired'; readonly takenOverFrom?: string }
  | { readonly type: 'lock-waiting'; readonly holder: string }
  | { readonly type: 'apply-started'; readonly changes: number }
  | {
      readonly type: 'change-started';
      readonly address: string;
      readonly verb: Verb;
      readonly id?: string;
    }
  | {
      readonly type: 'step-started';
      readonly address: string;
      readonly step: string;
      readonly index: number;
      readonly steps: number;
    }
  | {
      readonly type: 'change-waiting';
      readonly address: string;
      readonly waitingFor: string;
      readonly elapsedMs: number;
    }
  | {
      readonly type: 'change-done';
      readonly address: string;
      readonly verb: Verb;
      readonly id?: string;
      readonly elapsedMs: number;
      readonly sent: boolean;
    }
  | {
      readonly type: 'change-failed';
      readonly address: string;
      readonly verb: Verb;
      readonly diagnostic: Diagnostic;
      readonly elapsedMs: number;
    }
  | { readonly type: 'change-blocked'; readonly address: string; readonly by: string }
  | {
      readonly type: 'change-skipped';
      readonly address: string;
      readonly reason: 'stale';
      readonly diagnostic: Diagnostic;
    }
  | { readonly type: 'change-not-started'; readonly address: string }
  | {
      readonly type: 'generated-secret';
      readonly address: string;
      readonly field: string;
      readonly delivered: 'stdout' | 'file' | 'lost';
    }
  | { readonly type: 'rate-changed'; readonly perSecond: number; readonly reason: string }
  | {
      readonly type: 'request-retried';
      readonly method: string;
      readonly path: string;
      readonly try: number;
      readonly status?: number;
      readonly delayMs: number;
    }
  | {
      readonly type: 'log';
      readonly level: 'trace' | 'debug' | 'info' | 'warn';
      readonly message: string;
    }
  | { readonly type: 'interrupted'; readonly running: number }
  | {
      readonly type: 'apply-done';
      readonly applied: number;
      readonly failed: number;
      readonly blocked: number;
      readonly skipped: number;
      readonly notStarted: number;
      readonly add: number;
      readonly change: number;
      readonly destroy: number;
      readonly elapsedMs: number;
      readonly requests: number;
    };

/** Where the engine's events go. */
export type Emit = (event: Event) => void;
