import type { Json, JsonObject } from '../core/json.ts';

/** An output as the state keeps it; a sensitive one has no value there. */
export interface OutputEntry {
  readonly sensitive: boolean;
  readonly value?: Json;
}
export type OutputEntries = Readonly<Record<string, OutputEntry>>;

/** A resource as the state keeps it: what the views show of it. */
export interface StateEntry {
  readonly id: string;
  readonly type: string;
  readonly scope?: string;
  readonly name: string;
  readonly sent: JsonObject;
  readonly attributes: JsonObject;
  /** Only the pointers are shown; a digest never is. */
  readonly digests: Readonly<Record<string, string>>;
  readonly lifecycle: { readonly protect: boolean; readonly onRemove: 'delete' | 'forget' };
  readonly dependsOn: readonly string[];
  readonly pending?: { readonly steps: readonly string[]; readonly done: number };
}
export type StateEntries = Readonly<Record<string, StateEntry>>;

export interface StateSummary {
  readonly stack: string;
  readonly environment: string;
  readonly serial: number;
  readonly providers: Readonly<Record<string, { readonly organization: string }>>;
  readonly resources: StateEntries;
  readonly outputs: OutputEntries;
}
