import type { Action, ActionReason, ResourceChange } from '../../planner/plan.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';

interface ActionWording {
  /** Three columns wide. */
  readonly symbol: string;
  readonly paint: keyof Style;
  /** Its line in the legend, and its name in lists. */
  readonly title: string;
  readonly headline: string;
}

const ACTIONS: Readonly<Record<Action, ActionWording>> = {
  create: { symbol: '  +', paint: 'green', title: 'create', headline: 'will be created' },
  update: {
    symbol: '  ~',
    paint: 'yellow',
    title: 'update in place',
    headline: 'will be updated in place',
  },
  replace: {
    symbol: '-/+',
    paint: 'red',
    title: 'destroy and then create replacement',
    headline: 'must be replaced',
  },
  delete: { symbol: '  -', paint: 'red', title: 'destroy', headline: 'will be destroyed' },
  import: { symbol: ' <=', paint: 'cyan', title: 'import', headline: 'will be imported' },
  move: { symbol: ' ->', paint: 'cyan', title: 'move', headline: 'has moved' },
  forget: {
    symbol: '  .',
    paint: 'magenta',
    title: 'forget',
    headline: 'will no longer be managed by trueup, but will not be destroyed',
  },
  'no-op': { symbol: '   ', paint: 'dim', title: 'no change', headline: 'is unchanged' },
};

/** Undefined: the headline says it all. */
const REASONS: Readonly<Record<ActionReason, string | undefined>> = {
  'not-in-state': undefined,
  gone: 'it was deleted outside of trueup',
  expired: 'it expired; creating it again was allowed',
  'fields-differ': undefined,
  'immutable-field': undefined,
  'parent-replaced': 'because what it belongs to is replaced',
  'replace-requested': 'as requested with --replace',
  'removed-from-manifest': 'no longer in the manifest',
  destroy: undefined,
  adopted: undefined,
  'recovered-create': 'an earlier run created it without recording it',
  'finish-steps': 'an earlier run did not finish it',
  'resend-write-only': 'a field that the API never shows is sent again',
  moved: undefined,
  unchanged: undefined,
};

const LEGEND: readonly Action[] = ['create', 'update', 'replace', 'delete', 'import', 'forget'];

/** The symbol in its colour, three columns wide. */
export function actionSymbol(action: Action, style: Style): string {
  const { symbol, paint } = ACTIONS[action];
  return style[paint](symbol);
}

export function actionTitle(action: Action): string {
  return ACTIONS[action].title;
}

/** `singlestore.workspaces.app will be created`; a move names where it came from first. */
export function headline(change: ResourceChange): string {
  const address = text(change.address);
  if (change.action === 'move' && change.previousAddress !== undefined) {
    return `${text(change.previousAddress)} has moved to ${address}`;
  }
  if (change.action === 'replace' && change.reason === 'replace-requested') {
    return `${address} will be replaced`;
  }
  return `${address} ${ACTIONS[change.action].headline}`;
}

/** Why, where the headline does not tell; a change that only repairs drift says so. */
export function reasonText(change: ResourceChange): string | undefined {
  const reason = REASONS[change.reason];
  if (reason !== undefined) return reason;
  const onlyDrift = change.causes.length > 0 && change.causes.every((cause) => cause === 'drift');
  return onlyDrift ? 'changed outside of trueup' : undefined;
}

/** The symbols that occur, with what they mean. */
export function legendLines(actions: ReadonlySet<Action>, style: Style): string[] {
  return LEGEND.filter((action) => actions.has(action)).map(
    (action) => `${actionSymbol(action, style)} ${ACTIONS[action].title}`,
  );
}
