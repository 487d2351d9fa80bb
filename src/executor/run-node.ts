import { toDiagnostic, TrueupError, unreachable } from '../core/errors.ts';
import type { Verb } from '../core/event.ts';
import type { ChangeNode } from '../planner/graph.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { desiredFields } from './desired-fields.ts';
import { finishChange } from './finish.ts';
import { inside } from './gate.ts';
import { runCreate } from './run-create.ts';
import { runDelete } from './run-delete.ts';
import { runUpdate } from './run-update.ts';
import { kindOf, type Run } from './run.ts';
import type { NodeEnd } from './schedule.ts';

/** Errors after which nothing more may be written. */
const FATAL = new Set([
  'state-write-failed',
  'state-unreachable',
  'state-lock-lost',
  'state-corrupt',
  'internal',
]);

export interface NodeReport {
  readonly end: NodeEnd;
  readonly fatal: boolean;
}

/** Runs one node of the graph and tells how it went; never throws. */
export async function runNode(run: Run, node: ChangeNode): Promise<NodeReport> {
  const { change } = node;
  const verb = verbOf(node);
  const start = announceOnce(run, node, verb);
  try {
    const own = { ...run, begin: start.begin, emit: emitAfter(start, run) };
    const bound = run.underWay(kindOf(run, change.type));
    const done =
      bound === undefined
        ? await execute(own, node)
        : await inside(bound, node.weight, () => execute(own, node));
    start.begin();
    run.emit({
      type: 'change-done',
      address: change.address,
      verb,
      ...(done.id === undefined ? {} : { id: done.id }),
      elapsedMs: start.elapsedMs(),
      sent: done.sent,
    });
    return { end: 'done', fatal: false };
  } catch (error) {
    return tell(run, node, verb, error, start);
  }
}

interface Announcement {
  readonly begin: () => void;
  readonly elapsedMs: () => number;
}

/** Says that a change has begun when it enters the gate, not while it stands in line. */
function announceOnce(run: Run, node: ChangeNode, verb: Verb): Announcement {
  const { address, id } = node.change;
  let startMs: number | undefined;
  return {
    begin() {
      if (startMs !== undefined) return;
      startMs = run.clock.now();
      run.emit({ type: 'change-started', address, verb, ...(id === undefined ? {} : { id }) });
    },
    elapsedMs: () => (startMs === undefined ? 0 : run.clock.now() - startMs),
  };
}

/** What is told of a change begins with its start, also where it waits before it enters the gate. */
function emitAfter(start: Announcement, run: Run): Run['emit'] {
  return (event) => {
    if (event.type === 'step-started' || event.type === 'change-waiting') start.begin();
    run.emit(event);
  };
}

function tell(
  run: Run,
  node: ChangeNode,
  verb: Verb,
  error: unknown,
  start: Announcement,
): NodeReport {
  const { address } = node.change;
  const position = node.change.position;
  const diagnostic = {
    ...toDiagnostic(error, address),
    ...(position === undefined ? {} : { position }),
  };
  const isStop =
    run.stop.isStopped() && (diagnostic.code === 'interrupted' || run.stop.requests.aborted);
  if (isStop) {
    run.emit({ type: 'change-not-started', address });
    return { end: 'interrupted', fatal: false };
  }
  run.problems.push(diagnostic);
  start.begin();
  if (diagnostic.code === 'stale') {
    run.emit({ type: 'change-skipped', address, reason: 'stale', diagnostic });
    return { end: 'skipped', fatal: false };
  }
  run.emit({
    type: 'change-failed',
    address,
    verb,
    diagnostic,
    elapsedMs: start.elapsedMs(),
  });
  const isBug = !(error instanceof TrueupError);
  return { end: 'failed', fatal: isBug || FATAL.has(diagnostic.code) };
}

interface Done {
  readonly id: string | undefined;
  readonly sent: boolean;
}

async function execute(run: Run, node: ChangeNode): Promise<Done> {
  const { change, weight } = node;
  const kind = kindOf(run, change.type);
  if (node.part === 'delete') {
    await runDelete(run, change, kind, weight);
    return { id: change.id, sent: true };
  }
  switch (change.action) {
    case 'create':
    case 'replace':
      return { id: await runCreate(run, change, kind, weight), sent: true };
    case 'import':
    case 'update':
      return { id: change.id, sent: await runUpdate(run, change, kind, weight) };
    case 'move':
      await takeOver(run, change);
      return { id: change.id, sent: false };
    case 'forget':
      await run.state.append([{ op: 'remove', address: change.address }]);
      run.resources.delete(change.address);
      return { id: change.id, sent: false };
    case 'delete':
    case 'no-op':
      throw new TrueupError('internal', `${change.action} is no part of an apply`);
    default:
      return unreachable(change.action);
  }
}

/** Records an object under its new address. */
async function takeOver(run: Run, change: ResourceChange): Promise<void> {
  const kind = kindOf(run, change.type);
  if (change.live === undefined) throw new TrueupError('internal', 'nothing to take over');
  const fields = desiredFields(run, change, kind);
  await finishChange(run, { change, kind, fields, live: change.live });
}

function verbOf(node: ChangeNode): Verb {
  if (node.part === 'delete') return 'deleting';
  if (node.change.importing !== undefined) return 'importing';
  switch (node.change.action) {
    case 'create':
    case 'replace':
      return 'creating';
    case 'update':
      return 'updating';
    case 'import':
      return 'importing';
    case 'forget':
      return 'forgetting';
    case 'move':
    case 'delete':
    case 'no-op':
      return 'moving';
    default:
      return unreachable(node.change.action);
  }
}
