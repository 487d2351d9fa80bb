import { posix } from 'node:path';
import { parseSync } from 'vite';

/** What the rules look at in one source file. */
export interface SourceFile {
  /** Path from the root of the checkout, with `/`. */
  readonly path: string;
  /** Its text with comments blanked out. */
  readonly code: string;
  readonly imports: readonly ImportedModule[];
}

export interface ImportedModule {
  /** As written: `../core/json.ts`, `node:fs`, `undici`. */
  readonly request: string;
  /** Path from the root for a relative import, else undefined. */
  readonly target: string | undefined;
  readonly line: number;
  /** Whether it takes the default export. */
  readonly takesDefault: boolean;
}

/** Parses one file with a real parser: static, dynamic, type and re-exporting imports alike. */
export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text, { lang: 'ts' });
  const first = parsed.errors[0];
  if (first !== undefined) throw new Error(`${path}: ${first.message}`);
  const toImport = (request: string, start: number, takesDefault: boolean): ImportedModule => ({
    request,
    target: request.startsWith('.') ? posix.join(posix.dirname(path), request) : undefined,
    line: text.slice(0, start).split('\n').length,
    takesDefault,
  });
  const code = parsed.comments.reduce(
    (rest, comment) =>
      rest.slice(0, comment.start) +
      rest.slice(comment.start, comment.end).replaceAll(/[^\n]/g, ' ') +
      rest.slice(comment.end),
    text,
  );
  // `import('…')` stands for a type as well as for a value; the text shows both.
  const calls = [...code.matchAll(/\bimport\(\s*(['"])([^'"]+)\1/g)];
  return {
    path,
    code,
    imports: [
      ...parsed.module.staticImports.map((entry) =>
        toImport(
          entry.moduleRequest.value,
          entry.start,
          entry.entries.some(({ importName }) => importName.kind === 'Default'),
        ),
      ),
      ...parsed.module.staticExports.flatMap((statement) =>
        statement.entries.flatMap(({ moduleRequest, start }) =>
          moduleRequest === null ? [] : [toImport(moduleRequest.value, start, false)],
        ),
      ),
      ...calls.map((call) => toImport(call[2] ?? '', call.index, false)),
    ],
  };
}
