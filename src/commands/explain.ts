import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAddress } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import { VERSION } from '../core/version.ts';
import type { PlannedRun } from '../executor/make-plan.ts';
import { sourceText, SourceTerm, type LoadedTerm } from '../manifest/source-term.ts';
import { derivedPointers } from '../planner/derive.ts';
import {
  explainFields,
  explainUnmanaged,
  rolesAt,
  type ExplainInput,
  type FieldExplanation,
} from '../planner/explain.ts';
import { indexRoles } from '../planner/role-index.ts';
import { renderField, renderFields, type Origins } from '../views/human/explain.ts';
import { explainJson } from '../views/json/explain-json.ts';
import { jsonText } from '../views/sanitize.ts';
import type { LoadedState } from '../state/contract.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { connectReadOnly } from './connect.ts';
import { findAddress } from './find-address.ts';
import type { PlanFlags } from './flags.ts';
import { usage } from './parse-flags.ts';
import { noteRunning, planRun } from './planning-run.ts';
import { connectInput, openSession, sourcesOf, type Session } from './session.ts';
import { writtenExpression } from './written-expression.ts';

export interface ExplainFlags extends PlanFlags {
  readonly format?: string;
}

/**
 * `trueup explain ADDRESS[.FIELD]`: why a field differs from its entry, or does not. Plans as
 * `plan` does and sends nothing but GET. A sensitive value is never shown.
 */
export async function runExplain(
  io: CommandIo,
  target: string,
  directory: string,
  flags: ExplainFlags,
): Promise<Endings> {
  const format = flags.format ?? 'human';
  const session = await openSession(io, directory, flags, 'plan');
  const { reporting } = session;
  try {
    reporting.emit({ type: 'run-started', command: 'explain', version: VERSION });
    const loaded = await session.backend.load();
    const asked = readTarget(session, loaded, target);
    const stack = await sourcesOf(session, flags.skipSecrets === true ? 'skip' : 'resolve');
    const connected = await connectReadOnly(connectInput(session, stack, loaded));
    try {
      for (const note of connected.notes) reporting.note(`${note}\n`);
      noteRunning(session, loaded);
      const { accounts, ratePerSecond } = connected;
      const request = { session, flags, stack, loaded, accounts, ratePerSecond, destroy: false };
      const planned = await planRun(request);
      reporting.close();
      const told = explained(session, loaded, planned, asked, format);
      // With `--json` too: it is what was asked for.
      if (format === 'json') io.stdout.write(told);
      else reporting.result(told);
      return DONE;
    } finally {
      await connected.close();
    }
  } finally {
    reporting.close();
  }
}

interface Target {
  readonly address: string;
  /** Empty: all fields. */
  readonly path: readonly string[];
}

function readTarget({ files, kinds }: Session, loaded: LoadedState, target: string): Target {
  const known = [
    ...files.stack.resources.map((resource): string => resource.address),
    ...Object.keys(loaded.state.resources),
  ];
  const parts = target.split('.');
  for (const length of [3, 2]) {
    const address = findAddress(parts.slice(0, length).join('.'), [...new Set(known)]);
    if (!known.includes(address)) continue;
    const path = parts.slice(length);
    const parsed = parseAddress(address);
    const kind = parsed && kinds.get(`${parsed.provider}.${parsed.kind}`);
    if (path.length === 0 || kind === undefined) return { address, path };
    const roles = rolesAt(indexRoles(kind), path);
    if (roles.length > 0) return { address, path };
    const names = kind.fields.map((role) => role.path.join('.'));
    const field = path.join('.');
    const hint = didYouMean(field, names);
    const message = `${kind.name} have no field '${field}'`;
    throw new TrueupError('usage', message, hint === undefined ? {} : { hint });
  }
  const hint = didYouMean(target, known);
  throw new TrueupError('target-unmatched', `nothing has the address ${target}`, {
    hint: hint ?? 'write ADDRESS or ADDRESS.FIELD: workspaces.app.size',
  });
}

function explained(
  session: Session,
  loaded: LoadedState,
  { plan, live }: PlannedRun,
  { address, path }: Target,
  format: string,
): string {
  const change = plan.changes.find((item) => item.address === address);
  if (change === undefined) {
    const open = plan.undetermined.find((item) => item.address === address);
    session.reporting.diagnostics(plan.diagnostics.filter((item) => item.address === address));
    const because = open?.because ?? 'it was left out of the plan';
    throw new TrueupError('incomplete-plan', `${address} could not be planned: ${because}`);
  }
  const kind = session.kinds.get(change.type);
  if (kind === undefined) throw usage(`there is no kind ${change.type}`);
  const prior = loaded.state.resources[change.previousAddress ?? address];
  const entries = plan.acceptedDrift ?? [];
  const accepted = entries.filter((entry) => entry.address === address);
  const derived = derivedPointers(kind);
  const input: ExplainInput = { change, kind, prior, live, accepted, derived };
  const { style } = session.reporting;
  const all = explainFields(input);
  const fields = path.length === 0 ? all : fieldsAt(all, path, input);
  const origins = originsOf(session, address, fields);
  if (format === 'json') return `${jsonText(explainJson(change, fields, origins), 2)}\n`;
  const view = { change, fields, origins, style };
  return path.length === 0 ? renderFields(view) : renderField(view);
}

/** The explained fields at, below or around a path; what is not managed is explained as that. */
function fieldsAt(
  all: readonly FieldExplanation[],
  path: readonly string[],
  input: ExplainInput,
): readonly FieldExplanation[] {
  const roles = rolesAt(indexRoles(input.kind), path);
  const wanted = new Set(roles.map((role) => `/${role.path.join('/')}`));
  const found = all.filter((field) => wanted.has(field.pointer));
  if (found.length > 0) return found;
  return roles.slice(-1).map((role) => explainUnmanaged(role, input));
}

/** What the manifests write where the fields stand: an expression, or the source of a secret. */
function originsOf(
  { files, redactor, kinds }: Session,
  address: string,
  fields: readonly FieldExplanation[],
): Origins {
  const origins = new Map<string, string>();
  const entry = files.stack.resources.find((resource) => resource.address === address);
  const nameField = entry === undefined ? undefined : kinds.get(entry.type)?.key.nameField;
  const keyPointer = nameField === undefined ? undefined : `/${nameField}`;
  for (const { pointer, role, position, sensitive } of fields) {
    if (entry?.namedByKey === true && pointer === keyPointer) {
      origins.set(pointer, 'the key of the entry');
    }
    const term = termAt(entry?.fields, role.path);
    if (term instanceof SourceTerm) origins.set(pointer, sourceText(term.source));
    if (term instanceof SourceTerm || position === undefined || sensitive) continue;
    const line = lineOf(resolve(files.directory, position.file), position.line);
    const written =
      line === undefined ? undefined : writtenExpression(line, position, role.path.at(-1) ?? '');
    // A line may hold other fields; what of them is secret is known by now.
    if (written !== undefined) origins.set(pointer, redactor.scrub(written));
  }
  return origins;
}

function termAt(term: LoadedTerm | undefined, path: readonly string[]): LoadedTerm | undefined {
  let at: unknown = term;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a part of a term is a term
  return at as LoadedTerm | undefined;
}

/** The manifest has been read a moment ago; if it is gone, only the expression is not shown. */
function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
