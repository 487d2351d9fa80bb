import type { ManifestEntries } from './account.ts';
import { textOf, type Violation } from './checks.ts';

/** Makes sure that keys are made anew once for each marker that changes, and never else. */
export interface RotationWatch {
  begin(entries: ManifestEntries): void;
  made(rotation: {
    readonly app: string;
    readonly marker: string | undefined;
    readonly number: unknown;
    /** When the run began that asked for it. */
    readonly run: number;
  }): readonly Violation[];
  byOthers(app: string): void;
}

export function createRotationWatch(done: ReadonlySet<number>): RotationWatch {
  /** App → marker and keys of its last rotation. */
  const last = new Map<string, { readonly asked: string; readonly run: number }>();
  /** All markers that the stack ever had. */
  const markers = new Set<string>();
  return {
    begin(entries) {
      for (const entry of Object.values(entries['apiKeys'] ?? {}))
        markers.add(textOf(entry['rotate']));
    },
    made({ app, marker, number, run }) {
      const found: Violation[] = [];
      if (marker === undefined) found.push(`new keys for app ${app}, which no entry asks for`);
      if (markers.size < 2) found.push(`new keys for app ${app}, though no marker changed`);
      const asked = `${marker ?? ''} ${String(number)}`;
      const before = last.get(app);
      // A run that ended before it could record what it did leaves it to be done again.
      const isKnown = before?.run === run || done.has(before?.run ?? Number.NaN);
      if (before?.asked === asked && isKnown) {
        found.push(`new keys for app ${app} twice for the marker '${marker ?? ''}'`);
      }
      last.set(app, { asked, run });
      return found;
    },
    byOthers: (app) => void last.delete(app),
  };
}
