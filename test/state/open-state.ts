import type { Clock } from '../../src/core/clock.ts';
import type { Event } from '../../src/core/event.ts';
import { createFileBackend } from '../../src/state/file-backend.ts';
import type { FileBackend } from '../../src/state/file-backend.ts';
import type { Files } from '../../src/state/files.ts';
import type { HostInfo } from '../../src/state/host.ts';
import { createSeededBytes } from '../_helpers/seeded-random.ts';

export const DIRECTORY = '/stack/.trueup/prod';
export const STATE = `${DIRECTORY}/state.json`;
export const JOURNAL = `${DIRECTORY}/journal.jsonl`;
export const LEASE_MS = 60_000;

/** A process that opens the state of acme/prod. Each one draws other ids. */
export function openState(options: {
  readonly files: Files;
  readonly clock: Clock;
  readonly host: HostInfo;
  readonly events?: Event[];
  readonly directory?: string;
}): FileBackend {
  const { files, clock, host, events = [], directory = DIRECTORY } = options;
  return createFileBackend({
    files,
    directory,
    stack: 'acme',
    environment: 'prod',
    clock,
    random: createSeededBytes(host.pid),
    host,
    redact: (text) => text.replaceAll('hunter2', '***'),
    leaseMs: LEASE_MS,
    emit: (event) => void events.push(event),
  });
}
