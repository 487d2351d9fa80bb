import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { HeldLock, LockInfo } from './contract.ts';
import type { HostInfo } from './host.ts';
import type { LockFiles, StoredLock } from './lock-files.ts';

/** Time between two looks at a lock that somebody else holds. */
const LOOK_MS = 500;

export interface LockSettings {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly host: HostInfo;
  readonly leaseMs: number;
  /** What is locked, for messages: `acme/prod`. */
  readonly name: string;
  readonly makeId: () => string;
  readonly emit: Emit;
}

/** A held lock that can also ask the files whether somebody took it. */
export interface FileLock extends HeldLock {
  /** True while the files say that the lock is still this one, whatever its lease. */
  isMine(): Promise<boolean>;
}

/** Takes the lock, waiting up to `waitMs`. Throws `state-locked`. */
export async function acquireLock(
  settings: LockSettings,
  operation: string,
  waitMs: number,
): Promise<FileLock> {
  const { clock, emit, files } = settings;
  const untilMs = clock.now() + waitMs;
  let told = false;
  for (;;) {
    const current = await files.current();
    if (await isFree(settings, current)) {
      const lock = await tryTake(settings, operation, current);
      if (lock !== undefined) return lock;
    } else if (current.info !== undefined) {
      if (clock.now() >= untilMs) throw locked(settings.name, current.info);
      if (!told) emit({ type: 'lock-waiting', holder: describeHolder(current.info) });
      told = true;
      await clock.sleep(Math.min(LOOK_MS, untilMs - clock.now()));
    }
  }
}

/** Whether the lock can be taken: nobody holds it, its holder is dead, or its lease is over. */
export async function isFree(
  { clock, host }: Pick<LockSettings, 'clock' | 'host'>,
  { info }: StoredLock,
): Promise<boolean> {
  if (info === undefined) return true;
  const liveness = await host.liveness(info);
  if (liveness !== 'unknown') return liveness === 'dead';
  return clock.now() >= info.renewedAtMs + info.leaseMs;
}

/** `apply of ann on ci-7 (pid 4711, https://ci.example/runs/8)`. */
export function describeHolder(info: LockInfo): string {
  const run = info.runUrl === undefined ? '' : `, ${info.runUrl}`;
  return `${info.operation} of ${info.user} on ${info.host} (pid ${String(info.pid)}${run})`;
}

async function tryTake(
  settings: LockSettings,
  operation: string,
  before: StoredLock,
): Promise<FileLock | undefined> {
  const { clock, host, emit } = settings;
  const nowMs = clock.now();
  const info: LockInfo = {
    id: settings.makeId(),
    host: host.host,
    pid: host.pid,
    processStart: host.processStart,
    operation,
    user: host.user,
    ...(host.runUrl === undefined ? {} : { runUrl: host.runUrl }),
    acquiredAtMs: nowMs,
    renewedAtMs: nowMs,
    leaseMs: settings.leaseMs,
  };
  const number = before.number + 1;
  if (!(await settings.files.create(number, info, info.id))) return undefined;
  const from = before.info;
  emit({
    type: 'lock-acquired',
    ...(from === undefined ? {} : { takenOverFrom: describeHolder(from) }),
  });
  return hold(settings, number, info);
}

function hold(settings: LockSettings, number: number, info: LockInfo): FileLock {
  const { clock, files, leaseMs } = settings;
  const ended = new AbortController();
  let renewedAtMs = info.renewedAtMs;
  let lost = false;
  const isInTime = (): boolean => clock.now() < renewedAtMs + leaseMs;

  const renew = async (): Promise<void> => {
    const nowMs = clock.now();
    const mine = await files.renew(number, { ...info, renewedAtMs: nowMs });
    if (mine) renewedAtMs = nowMs;
    else lost = true;
  };
  const renewAll = async (): Promise<void> => {
    while (!lost && !ended.signal.aborted) {
      await clock.sleep(leaseMs / 3, ended.signal, 'background');
      // A lease that ran out is never renewed: somebody may be taking the lock at this moment.
      if (!isInTime()) lost = true;
      // A failed renewal is tried again; the lease runs out by itself.
      else await renew().catch(() => undefined);
    }
  };
  const renewing = renewAll().catch(() => undefined);

  const isMine = async (): Promise<boolean> => {
    const current = await files.current();
    return current.number === number && current.info?.id === info.id;
  };
  return {
    info,
    isHeld: () => !lost && !ended.signal.aborted && isInTime(),
    isMine,
    async release() {
      if (ended.signal.aborted) return;
      ended.abort();
      await renewing;
      if (await isMine()) await files.release(number);
    },
  };
}

function locked(name: string, info: LockInfo): TrueupError {
  const since = new Date(info.acquiredAtMs).toISOString();
  return new TrueupError(
    'state-locked',
    `the state of ${name} is locked by ${describeHolder(info)} since ${since}`,
    { hint: 'wait with --lock-timeout; if it is certainly dead: trueup state unlock' },
  );
}
