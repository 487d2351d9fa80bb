import { TrueupError } from '../core/errors.ts';

/** `usage`: the file that a flag names cannot be written. */
export function unwritable(flag: string, name: string, cause: unknown): TrueupError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why = typeof code === 'string' ? ` (${code})` : '';
  return new TrueupError('usage', `${flag} ${name} cannot be written${why}`, { cause });
}
