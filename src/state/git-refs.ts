/** The refs of one state on the remote. */
export interface GitRefs {
  readonly state: string;
  readonly lock: string;
}

/**
 * `refs/trueup/<stack>/<environment>` and `refs/trueup-locks/<stack>/<environment>`: two names,
 * since git lets no ref stand below another. Whatever is not a plain letter, digit, `_` or `-` is
 * written as `%` and its bytes in hexadecimal: no name can leave its place, be taken for a pattern
 * or an option, or be that of another.
 */
export function gitRefs(stack: string, environment: string): GitRefs {
  const path = `${component(stack)}/${component(environment)}`;
  return { state: `refs/trueup/${path}`, lock: `refs/trueup-locks/${path}` };
}

function component(name: string): string {
  return [...Buffer.from(name, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
