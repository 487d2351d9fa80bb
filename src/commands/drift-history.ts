import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { StateResource } from '../core/prior.ts';
import { fromPointer } from '../core/resolve.ts';
import type { Accounts } from '../executor/accounts.ts';
import { newsOf } from '../planner/drift-report.ts';
import type { ChangedBy, DriftEntry, Plan } from '../planner/plan.ts';
import type { HistoryEntry, HistoryObject, Provider } from '../providers/contract.ts';

/** How far back the log is read: 30 days, in milliseconds. */
const WINDOW_MS = 2_592_000_000;

export interface History {
  /** By address. */
  readonly who: ReadonlyMap<string, ChangedBy>;
  /** Logs that could not be read: no reason for drift to fail. */
  readonly warnings: readonly Diagnostic[];
}

/** Looks up who is behind the drift, where the API keeps a log; asks nothing where there is none. */
export async function readHistory(
  plan: Plan,
  accounts: Accounts,
  providers: readonly Provider[],
  prior: Readonly<Record<string, StateResource>>,
): Promise<History> {
  const who = new Map<string, ChangedBy>();
  const warnings: Diagnostic[] = [];
  for (const provider of providers) {
    const { history } = provider;
    const drifted = newsOf(plan).filter(({ type }) => type.startsWith(`${provider.name}.`));
    const [kind] = provider.kinds;
    if (history === undefined || kind === undefined || drifted.length === 0) continue;
    const untilMs = plan.createdAtMs;
    const question = { objects: drifted.map(asked), sinceMs: untilMs - WINDOW_MS, untilMs };
    try {
      const entries = await history(accounts.client(kind), question);
      for (const entry of drifted) {
        const found = best(entry, entries, prior[entry.address]?.createdAtMs ?? 0);
        if (found !== undefined) who.set(entry.address, found);
      }
    } catch (error) {
      if (!(error instanceof TrueupError) || error.code === 'interrupted') throw error;
      warnings.push({
        code: 'history-unread',
        severity: 'warning',
        message: `who changed what could not be read: ${error.message}`,
      });
    }
  }
  return { who, warnings };
}

function asked(entry: DriftEntry): HistoryObject {
  return { type: entry.type, id: entry.id, explains: (found) => explains(entry, found) };
}

/** Whether the log says that this is where the difference comes from. */
function explains({ action, fields }: DriftEntry, entry: HistoryEntry): boolean {
  if (action === 'gone') return entry.effect === 'delete';
  if (entry.effect !== 'change') return false;
  if (entry.fields === undefined) return true;
  return fields.some(
    ({ pointer }) => entry.fields?.includes(fromPointer(pointer)[0] ?? '') === true,
  );
}

/** The newest entry that explains the drift; else, as names may differ, the newest change. */
function best(
  drifted: DriftEntry,
  entries: readonly HistoryEntry[],
  createdAtMs: number,
): ChangedBy | undefined {
  const own = entries
    .filter((entry) => entry.id === drifted.id && entry.atMs >= createdAtMs)
    .toSorted((a, b) => b.atMs - a.atMs);
  const isLikely = ({ effect }: HistoryEntry): boolean =>
    effect === 'change' && drifted.action !== 'gone';
  const found = own.find((entry) => explains(drifted, entry)) ?? own.find(isLikely);
  return found && { by: found.by, atMs: found.atMs, action: found.action };
}
