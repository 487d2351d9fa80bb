import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import type { LoadInput, LoadResult } from '../../src/manifest/load-stack.ts';
import { loadStack } from '../../src/manifest/load-stack.ts';
import type { LoadedResource, LoadedStack } from '../../src/manifest/source-term.ts';
import { FAKE_KINDS } from './_fake-kinds.ts';

export const SETTINGS = 'stack: acme\n';

/** Loads files (`trueup.yaml` is added where it is missing). */
export function load(
  files: Record<string, string>,
  options: Partial<Omit<LoadInput, 'files'>> = {},
): LoadResult {
  return loadStack({
    files: new Map(Object.entries({ 'trueup.yaml': SETTINGS, ...files })),
    kinds: FAKE_KINDS,
    environment: undefined,
    vars: {},
    varFiles: [],
    processEnv: {},
    redactor: createRedactor(),
    ...options,
  });
}

/** Loads one manifest that must be free of errors. */
export function stackOf(
  text: string,
  options: Partial<Omit<LoadInput, 'files'>> = {},
): LoadedStack {
  const { stack, diagnostics } = load({ 'main.yaml': text }, options);
  if (stack === undefined) throw new Error(diagnostics.map(line).join('\n'));
  return stack;
}

export function resourceOf(stack: LoadedStack, address: string): LoadedResource {
  const found = stack.resources.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`no ${address}`);
  return found;
}

/** `code file:line:column message` of each finding. */
export function line({ code, position, message }: Diagnostic): string {
  const at = position ? `${position.file}:${position.line}:${position.column}` : '-';
  return `${code} ${at} ${message}`;
}

/** `code file:line` of each finding. */
export function codes(result: { readonly diagnostics: readonly Diagnostic[] }): readonly string[] {
  return result.diagnostics.map(({ code, position }) =>
    position ? `${code} ${position.file}:${position.line}` : code,
  );
}
