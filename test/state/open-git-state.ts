import type { Clock } from '../../src/core/clock.ts';
import type { Event } from '../../src/core/event.ts';
import type { UnlockableBackend } from '../../src/state/contract.ts';
import type { Files } from '../../src/state/files.ts';
import { createGitBackend } from '../../src/state/git-backend.ts';
import type { GitRunner } from '../../src/state/git-command.ts';
import type { HostInfo } from '../../src/state/host.ts';
import type { Signer } from '../../src/state/trust.ts';
import { createSeededBytes } from '../_helpers/seeded-random.ts';

export const STATE_REF = 'refs/trueup/acme/prod';
export const LOCK_REF = 'refs/trueup-locks/acme/prod';
export const LOCAL = '/stack/.trueup/prod/git';
export const LEASE_MS = 60_000;

/** A process that opens the state of acme/prod in git. Each one draws other ids. */
export function openGitState(options: {
  readonly run: GitRunner;
  readonly files: Files;
  readonly clock: Clock;
  readonly host: HostInfo;
  readonly events?: Event[];
  readonly directory?: string;
  readonly signer?: Signer;
  readonly environment?: string;
}): UnlockableBackend {
  const { run, files, clock, host, events = [], directory = LOCAL, signer } = options;
  return createGitBackend({
    run,
    remote: 'origin',
    files,
    directory,
    stack: 'acme',
    environment: options.environment ?? 'prod',
    clock,
    random: createSeededBytes(host.pid),
    host,
    redact: (text) => text.replaceAll('hunter2', '***'),
    leaseMs: LEASE_MS,
    emit: (event) => void events.push(event),
    signer,
  });
}
