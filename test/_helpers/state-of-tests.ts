import type { Clock } from '../../src/core/clock.ts';
import type { Redactor } from '../../src/core/redactor.ts';
import type { Timing } from '../../src/core/timing.ts';
import { createFileBackend, type FileBackend } from '../../src/state/file-backend.ts';
import type { Files } from '../../src/state/files.ts';
import type { HostInfo } from '../../src/state/host.ts';

/** Where the tests that run without commands keep the state of a stack. */
export function stateOfTests(
  place: {
    readonly files: Files;
    readonly clock: Clock;
    readonly random: (bytes: number) => Uint8Array;
    readonly host: HostInfo;
    readonly timing: Timing;
    readonly redactor?: Redactor;
  },
  stack: { readonly name: string; readonly environment: string },
): FileBackend {
  return createFileBackend({
    files: place.files,
    directory: '/state',
    stack: stack.name,
    environment: stack.environment,
    clock: place.clock,
    random: place.random,
    host: place.host,
    redact: (text) => place.redactor?.scrub(text) ?? text,
    leaseMs: place.timing.leaseMs,
  });
}
