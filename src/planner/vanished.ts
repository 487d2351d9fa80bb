import { typeOf } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { GuardSettings } from '../core/resource.ts';
import { isAllowed, type Approvals } from './approvals.ts';
import type { Plan, ResourceChange } from './plan.ts';

/** A state with fewer resources may lose them all at once to one delete by hand. */
const ALL_MIN = 3;
/** A message names at most this many addresses. */
const NAMED_MAX = 5;

/**
 * When much of what the state holds is gone at once, the view is more likely wrong (another
 * organization, lost permissions, a fault of the API) than the account empty: nothing is created
 * anew until that was asked for. Approving a resource covers what depended on it.
 */
export function vanishedRefusals(
  plan: Plan,
  approvals: Approvals,
  guards: GuardSettings,
): readonly Diagnostic[] {
  const recreated = new Map<string, ResourceChange>();
  for (const change of plan.changes) {
    if (change.action !== 'create') continue;
    if (change.reason === 'gone' || change.reason === 'expired') {
      recreated.set(change.address, change);
    }
  }
  if (recreated.size === 0) return [];
  return alarmsOf(plan, guards).flatMap((alarm) => {
    const roots = new Set(
      [...recreated.keys()]
        .filter(alarm.concerns)
        .flatMap((address) => rootsOf(address, recreated)),
    );
    const missing = [...roots].filter((address) => !isAllowed(approvals, 'recreate', address));
    return missing.length === 0 ? [] : [refusal(alarm.message, missing.toSorted())];
  });
}

interface Alarm {
  readonly message: string;
  readonly concerns: (address: string) => boolean;
}

/** Each provider has a credential of its own, so each is looked at by itself. */
function alarmsOf(plan: Plan, guards: GuardSettings): readonly Alarm[] {
  const gone = new Map<string, number>();
  for (const address of plan.vanished ?? []) {
    gone.set(typeOf(address), (gone.get(typeOf(address)) ?? 0) + 1);
  }
  const providers = new Set([...gone.keys()].map((type) => providerOf(type)));
  return [...providers].flatMap((provider) => alarmsOfProvider(plan, guards, gone, provider));
}

/** One for everything of a provider, or one for each kind of which too much is gone. */
function alarmsOfProvider(
  plan: Plan,
  guards: GuardSettings,
  allGone: ReadonlyMap<string, number>,
  provider: string,
): readonly Alarm[] {
  const managed = Object.entries(plan.managed ?? {});
  const isOwn = (type: string): boolean => providerOf(type) === provider;
  const gone = [...allGone].filter(([type]) => isOwn(type));
  const isOnly = [...allGone, ...managed].every(([type]) => isOwn(type));
  const total = gone.reduce((sum, [, count]) => sum + count, 0);
  const isEmpty = managed.every(([type, count]) => count === 0 || !isOwn(type));
  const of = isOnly ? '' : ` of ${provider}`;
  if (total >= ALL_MIN && isEmpty) {
    return [
      {
        message: `none of the ${total} resources${of} of the state is there any more`,
        concerns: (address) => isOwn(typeOf(address)),
      },
    ];
  }
  const { maxShare, minExisting } = guards.vanished;
  return gone.flatMap(([type, count]) => {
    const existing = count + (plan.managed?.[type] ?? 0);
    if (existing < minExisting || count / existing <= maxShare) return [];
    return [
      {
        message: `${count} of ${existing} managed ${type} are gone at once`,
        concerns: (address) => typeOf(address) === type,
      },
    ];
  });
}

function providerOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

/** What a resource went with: what it depended on and is to be created anew itself. */
function rootsOf(
  address: string,
  recreated: ReadonlyMap<string, ResourceChange>,
): readonly string[] {
  const roots: string[] = [];
  const seen = new Set<string>();
  const open = [address];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const above = (recreated.get(next)?.previousDependsOn ?? []).filter((item) =>
      recreated.has(item),
    );
    if (above.length === 0) roots.push(next);
    open.push(...above);
  }
  // An interrupted apply may have recorded that two depend on each other.
  return roots.length === 0 ? [address] : roots;
}

function refusal(what: string, missing: readonly string[]): Diagnostic {
  const [first = ''] = missing;
  const more = missing.length > NAMED_MAX ? `, and ${missing.length - NAMED_MAX} more` : '';
  const globs =
    missing.length === 1 ? [first] : [...new Set(missing.map((item) => `${typeOf(item)}.*`))];
  const flags = globs.map((glob) => `--allow recreate=${glob}`).join(' ');
  return {
    code: 'guard-vanished',
    severity: 'error',
    message: `${what}; these would be created anew: ${missing.slice(0, NAMED_MAX).join(', ')}${more}`,
    hint: `check the organization and the permissions of the API key; if they were deleted, pass \`${flags}\``,
  };
}
