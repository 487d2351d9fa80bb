import type { Diagnostic } from '../core/diagnostic.ts';
import type { LiveView } from '../core/live.ts';
import type { Organization } from '../providers/contract.ts';
import { text } from '../views/sanitize.ts';
import type { ImportPlan, LeftOut } from './import-plan.ts';

/** Names of a line, where not all are asked for. */
const NAMES_MAX = 3;

interface Imported {
  readonly plan: ImportPlan;
  /** Files. */
  readonly written: readonly string[];
  readonly organizations: Readonly<Record<string, Organization>>;
  /** The directory of the stack, as a command takes it; empty where that is the current one. */
  readonly where: string;
  readonly verbose: boolean;
}

/** What came of an import: what was written, and what was left out and why. */
export function importReport({ plan, written, organizations, where, verbose }: Imported): string {
  const { resources, leftOut, variables } = plan;
  const from = Object.entries(organizations).map(([name, { name: label }]) => {
    return `${text(label)} (${name})`;
  });
  const count = resources.size;
  const lines = [
    count === 0
      ? `Nothing to import from ${from.join(', ')}.`
      : `Imported ${count} ${count === 1 ? 'object' : 'objects'} of ${from.join(', ')}.`,
    ...(written.length === 0 ? [] : [`Wrote ${written.map((name) => text(name)).join(', ')}.`]),
    ...leftOutLines(leftOut, verbose),
  ];
  if (count > 0) {
    const first = variables.size === 0 ? '' : 'Set the variables of .env.example, then ';
    const command = `trueup plan${where === '' ? '' : ` ${text(where)}`}`;
    lines.push(
      first === '' ? `See that nothing differs with: ${command}` : `${first}see: ${command}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function leftOutLines(leftOut: readonly LeftOut[], verbose: boolean): readonly string[] {
  if (leftOut.length === 0) return [];
  const groups = new Map<string, LeftOut[]>();
  for (const item of leftOut) {
    const group = `${item.type} ${item.reason}`;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [item]);
    else known.push(item);
  }
  const lines = [...groups.values()].map((items) => {
    const [first] = items;
    const names = (verbose ? items : items.slice(0, NAMES_MAX)).map(({ name }) => text(name));
    const more = items.length - names.length;
    const listed = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return `  ${first?.type ?? ''} ${listed}: ${text(first?.reason ?? '')}`;
  });
  return [`Left out ${leftOut.length}:`, ...lines];
}

/** A warning for each collection that could not be read whole. */
export function unread(live: LiveView, types: ReadonlySet<string>): readonly Diagnostic[] {
  return live.inventories().flatMap(({ type, scope, complete, problem }) => {
    if (complete || !types.has(type)) return [];
    const place = scope === undefined ? type : `${type} in ${scope}`;
    const message = `${place} could not be read in full, and is not imported in full: ${problem?.message ?? ''}`;
    return [{ code: 'inventory-incomplete' as const, severity: 'warning' as const, message }];
  });
}
