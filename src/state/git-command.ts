/** One call of git. Never through a shell. */
export interface GitCommand {
  readonly args: readonly string[];
  /** Written to its stdin. */
  readonly input?: string;
  /** Variables beside those of every call: author and date of a commit. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether it talks to the remote: such calls get a longer deadline. */
  readonly network?: boolean;
}

export interface GitResult {
  /** Exit status; undefined when it could not be started or was ended. */
  readonly status: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Why it was not started or was ended: `did not end in time`. */
  readonly failure?: string;
  /** Whether the program itself is missing. */
  readonly missing?: boolean;
}

/** Runs git in the repository of the stack; resolves also when it fails. */
export type GitRunner = (command: GitCommand) => Promise<GitResult>;
