import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { DesiredResource } from '../core/resource.ts';
import { didYouMean } from '../core/suggest.ts';
import { matchesGlob } from '../planner/approvals.ts';
import { usage } from './parse-flags.ts';
import type { PlanRequest } from './planning-run.ts';

/**
 * An address that means nothing is a typing mistake: without this it would plan nothing, or all.
 * Throws `target-unmatched`, and `usage` for a field that cannot be sent again. An approval of
 * nothing is only told: what it was given for may be done already.
 */
export function assertMatched({
  session,
  flags,
  stack,
  loaded,
}: Pick<PlanRequest, 'session' | 'flags' | 'stack' | 'loaded'>): void {
  const entries = stack.resources.map((resource): string => resource.address);
  const known = [...entries, ...Object.keys(loaded.state.resources)];
  const asked = [
    ['--target', flags.target],
    ['--exclude', flags.exclude],
    ['--replace', flags.replace],
    ['--adopt', Array.isArray(flags.adopt) ? flags.adopt : []],
  ] as const;
  for (const [flag, globs] of asked) {
    const lost = globs?.find((glob) => isLost(glob, known));
    if (lost !== undefined) throw unmatched(`${flag} ${lost}`);
  }
  for (const text of flags.send ?? []) assertSendable(text, stack.resources, session.kinds);
  const idle = (flags.allow ?? []).filter((text) =>
    isLost(text.slice(text.indexOf('=') + 1), known),
  );
  session.reporting.diagnostics(idle.map(approvesNothing));
}

function isLost(glob: string, known: readonly string[]): boolean {
  return glob !== '*' && !known.some((address) => matchesGlob(glob, address));
}

function unmatched(what: string): TrueupError {
  return new TrueupError('target-unmatched', `${what}: nothing has this address`, {
    hint: 'addresses look like workspaces.app; `trueup state list` shows those of the state',
  });
}

function approvesNothing(text: string): Diagnostic {
  const message = `--allow ${text} approves nothing: nothing has this address`;
  return { code: 'target-unmatched', severity: 'warning', message };
}

/** `ADDRESS.FIELD`: a field of an entry that trueup sends and the API does not tell. */
function assertSendable(
  text: string,
  resources: readonly DesiredResource[],
  kinds: PlanRequest['session']['kinds'],
): void {
  const resource = resources.find(({ address }) =>
    namesOf(address).some((name) => text.startsWith(`${name}.`)),
  );
  if (resource === undefined) throw unmatched(`--send ${text}`);
  const name = namesOf(resource.address).find((one) => text.startsWith(`${one}.`)) ?? '';
  const field = text.slice(name.length + 1);
  const [head = ''] = field.split('.');
  const all = (kinds.get(resource.type)?.fields ?? [])
    .filter(({ writeOnly, sensitive, readOnly }) => (writeOnly ?? sensitive) === true && !readOnly)
    .map(({ path }) => path.join('.'));
  if (!all.includes(field)) {
    const hint = didYouMean(field, all);
    const message = `--send ${text}: '${field}' is no field that can be sent again`;
    throw new TrueupError('usage', message, hint === undefined ? {} : { hint });
  }
  if (!Object.hasOwn(resource.fields, head)) {
    throw usage(`--send ${text}: the entry has no '${field}' to send`);
  }
}

/** With and without the provider. */
function namesOf(address: string): readonly string[] {
  return [address, address.slice(address.indexOf('.') + 1)];
}
