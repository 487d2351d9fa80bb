/** Flags of every command that loads a stack. Absent = the default. */
export interface StackFlags {
  readonly env?: string;
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  readonly json?: boolean;
  readonly color?: boolean;
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn';
  readonly logFile?: string;
  readonly verbose?: boolean;
}

/** Flags of commands that talk to an API. */
export interface AccountFlags extends StackFlags {
  /** `true`: the default store; a text: the store's directory. */
  readonly emulate?: boolean | string;
  readonly parallelism?: string;
  readonly rate?: string;
  readonly lockTimeout?: string;
  readonly commands?: boolean;
  /** Directories outside of the stack that `fromFile` may read. */
  readonly secretDir?: readonly string[];
}

/** Flags that shape a plan. */
export interface PlanFlags extends AccountFlags {
  readonly target?: readonly string[];
  readonly exclude?: readonly string[];
  /** `true`: everything. */
  readonly adopt?: true | readonly string[];
  readonly replace?: readonly string[];
  readonly send?: readonly string[];
  readonly allow?: readonly string[];
  readonly allowDeletes?: string;
  readonly skipSecrets?: boolean;
}

export interface ApplyFlags extends PlanFlags {
  readonly autoApprove?: boolean;
  /** `apply FILE` of a plan that was made with `--destroy`. */
  readonly destroy?: boolean;
  /** A saved plan that was shown to reviewers: nothing beyond it is applied. */
  readonly shown?: string;
  readonly allowIncomplete?: boolean;
  readonly showGeneratedSecrets?: boolean;
  readonly generatedSecretsFile?: string;
}
