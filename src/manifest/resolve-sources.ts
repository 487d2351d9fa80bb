import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError, unreachable } from '../core/errors.ts';
import type { Redactor } from '../core/redactor.ts';
import type { DesiredOutput, DesiredResource, Stack } from '../core/resource.ts';
import { Secret } from '../core/secret.ts';
import type { Term, TermObject } from '../core/value.ts';
import { AttributeReference, NotCompared, Template } from '../core/value.ts';
import type { LoadedStack, LoadedTerm, LoadedTermObject, SecretSource } from './source-term.ts';
import {
  SourceTemplate,
  SourceTerm,
  isLoadedObject,
  sourceKey,
  sourceText,
} from './source-term.ts';

/** Reads secret sources; the real one is in `source-reader.ts`. */
export interface SourceReader {
  /** Undefined when the variable is not set. */
  env(name: string): string | undefined;
  /** Rejects with a TrueupError when the file cannot be read. */
  file(path: string): Promise<string>;
  /** The command's stdout. Rejects with a TrueupError when it is refused or fails. */
  command(argv: readonly string[]): Promise<string>;
}

export interface ResolveOptions {
  readonly reader: SourceReader;
  /** `skip` reads nothing: every source becomes NotCompared. */
  readonly mode: 'resolve' | 'skip';
  readonly redactor: Redactor;
}

export interface ResolveResult {
  /** A source that failed stands as NotCompared; then there is an error. */
  readonly stack: Stack;
  readonly diagnostics: readonly Diagnostic[];
}

type Resolved = Secret | NotCompared;

/** Characters of a text that is put together from secrets. */
const TEXT_CHARS_MAX = 16_777_216;

/** Reads each source of a stack once, all at the same time, and puts the secrets in. */
export async function resolveSources(
  stack: LoadedStack,
  options: ResolveOptions,
): Promise<ResolveResult> {
  const found = new Map<string, Found>();
  for (const resource of stack.resources) collect(resource.fields, resource.address, found);
  for (const output of stack.outputs) collect(output.value, undefined, found);
  const values = new Map<string, Resolved>();
  const diagnostics = new Map<string, Diagnostic>();
  if (options.mode === 'resolve') {
    await Promise.all(
      [...found].map(async ([key, item]) => {
        const value = await read(item, options);
        if (value instanceof Secret) values.set(key, value);
        else diagnostics.set(key, value);
      }),
    );
  }
  const put = new Substitution(values, options.redactor);
  return {
    stack: put.stack(stack),
    // In the order of the stack, whichever came first.
    diagnostics: [...found.keys()].flatMap((key) => diagnostics.get(key) ?? []),
  };
}

/** The commands that resolving this stack would run, each once, in the order of the stack. */
export function commandsOf(stack: LoadedStack): readonly (readonly string[])[] {
  const found = new Map<string, Found>();
  for (const resource of stack.resources) collect(resource.fields, resource.address, found);
  for (const output of stack.outputs) collect(output.value, undefined, found);
  return [...found.values()].flatMap(({ term: { source } }) =>
    source.type === 'command' ? [source.argv] : [],
  );
}

/** A source at the first place that names it. */
interface Found {
  readonly term: SourceTerm;
  readonly address: string | undefined;
}

function collect(term: LoadedTerm, address: string | undefined, found: Map<string, Found>): void {
  if (term === null || typeof term !== 'object') return;
  if (term instanceof SourceTerm) {
    const key = sourceKey(term.source);
    if (!found.has(key)) found.set(key, { term, address });
  } else if (term instanceof SourceTemplate) {
    for (const part of term.parts) if (part instanceof SourceTerm) collect(part, address, found);
  } else if (isList(term)) for (const item of term) collect(item, address, found);
  else if (isLoadedObject(term)) {
    for (const item of Object.values(term)) collect(item, address, found);
  }
}

async function read(found: Found, options: ResolveOptions): Promise<Secret | Diagnostic> {
  const { source } = found.term;
  try {
    const text = await readText(source, options.reader);
    if (text === undefined)
      return failure(found, 'source-missing', `${sourceText(source)} is not set`);
    const value = text.replace(/\r?\n$/, '');
    if (value === '') return failure(found, 'source-empty', `${sourceText(source)} is empty`);
    return options.redactor.secret(value);
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    return {
      ...failure(found, error.code, options.redactor.scrub(error.message)),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
}

async function readText(source: SecretSource, reader: SourceReader): Promise<string | undefined> {
  switch (source.type) {
    case 'env':
      return reader.env(source.name);
    case 'file':
      return reader.file(source.path);
    case 'command':
      return reader.command(source.argv);
    default:
      return unreachable(source);
  }
}

function failure(found: Found, code: Diagnostic['code'], message: string): Diagnostic {
  const { address } = found;
  const place = found.term.place();
  return {
    code,
    severity: 'error',
    message,
    ...place,
    ...(address === undefined ? {} : { address }),
  };
}

/** Puts resolved values in; whatever holds no source is passed on as it is. */
class Substitution {
  readonly #values: ReadonlyMap<string, Resolved>;
  readonly #redactor: Redactor;
  readonly #notCompared = new NotCompared();

  constructor(values: ReadonlyMap<string, Resolved>, redactor: Redactor) {
    this.#values = values;
    this.#redactor = redactor;
  }

  stack(stack: LoadedStack): Stack {
    const resources = stack.resources.map((resource): DesiredResource => ({
      ...resource,
      fields: this.#object(resource.fields),
    }));
    const outputs = stack.outputs.map((output): DesiredOutput => ({
      ...output,
      value: this.#term(output.value),
    }));
    return { ...stack, resources, outputs };
  }

  #object(terms: LoadedTermObject): TermObject {
    const result: Record<string, Term> = {};
    for (const [name, term] of Object.entries(terms)) result[name] = this.#term(term);
    return result;
  }

  #term(term: LoadedTerm): Term {
    if (term === null || typeof term !== 'object') return term;
    if (term instanceof SourceTerm) return this.#value(term);
    if (term instanceof SourceTemplate) return this.#template(term);
    if (isList(term)) return term.map((item) => this.#term(item));
    return isLoadedObject(term) ? this.#object(term) : term;
  }

  #value(term: SourceTerm): Resolved {
    return this.#values.get(sourceKey(term.source)) ?? this.#notCompared;
  }

  /** A Secret where everything is known, so that what is computed from a secret is one. */
  #template(template: SourceTemplate): Term {
    const parts = template.parts.map((part) =>
      part instanceof SourceTerm ? this.#value(part) : part,
    );
    if (parts.some((part) => part instanceof AttributeReference)) return new Template(parts, false);
    let plain = '';
    for (const part of parts) {
      if (typeof part === 'string') plain += part;
      else if (part instanceof Secret) plain += Secret.reveal(part);
      else return this.#notCompared;
      if (plain.length > TEXT_CHARS_MAX) {
        const message = 'a text becomes longer than 16 MiB when its secrets are put in';
        throw new TrueupError('expression-too-large', message);
      }
    }
    return this.#redactor.secret(plain);
  }
}

function isList(term: LoadedTerm): term is readonly LoadedTerm[] {
  return Array.isArray(term);
}
