import { typeOf } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { LiveObject, LiveView } from '../core/live.ts';
import type { State, StateResource } from '../core/prior.ts';
import type { Stack } from '../core/resource.ts';
import type { LoadResult } from '../manifest/load-stack.ts';
import type { LoadedStack } from '../manifest/source-term.ts';
import { writeEntry } from '../manifest/write-entry.ts';
import {
  fileNames,
  writeFiles,
  type Layout,
  type Place,
  type PlacedEntry,
} from '../manifest/write-files.ts';
import { assignKeys, kebab, type Keys } from '../manifest/write-keys.ts';
import type { Plan, ResourceChange } from '../planner/plan.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { importedEntry } from './imported-entry.ts';

/** Manifests that were written may turn out not to hold, and others with them. */
const ROUNDS_MAX = 20;

/** What to import, and into what. */
export interface ImportRequest {
  readonly live: LiveView;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  /** Types to import. */
  readonly types: ReadonlySet<string>;
  /** Types that were asked for by name: also what comes along by itself. */
  readonly named: ReadonlySet<string>;
  /** Globs of names; empty: all. */
  readonly match: readonly string[];
  readonly layout: Layout;
  /** Providers that the stack uses already. */
  readonly providers: ReadonlySet<string>;
  /** What is written besides entries, of a stack that uses these providers. */
  readonly settings: (providers: ReadonlySet<string>) => ReadonlyMap<string, string>;
  readonly state: State;
  /** Addresses of the entries that there are. */
  readonly taken: ReadonlySet<string>;
  /** Another name, where a file is there that is to stay. */
  readonly freeName: (file: string) => string;
  /** Loads the stack as it is with these files added, or in place of those of the same name. */
  readonly load: (files: ReadonlyMap<string, string>) => LoadResult;
  /** Plans it, importing these objects, without any secret source. */
  readonly plan: (stack: LoadedStack, imports: Stack['imports']) => Promise<Plan>;
}

export interface LeftOut {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

export interface ImportPlan {
  /** Files by name: manifests, and the settings of a new stack. */
  readonly files: ReadonlyMap<string, string>;
  /** Environment variables that are to hold secrets → the fields that they are for. */
  readonly variables: ReadonlyMap<string, string>;
  /** Entries of the state by address. */
  readonly resources: ReadonlyMap<string, StateResource>;
  readonly leftOut: readonly LeftOut[];
}

interface Candidate {
  readonly kind: ProviderKind;
  readonly object: LiveObject;
}

/**
 * Writes manifests of live objects and tries them: what the stack would refuse, or a plan would
 * change, is left out, so that the plan after the import is empty.
 */
export async function planImport(request: ImportRequest): Promise<ImportPlan> {
  const leftOut: LeftOut[] = [];
  let chosen = choose(request, leftOut);
  const keys = keysOf(request, chosen);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const written = write(request, chosen, keys);
    const problems = await tryOut(request, chosen, keys, written.files);
    if (problems instanceof Map) return { ...written, resources: problems, leftOut };
    const refused = chosen.filter((item) => problems.reasons.has(addressOf(item, keys)));
    if (refused.length === 0) throw unexplained(problems.diagnostics);
    for (const item of refused) {
      leftOut.push(without(item, problems.reasons.get(addressOf(item, keys)) ?? ''));
    }
    chosen = chosen.filter((item) => !refused.includes(item));
  }
  throw new TrueupError('import-invalid', 'no manifests were found that the stack would take');
}

/** The objects that can be managed and are not yet, in the order of kinds and names. */
function choose(request: ImportRequest, leftOut: LeftOut[]): readonly Candidate[] {
  const known = new Map(
    Object.entries(request.state.resources).map(([address, { type, id }]) => [
      `${type} ${id}`,
      address,
    ]),
  );
  const chosen: Candidate[] = [];
  for (const kind of request.kinds.values()) {
    if (!kind.managed || !request.types.has(kind.type)) continue;
    const seen = new Map<string, LiveObject>();
    for (const object of inOrder(request.live.objects(kind.type))) {
      const item = { kind, object };
      if (!isMatched(request, item)) continue;
      const naturalKey = kind.key.of(object.fields);
      const twin = naturalKey === undefined ? undefined : seen.get(naturalKey);
      const reason = reasonAgainst(request, item, twin, known.get(`${kind.type} ${object.id}`));
      if (reason !== undefined) leftOut.push(without(item, reason));
      else {
        if (naturalKey !== undefined) seen.set(naturalKey, object);
        chosen.push(item);
      }
    }
  }
  return chosen;
}

/** The oldest first, then by ID: the same every time. */
function inOrder(objects: readonly LiveObject[]): readonly LiveObject[] {
  return objects.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
}

function age({ createdAt = '', id }: LiveObject): string {
  return `${createdAt} ${id}`;
}

function isMatched({ match }: ImportRequest, item: Candidate): boolean {
  const name = nameOf(item);
  return match.length === 0 || match.some((glob) => patternOf(glob).test(name));
}

/** `*` stands for any characters. */
function patternOf(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function reasonAgainst(
  { named }: ImportRequest,
  { kind, object }: Candidate,
  twin: LiveObject | undefined,
  address: string | undefined,
): string | undefined {
  if (address !== undefined) return 'in the state already';
  if (object.facts?.['builtIn'] === true) return 'built in';
  if (object.partial?.problem !== undefined) return object.partial.problem.message;
  if (kind.comesAlong === true && !named.has(kind.type)) {
    return `comes with what it belongs to; with --kind ${kind.name} it gets an entry`;
  }
  const status = object.statusText ?? object.status;
  if (object.status === 'failed') return `its state is ${status}`;
  if (object.status === 'pending') return `not settled yet: its state is ${status}`;
  const undeletable = kind.undeletable?.(object);
  if (undeletable !== undefined) return undeletable;
  return twin === undefined
    ? undefined
    : `has the name of another one (${twin.id}): a stack could not tell them apart`;
}

function keysOf(request: ImportRequest, chosen: readonly Candidate[]): Keys {
  const groups = new Map<string, Candidate[]>();
  for (const item of chosen) {
    const group = groups.get(item.kind.type);
    if (group === undefined) groups.set(item.kind.type, [item]);
    else group.push(item);
  }
  const managed = new Map(
    Object.entries(request.state.resources).map(([address, { type, id }]) => [
      `${type} ${id}`,
      address.slice(address.lastIndexOf('.') + 1),
    ]),
  );
  const known: Keys = { of: (type, id) => managed.get(`${type} ${id}`) };
  return assignKeys([...groups.values()], known, request.taken);
}

function addressOf({ kind, object }: Candidate, keys: Keys): string {
  return `${kind.type}.${keys.of(kind.type, object.id) ?? ''}`;
}

function write(
  request: ImportRequest,
  chosen: readonly Candidate[],
  keys: Keys,
): Pick<ImportPlan, 'files' | 'variables'> {
  const written = new Set(chosen.map(({ kind, object }) => `${kind.type} ${object.id}`));
  const isKnown = (type: string, id: string): boolean =>
    written.has(`${type} ${id}`) || request.taken.has(`${type}.${keys.of(type, id) ?? ''}`);
  const keyed = chosen
    .map((item) => ({ ...item, key: keys.of(item.kind.type, item.object.id) ?? '' }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const places = new Map(
    keyed.map((item): readonly [Candidate, Place] => {
      const { kind, key } = item;
      return [item, { kind, key, inside: insideOf(request, item, keys, isKnown) }];
    }),
  );
  const fileOf = fileNames([...places.values()], request.kinds, request.layout);
  const variables = new Map<string, string>();
  const entries = keyed.map((item): PlacedEntry => {
    const { kind, object, key } = item;
    const entry = writeEntry(kind, object, key, {
      reference: (type, id) =>
        isKnown(type, id) ? (keys.of(type, id) ?? '') : liveReference(request, type, id),
      variable: (path) => variableFor(`${kind.type}.${key}`, path, kind, variables),
    });
    const place = places.get(item);
    const file = place === undefined ? '' : request.freeName(fileOf(place));
    return { ...entry, kind, key, file };
  });
  const used = new Set([...request.providers, ...chosen.map(({ kind }) => kind.provider)]);
  // Where one provider is all there is, its kinds need no name above them.
  const files = writeFiles(entries, request.kinds, used.size > 1);
  return { files: new Map([...request.settings(used), ...files]), variables };
}

/** What an object is in, for the layout: a container that it refers to for good, or is itself. */
function insideOf(
  request: ImportRequest,
  { kind, object, key }: Candidate & { readonly key: string },
  keys: Keys,
  isKnown: (type: string, id: string) => boolean,
): Place['inside'] {
  if (kind.contains.length > 0) return { kind, key };
  for (const { reference, path, types } of kind.fields) {
    const [top = ''] = path;
    const isFixed = kind.fields.some((own) => own.path.join('.') === top && own.immutable === true);
    const target = reference === undefined ? undefined : request.kinds.get(reference);
    if (!isFixed || target === undefined || types.includes('array')) continue;
    const id = path.reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined,
      object.fields,
    );
    if (typeof id !== 'string' || target.contains.length === 0) continue;
    const inner = isKnown(target.type, id) ? keys.of(target.type, id) : undefined;
    if (inner !== undefined) return { kind: target, key: inner };
  }
  return undefined;
}

/** By name where that is clear, else by ID. */
function liveReference({ live, kinds }: ImportRequest, type: string, id: string): Json {
  const field = kinds.get(type)?.key.nameField;
  const name = field === undefined ? undefined : live.byId(type, id)?.fields[field];
  if (field === undefined || typeof name !== 'string' || name === '') return { id };
  const same = live.objects(type).filter((object) => {
    const other = object.fields[field];
    return typeof other === 'string' && other.trim().toLowerCase() === name.trim().toLowerCase();
  });
  return same.length === 1 ? { name: name.replaceAll('${', () => '$${') } : { id };
}

/** `SECRETS_APP_DSN`; with the field where the kind has several; with a number where it is taken. */
function variableFor(
  address: string,
  path: readonly string[],
  kind: ProviderKind,
  variables: Map<string, string>,
): string {
  const key = address.slice(address.lastIndexOf('.') + 1);
  const isOnly = kind.fields.filter(isSettableSecret).length === 1;
  const words = [kebab(kind.name), key, ...(isOnly ? [] : path.map(kebab))];
  const base = words
    .join('_')
    .replaceAll(/[^A-Za-z0-9_]/g, '_')
    .toUpperCase();
  let name = base;
  for (let number = 2; variables.has(name); number += 1) name = `${base}_${number}`;
  variables.set(name, `${address}.${path.join('.')}`);
  return name;
}

function isSettableSecret(field: ProviderKind['fields'][number]): boolean {
  return field.sensitive === true && field.readOnly !== true;
}

interface Refusals {
  /** Address → why its entry cannot stand. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The entries for the state, or why some cannot be imported. */
async function tryOut(
  request: ImportRequest,
  chosen: readonly Candidate[],
  keys: Keys,
  files: ReadonlyMap<string, string>,
): Promise<Map<string, StateResource> | Refusals> {
  const { stack, diagnostics } = request.load(files);
  if (stack === undefined) return { reasons: errorsByAddress(diagnostics), diagnostics };
  assertKept(request.state, stack);
  const ids = new Map(chosen.map((item) => [addressOf(item, keys), item.object.id]));
  const imports = stack.resources.flatMap(({ address }) => {
    const id = ids.get(address);
    return id === undefined ? [] : [{ to: address, id }];
  });
  const plan = await request.plan(stack, imports);
  const told = errorsByAddress(plan.diagnostics);
  const changes = new Map(plan.changes.map((change) => [String(change.address), change]));
  const reasons = new Map<string, string>();
  const resources = new Map<string, StateResource>();
  for (const address of ids.keys()) {
    const change = changes.get(address);
    const kind = request.kinds.get(typeOf(address));
    const error = told.get(address);
    if (change?.action === 'import' && kind !== undefined && error === undefined) {
      resources.set(address, importedEntry(kind, change));
    } else reasons.set(address, error ?? changeText(change));
  }
  return reasons.size === 0 ? resources : { reasons, diagnostics: plan.diagnostics };
}

/** What the state holds and no entry stands for, the next apply would delete. */
function assertKept(state: State, stack: LoadedStack): void {
  const entries = new Set<string>(stack.resources.map(({ address }) => address));
  const lost = Object.keys(state.resources).filter((address) => !entries.has(address));
  if (lost.length === 0) return;
  const message = `the state holds ${lost.join(', ')}, which the manifests would not have`;
  const hint = 'import into a directory of its own';
  throw new TrueupError('import-invalid', message, { hint });
}

function changeText(change: ResourceChange | undefined): string {
  if (change === undefined) return 'it cannot be planned';
  const fields = change.fields.map(({ pointer }) => pointer.slice(1).replaceAll('/', '.'));
  return `a plan would change it: ${[change.action, ...fields].join(' ')}`;
}

function errorsByAddress(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, string> {
  return new Map(
    diagnostics.flatMap(({ severity, address, message }) =>
      severity === 'error' && address !== undefined ? [[address, message] as const] : [],
    ),
  );
}

function unexplained(diagnostics: readonly Diagnostic[]): TrueupError {
  return new TrueupError('import-invalid', 'the manifests of the import have mistakes', {
    diagnostics: diagnostics.filter(({ severity }) => severity === 'error'),
  });
}

function without(item: Candidate, reason: string): LeftOut {
  return { type: item.kind.type, id: item.object.id, name: nameOf(item), reason };
}

function nameOf({ kind, object }: Candidate): string {
  const { nameField } = kind.key;
  const name = nameField === undefined ? undefined : object.fields[nameField];
  return typeof name === 'string' ? name : object.id;
}
