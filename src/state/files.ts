/**
 * The few file operations a state needs. Paths are absolute. Every one may reject with the error
 * of the system (`ENOSPC`, `EACCES`); the backend turns that into `state-write-failed`.
 */
export interface Files {
  /** The whole text, or undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Adds at the end, creating the file; in the hands of the system when it resolves. */
  append(path: string, text: string): Promise<void>;
  /** Makes what was appended durable, the file's name in its directory included. */
  sync(path: string): Promise<void>;
  /** Cuts the file to this many bytes. */
  truncate(path: string, bytes: number): Promise<void>;
  /** Writes the whole file anew; its text is durable when it resolves. */
  write(path: string, text: string): Promise<void>;
  /** Atomic, replaces the target; durable when it resolves. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Renames a directory with a file in it; atomic. False, with nothing done, where the other name
   * is that of a file or of a directory with something in it.
   */
  claim(from: string, to: string): Promise<boolean>;
  /** Removes a file, or a directory with its files. No error where there is none. */
  remove(path: string): Promise<void>;
  /** Creates the directory and what is above it. */
  makeDirectory(path: string): Promise<void>;
  /** Names in the directory; none where there is no such directory. */
  list(path: string): Promise<readonly string[]>;
}

/** Whether this is an error of the system with that code: `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** What the system says; may hold what is secret. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
