/** Wraps a text in a colour or weight; every function is the identity where colour is off. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly magenta: (text: string) => string;
}

export function createStyle(options: { readonly color: boolean }): Style {
  const wrap = (open: number, close: number) => (text: string) =>
    options.color ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    cyan: wrap(36, 39),
    magenta: wrap(35, 39),
  };
}

export interface ColorChoice {
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when `--no-color` was given. */
  readonly noColor?: boolean;
}

/** `--no-color`, then `NO_COLOR` (set and not empty), then `FORCE_COLOR`, then the terminal. */
export function shouldColor(choice: ColorChoice): boolean {
  const { env } = choice;
  if (choice.noColor === true || isSet(env['NO_COLOR'])) return false;
  if (isSet(env['FORCE_COLOR']))
    return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return choice.isTTY && env['TERM'] !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
