/** JSON as it travels. */
export type Json = string | number | boolean | null | readonly Json[] | Fields;

/** A JSON object. A member that is undefined counts as absent. */
export interface Fields {
  readonly [name: string]: Json | undefined;
}

/** Time as an argument: the wall clock on a server, virtual in tests. */
export interface EmulatorClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `delayMs`. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** One request; header names in lower case. */
export interface EmulatorRequest {
  readonly method: string;
  /** Path with query, segments percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * How a request ends: an answer, a reset connection, silence, or an answer whose body breaks off
 * (`body` is the part that arrives, `length` the number of bytes that were announced).
 */
export type EmulatorReply =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | {
      readonly kind: 'truncated';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly length: number;
    };

/** One line of the log. Neither headers nor bodies are kept. */
export interface RequestLogEntry {
  /** Epoch milliseconds of arrival. */
  readonly at: number;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** 0 where nothing was answered. */
  readonly status: number;
  /** Whether the request was executed: true for reads that were served too. */
  readonly committed: boolean;
}

/** A control call: JSON in, JSON out. Throws Refusal for unusable input. */
export type ControlCall = (input: unknown) => Json | undefined;

/** What a server needs of an emulator, whatever API it imitates. */
export interface Emulator {
  handle(request: EmulatorRequest): Promise<EmulatorReply>;
  readonly log: readonly RequestLogEntry[];
  /** Control calls by name, as the server offers them under `/__control/<name>`. */
  readonly controlCalls: ReadonlyMap<string, ControlCall>;
  close(): void;
}
