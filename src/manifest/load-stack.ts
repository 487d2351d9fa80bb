import type { Address } from '../core/address.ts';
import { isKey, toAddress } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { JsonObject } from '../core/json.ts';
import type { KindTable } from '../core/kind.ts';
import type { Redactor } from '../core/redactor.ts';
import { checkStack } from './check-stack.ts';
import type { ChosenEnvironment } from './environment.ts';
import { chooseEnvironment } from './environment.ts';
import { KindIndex } from './kind-index.ts';
import { markSecrets } from './mark-secrets.ts';
import { mergeDocuments } from './merge-documents.ts';
import { mergePatch } from './merge-patch.ts';
import { readOutputs } from './outputs.ts';
import type { ParsedStack } from './parse-stack.ts';
import { parseStack } from './parse-stack.ts';
import type { ReadResource } from './read-resource.ts';
import { readResource } from './read-resource.ts';
import { Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';
import { EntryIndex, Expansion, fieldTrees } from './scope.ts';
import type { Origin } from './source-text.ts';
import { SourceText } from './source-text.ts';
import type { LoadedStack } from './source-term.ts';
import { readSettings } from './stack-settings.ts';
import { didYouMean } from '../core/suggest.ts';
import { usedProviders } from './used-providers.ts';
import { readVariables } from './variables.ts';
import { namedAmong, type NamedFile } from './verbatim.ts';
import type { MapEntry, MappingNode } from './yaml-node.ts';

export interface LoadInput {
  /**
   * Texts of the stack's candidate files by path relative to the stack, `environments/*` too, as
   * `readStackFiles` gives them.
   */
  readonly files: ReadonlyMap<string, string>;
  readonly kinds: KindTable;
  /** Reads files that verbatim fields name; without it they are looked for in `files`. */
  readonly namedFile?: NamedFile;
  /** JSON Schema of each provider's settings; those of a provider without one are not checked. */
  readonly providerSettings?: ReadonlyMap<string, JsonObject>;
  /** `--env`; `-` is the base. */
  readonly environment: string | undefined;
  /** `--var`. */
  readonly vars: Readonly<Record<string, string>>;
  /** `--var-file`, in the order given; a later one wins. */
  readonly varFiles: readonly { readonly name: string; readonly text: string }[];
  /** For `TRUEUP_VAR_x`. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly redactor: Redactor;
}

export interface LoadResult {
  /** Undefined when any diagnostic is an error. */
  readonly stack: LoadedStack | undefined;
  /** In the order of files and lines. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Manifests to resources. Reads no source and no API; collects every mistake. */
export function loadStack(input: LoadInput): LoadResult {
  const reporter = new Reporter();
  const stack = load(input, reporter);
  const diagnostics = reporter.diagnostics().map((item) => scrubbed(item, input.redactor));
  return { stack: reporter.hasErrors() ? undefined : stack, diagnostics };
}

function load(input: LoadInput, reporter: Reporter): LoadedStack | undefined {
  const environment = chooseEnvironment(input.files.keys(), input.environment, reporter);
  const parsed = parseStack(input.files, environment?.file, input.kinds, reporter);
  const documents = [...parsed.base, ...parsed.overlay];
  const kinds = new KindIndex(input.kinds, usedProviders(documents, input.kinds));
  const fieldsOf = fieldTrees(kinds);
  markSecrets(documents, kinds, fieldsOf, reporter);
  const settingsFile = input.files.get('trueup.yaml');
  if (settingsFile === undefined) {
    reportNoSettings(input.files, reporter);
    if (input.files.size === 0) return undefined;
  }
  const place = { source: new SourceText('trueup.yaml', settingsFile ?? ''), start: 0, end: 1 };
  const root = merged(parsed, place, kinds, reporter);
  const entries = collectEntries(root, kinds);
  const variables = root.entries.get('variables')?.value;
  const declared = variables?.kind === 'mapping' ? variables : undefined;
  const scope: Scope = {
    reporter,
    redactor: input.redactor,
    kinds,
    variables: readVariables(declared, { ...input, reporter }),
    entries: new EntryIndex(entries),
    // Without its overlay a stack is not what was asked for either.
    whole: parsed.whole && environment !== undefined,
    expansion: new Expansion(),
    providerSettings: input.providerSettings ?? new Map<string, JsonObject>(),
    namedFile: input.namedFile ?? namedAmong(input.files),
    fieldsOf,
  };
  if (settingsFile === undefined) return undefined;
  return evaluate(root, entries, place, environment, scope);
}

function evaluate(
  root: MappingNode,
  entries: ReadonlyMap<Address, MapEntry>,
  place: Origin,
  environment: ChosenEnvironment | undefined,
  scope: Scope,
): LoadedStack {
  const settings = readSettings(root, place, scope);
  const resources: ReadResource[] = [];
  for (const [address, entry] of entries) {
    const kind = scope.kinds.table.get(address.slice(0, address.lastIndexOf('.')));
    const resource = kind && readResource(address, kind, entry, scope);
    if (resource !== undefined) resources.push(resource);
  }
  const outputs = readOutputs(root, scope);
  checkStack(resources, scope.reporter);
  return {
    ...settings,
    environment: environment?.name ?? 'default',
    resources: resources.map((item) => item.resource),
    outputs,
  };
}

/** Base documents, with the overlay laid over them. */
function merged(
  parsed: ParsedStack,
  place: Origin,
  kinds: KindIndex,
  reporter: Reporter,
): MappingNode {
  const base = mergeDocuments(parsed.base, place, { kinds, reporter, overlay: false });
  if (parsed.overlay.length === 0) return base;
  const patch = mergeDocuments(parsed.overlay, place, { kinds, reporter, overlay: true });
  return mergePatch(base, patch, (path, entry) => {
    const [type, key, ...rest] = path;
    // Removing a field that is not there changes nothing; a missing entry is a misspelt one.
    if (type === undefined || key === undefined || rest.length > 0 || !parsed.whole) return;
    if (!kinds.table.has(type)) return;
    const node = base.entries.get(type)?.value;
    const keys = node?.kind === 'mapping' ? node.entries.keys() : [];
    const message = `the overlay removes ${type}.${key}, which the stack does not have`;
    const hint = didYouMean(key, keys);
    reporter.add({ code: 'overlay-unknown-target', message, at: entry, hint });
  });
}

function collectEntries(root: MappingNode, kinds: KindIndex): ReadonlyMap<Address, MapEntry> {
  const entries = new Map<Address, MapEntry>();
  for (const type of kinds.table.keys()) {
    const node = root.entries.get(type)?.value;
    if (node?.kind !== 'mapping') continue;
    for (const entry of node.entries.values()) {
      // A key that is not allowed has been reported.
      if (isKey(entry.name)) entries.set(toAddress(type, entry.name), entry);
    }
  }
  return entries;
}

function reportNoSettings(files: ReadonlyMap<string, string>, reporter: Reporter): void {
  if (files.size === 0) {
    const message = 'there are no manifests here';
    reporter.add({ code: 'stack-missing', message, hint: 'trueup init writes a first stack' });
    return;
  }
  const hint = files.has('trueup.yml')
    ? 'rename trueup.yml to trueup.yaml'
    : 'write at least "stack: NAME" into it';
  const message = 'the stack has no trueup.yaml';
  reporter.add({ code: 'stack-settings-missing', message, hint });
}

/** Texts of the manifests may repeat a secret that stands elsewhere too. */
function scrubbed(diagnostic: Diagnostic, redactor: Redactor): Diagnostic {
  const { message, hint, lineText } = diagnostic;
  const line = lineText === undefined ? undefined : redactor.scrub(lineText);
  const { lineText: _, ...rest } = diagnostic;
  return {
    ...rest,
    message: redactor.scrub(message),
    ...(hint === undefined ? {} : { hint: redactor.scrub(hint) }),
    // A caret under a line with a hole in it would point elsewhere.
    ...(line === undefined || line !== lineText ? {} : { lineText: line }),
  };
}
