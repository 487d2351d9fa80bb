/** How often each thing happened, over all runs. */
export interface Counts {
  add(name: string, by?: number): void;
  readonly entries: ReadonlyMap<string, number>;
}

export function createCounts(): Counts {
  const entries = new Map<string, number>();
  return {
    add(name, by = 1) {
      entries.set(name, (entries.get(name) ?? 0) + by);
    },
    entries,
  };
}

/** What is no fault: how much was done, and how it ended. */
export const NO_FAULT: ReadonlySet<string> = new Set([
  'runs',
  'requests',
  'final applies',
  'final applies that refuse',
  'destroyed',
  'twins reported',
  'lives of singlestore',
  'lives of spice',
  'lives of both',
]);

/** Which promises were checked, and for how many runs or lives in which each thing went wrong. */
export interface CheckCounts {
  /** Begins a run: what is counted from here on happened in it. */
  begin(): RunChecks;
  /** Checked once a life, whatever happened in it. */
  ofLife(checks: readonly string[]): void;
  /** Fault → check → number. */
  table(): Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface RunChecks {
  checked(checks: readonly string[]): void;
}

/** The row of everything, faults or not. */
const ALL = 'all';

export function createCheckCounts(counts: Counts): CheckCounts {
  const rows = new Map<string, Map<string, number>>();
  const add = (fault: string, checks: readonly string[]): void => {
    const row = rows.get(fault) ?? new Map<string, number>();
    rows.set(fault, row);
    for (const check of checks) row.set(check, (row.get(check) ?? 0) + 1);
  };
  const faults = (): readonly string[] =>
    [...counts.entries.keys()].filter((name) => !NO_FAULT.has(name));
  return {
    begin() {
      const before = new Map(counts.entries);
      return {
        checked(checks) {
          add(ALL, checks);
          for (const name of faults()) {
            if (counts.entries.get(name) !== before.get(name)) add(name, checks);
          }
        },
      };
    },
    ofLife(checks) {
      add(ALL, checks);
      for (const name of faults()) add(name, checks);
    },
    table: () =>
      Object.fromEntries([...rows].map(([name, row]) => [name, Object.fromEntries(row)])),
  };
}
