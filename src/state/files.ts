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
  /** Gives the file a second name. False, with nothing done, where that name exists. */
  link(from: string, to: string): Promise<boolean>;
  /** No error where there is no such file. */
  remove(path: string): Promise<void>;
  /** Creates the directory and what is above it. */
  makeDirectory(path: string): Promise<void>;
  /** Names in the directory; none where there is no such directory. */
  list(path: string): Promise<readonly string[]>;
}
