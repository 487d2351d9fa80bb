import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { HeldLock, LockInfo } from './contract.ts';
import { messageOf } from './files.ts';
import type { HostInfo } from './host.ts';
import { DAMAGED } from './lock-files.ts';
import type { LockFiles, StoredLock } from './lock-files.ts';

/** Time between two looks at a lock that somebody else holds. */
const LOOK_MS = 500;
/** Each lost race means that somebody else took the lock and gave it up again in between. */
const LOST_RACES_MAX = 100;

export interface LockSettings {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly host: HostInfo;
  readonly leaseMs: number;
  /** What is locked, for messages: `acme/prod`. */
  readonly name: string;
  readonly makeId: () => string;
  readonly emit: Emit;
  /** Removes secrets from the messages of the system. */
  readonly redact: (text: string) => string;
  /** Time between two looks at a lock that somebody else holds, milliseconds; 500 unless told. */
  readonly lookMs?: number;
}

/** A held lock that can also ask the files whether somebody took it. */
export interface FileLock extends HeldLock {
  /** True while the files say that the lock is still this one, whatever its lease. */
  isMine(): Promise<boolean>;
}

/**
 * Takes the lock, waiting up to `waitMs`. Throws `state-locked`.
 *
 * What holds whatever the clocks say: on one machine a lock is taken from a process that has
 * ended, and from no other. Between machines a lease decides, so their clocks count, in one
 * direction each: a taker whose clock is behind waits for at most one lease that it sees not
 * renewed; one whose clock is ahead by more than two thirds of the lease (40 s) may take the lock
 * from a holder that lives. That one finds out when it renews, within a third of the lease, or
 * when it records its next intent: no create is sent of which the new holder cannot read
 * (`createFileBackend`), so that two runs at once make no twins even then.
 */
export async function acquireLock(
  settings: LockSettings,
  operation: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<FileLock> {
  const { clock, emit, files, name } = settings;
  const watch = createWatch();
  let waitedMs = 0;
  let lostRaces = 0;
  for (;;) {
    const current = await files.current();
    const { info } = current;
    if (await isFree(settings, current, watch.unchangedMs(current, waitedMs))) {
      const lock = await tryTake(settings, operation, current);
      if (lock !== undefined) return lock;
      lostRaces += 1;
      if (lostRaces >= LOST_RACES_MAX) throw contended(name);
    } else if (info !== undefined) {
      if (waitedMs >= waitMs) throw locked(name, info);
      if (waitedMs === 0) emit({ type: 'lock-waiting', holder: describeHolder(info) });
      const stepMs = Math.min(settings.lookMs ?? LOOK_MS, waitMs - waitedMs);
      await clock.sleep(stepMs, signal);
      // Counted, not read off the clock: it may be set while this waits.
      waitedMs += stepMs;
    }
  }
}

interface Watch {
  /** How long this lock has stood there without being renewed, by the time waited here. */
  unchangedMs(current: StoredLock, waitedMs: number): number;
}

function createWatch(): Watch {
  let seen = '';
  let sinceMs = 0;
  return {
    unchangedMs({ number, info }, waitedMs) {
      const now = `${String(number)} ${String(info?.renewedAtMs)}`;
      if (now !== seen) [seen, sinceMs] = [now, waitedMs];
      return waitedMs - sinceMs;
    },
  };
}

/** Whether the lock can be taken: nobody holds it, its holder is dead, or its lease is over. */
export async function isFree(
  { clock, host }: Pick<LockSettings, 'clock' | 'host'>,
  { info }: StoredLock,
  unchangedMs = 0,
): Promise<boolean> {
  if (info === undefined) return true;
  const liveness = await host.liveness(info);
  if (liveness !== 'unknown') return liveness === 'dead';
  return unchangedMs >= info.leaseMs || clock.now() >= info.renewedAtMs + info.leaseMs;
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
    // Finished too late: somebody may have read the lock before it was renewed, and be taking it.
    if (mine && isInTime()) renewedAtMs = nowMs;
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
    const mine = current.number === number && current.info?.id === info.id;
    lost ||= !mine;
    return mine;
  };
  const giveBack = async (): Promise<void> => {
    if (await isMine()) await files.release(number);
  };
  return {
    info,
    isHeld: () => !lost && !ended.signal.aborted && isInTime(),
    isMine,
    async release() {
      if (ended.signal.aborted) return;
      ended.abort();
      await renewing;
      // The work is done and recorded. On this machine the lock ends with the process anyway.
      await giveBack().catch((error: unknown) => {
        const why = settings.redact(messageOf(error));
        const message = `the lock of ${settings.name} could not be given back: ${why}`;
        settings.emit({ type: 'log', level: 'warn', message });
      });
    },
  };
}

function locked(name: string, info: LockInfo): TrueupError {
  if (info === DAMAGED) {
    return new TrueupError('state-locked', `the lock of the state of ${name} cannot be read`, {
      hint: 'a newer trueup may hold it; if none is running: trueup state unlock',
    });
  }
  const since = new Date(info.acquiredAtMs).toISOString();
  return new TrueupError(
    'state-locked',
    `the state of ${name} is locked by ${describeHolder(info)} since ${since}`,
    { hint: 'wait with --lock-timeout; if it is certainly dead: trueup state unlock' },
  );
}

function contended(name: string): TrueupError {
  return new TrueupError(
    'state-locked',
    `the lock of the state of ${name} was taken by others ${String(LOST_RACES_MAX)} times`,
    { hint: 'wait with --lock-timeout' },
  );
}
