import type { Clock } from '../../core/clock.ts';
import type { Event, Verb } from '../../core/event.ts';
import { elapsed } from '../duration.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { createLiveArea } from './live-area.ts';
import type { AreaLine, LiveStream } from './live-area.ts';
import { VERBS } from './verb.ts';

/** Least time between two frames. */
const FRAME_MS = 100;
/** Running changes that are listed before the rest is only counted. */
const RUNNING_MAX = 8;

export interface ProgressOptions {
  readonly stream: LiveStream;
  readonly clock: Clock;
  readonly style: Style;
}

export interface Progress {
  readonly event: (event: Event) => void;
  /** Writes whole lines above the live area. */
  readonly print: (lines: string) => void;
  /** Takes the live area away until the next phase begins. */
  readonly pause: () => void;
  /** Takes the live area away and ends its timer; nothing is drawn afterwards. */
  readonly stop: () => void;
}

interface Running {
  readonly verb: Verb;
  readonly startedMs: number;
  waitingFor: string | undefined;
}

interface Phase {
  readonly title: 'Reading' | 'Applying';
  readonly total: number;
  readonly startedMs: number;
  done: number;
  failed: number;
  readonly running: Map<string, Running>;
}

/** The live area of a terminal: `n of m`, elapsed, and what is being waited for. */
export function createProgress(options: ProgressOptions): Progress {
  const { clock } = options;
  const area = createLiveArea(options.stream);
  const timer = new AbortController();
  let phase: Phase | undefined;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let ticking = false;

  function draw(): void {
    if (phase === undefined || timer.signal.aborted) return;
    drawnMs = clock.now();
    const { rows = 0 } = options.stream;
    // A terminal that was given no size tells 0.
    area.show(frame(phase, drawnMs, rows > 0 ? rows : Number.POSITIVE_INFINITY, options.style));
  }

  function isActive(): boolean {
    return phase !== undefined && !timer.signal.aborted;
  }

  /** Draws once per frame time while a phase is on: elapsed times move without events. */
  async function tick(): Promise<void> {
    while (isActive()) {
      await clock.sleep(FRAME_MS, timer.signal, 'background');
      if (clock.now() - drawnMs >= FRAME_MS) draw();
    }
    ticking = false;
  }

  return {
    event(event) {
      const next = advance(phase, event, clock.now());
      if (next === undefined && phase !== undefined) area.clear();
      phase = next;
      if (phase === undefined || timer.signal.aborted) return;
      if (clock.now() - drawnMs >= FRAME_MS) draw();
      if (ticking) return;
      ticking = true;
      // The only rejection is the abort of stop().
      tick().catch(() => undefined);
    },
    print(lines) {
      area.print(lines);
    },
    pause() {
      phase = undefined;
      area.clear();
    },
    stop() {
      timer.abort();
      phase = undefined;
      area.clear();
    },
  };
}

/** The phase after an event; undefined where there is nothing to show. */
function advance(phase: Phase | undefined, event: Event, nowMs: number): Phase | undefined {
  if (event.type === 'refresh-started') return newPhase('Reading', event.collections, nowMs);
  if (event.type === 'apply-started') return newPhase('Applying', event.changes, nowMs);
  if (event.type === 'refresh-done' || event.type === 'apply-done') return undefined;
  if (phase !== undefined) record(phase, event, nowMs);
  return phase;
}

function newPhase(title: Phase['title'], total: number, startedMs: number): Phase {
  return { title, total, startedMs, done: 0, failed: 0, running: new Map() };
}

/** Events that are not about a change or a collection leave the phase as it is. */
function record(phase: Phase, event: Event, nowMs: number): void {
  if (event.type === 'collection-read') phase.done += 1;
  else if (event.type === 'change-started') {
    const started = { verb: event.verb, startedMs: nowMs, waitingFor: undefined };
    phase.running.set(event.address, started);
  } else if (event.type === 'step-started' && event.steps > 1) {
    setWaiting(phase, event.address, event.step);
  } else if (event.type === 'change-waiting') setWaiting(phase, event.address, event.waitingFor);
  else if (event.type === 'change-done') {
    phase.done += 1;
    phase.running.delete(event.address);
  } else if (event.type === 'change-failed' || event.type === 'change-skipped') {
    phase.failed += 1;
    phase.running.delete(event.address);
  } else if (event.type === 'change-blocked') phase.failed += 1;
}

function setWaiting(phase: Phase, address: string, waitingFor: string | undefined): void {
  const running = phase.running.get(address);
  if (running !== undefined) running.waitingFor = waitingFor;
}

function frame(phase: Phase, nowMs: number, rows: number, style: Style): readonly AreaLine[] {
  const failed = phase.failed === 0 ? '' : `, ${phase.failed} failed or blocked`;
  const unit = phase.title === 'Reading' ? ' collections' : '';
  const time = `${elapsed(nowMs - phase.startedMs)} elapsed`;
  const lines: AreaLine[] = [
    {
      text: `${phase.title}: ${phase.done} of ${phase.total}${unit}${failed}, ${time}`,
      paint: style.bold,
    },
  ];
  // The area must never be taller than the window: what has scrolled off cannot be taken away.
  const most = Math.max(0, Math.min(RUNNING_MAX, rows - 3));
  for (const [address, change] of phase.running) {
    if (lines.length > most) break;
    lines.push({ text: runningText(address, change, nowMs) });
  }
  const rest = phase.running.size - (lines.length - 1);
  if (rest > 0) lines.push({ text: `  and ${rest} more`, paint: style.dim });
  return lines;
}

function runningText(address: string, change: Running, nowMs: number): string {
  const verb = VERBS[change.verb].running.toLowerCase();
  const time = elapsed(nowMs - change.startedMs);
  const waiting = change.waitingFor === undefined ? '' : `, waiting for ${text(change.waitingFor)}`;
  return `  ${text(address)}: ${verb} [${time}${waiting}]`;
}
