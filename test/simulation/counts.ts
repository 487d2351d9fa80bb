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
