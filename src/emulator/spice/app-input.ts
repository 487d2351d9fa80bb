import { isFields } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { CLUSTER, cnameOf, isPublished, openRegions, regionOf } from './catalogue.ts';
import {
  checkedInput,
  choice,
  flag,
  integer,
  object,
  pattern,
  positive,
  record,
  text,
} from './input.ts';
import type { Check, Checks } from './input.ts';
import { checkImageTagAllowed, checkPlan } from './plans.ts';
import { invalidBody, Problem } from './problem.ts';
import { spicepodOf } from './spicepod.ts';
import { textOf } from './world.ts';
import type { Call } from './world.ts';

const REPLICAS_MAX = 10;
const CHANNELS = ['stable', 'preview', 'nightly', 'internal', 'internal-sandbox'];
const UNCHECKED_CHANNELS = ['preview', 'nightly', 'internal', 'internal-sandbox'];

const CPU = pattern(/^(?:\d+|-)$/, 'Must be whole vCPUs, or - for no limit');
const SIZE = pattern(/^\d+(?:Mi|Gi|Ti)$/, 'Must be a size such as 16Gi');
const RESOURCES = object({
  limits: object({ cpu: CPU, memory: SIZE, 'ephemeral-storage': SIZE }),
  requests: object({ cpu: CPU, memory: SIZE }),
});

export function replicasCheck(call: Call): Check {
  return integer(call.switches.replicasMin, REPLICAS_MAX);
}

function configChecks(call: Call): Checks {
  return {
    replicas: replicasCheck(call),
    resources: RESOURCES,
    executor: object({
      replicas: integer(0, REPLICAS_MAX),
      resources: RESOURCES,
      storage_size_gb: positive,
    }),
    storage_size_gb: positive,
    storage_claim_size_gb: positive,
    update_channel: choice(CHANNELS),
  };
}

const SHARED: Checks = {
  description: text,
  visibility: choice(['public', 'private']),
  tags: record,
  region: text,
  cluster_name: text,
};

const TAG_KEY = /^[A-Za-z][A-Za-z0-9_./-]{0,62}$/;
const TAG_VALUE = /^[A-Za-z0-9_@-]*$/;

/** The server does not say which tag it dislikes, nor that it is a tag. */
function checkTags(tags: Json | undefined): void {
  if (!isFields(tags)) return;
  for (const [key, value] of Object.entries(tags)) {
    if (!TAG_KEY.test(key) || typeof value !== 'string' || !TAG_VALUE.test(value)) {
      throw invalidBody();
    }
  }
}

/** Fields of the store that say where an app runs; undefined: nothing was said. */
export function placementOf(call: Call, fields: Fields): Fields | undefined {
  const { region, cluster_name: cluster, cname } = fields;
  if (typeof region === 'string' && typeof cluster === 'string') {
    throw invalidBody({ cluster_name: ['Either region or cluster_name'] });
  }
  if (typeof cluster === 'string') {
    if (cluster !== CLUSTER.cluster_name) throw invalidBody({ cluster_name: ['Unknown cluster'] });
    return { cluster_name: cluster, region: CLUSTER.region, cname: cnameOf(CLUSTER.region) };
  }
  if (typeof region === 'string') {
    const wrong = choice(openRegions())(region);
    if (wrong !== undefined) throw invalidBody({ region: [wrong] });
    return { region, cname: cnameOf(region), cluster_name: null };
  }
  if (typeof cname !== 'string') return undefined;
  const found = regionOf(cname);
  if (found === undefined) throw invalidBody({ cname: ['Unknown cname'] });
  return { region: found, cname: cnameOf(found), cluster_name: null };
}

/** The new name of the storage size, whichever was sent. */
function withoutClaim(fields: Fields): Fields {
  const { storage_claim_size_gb: claim, ...rest } = fields;
  return claim === undefined ? fields : { storage_size_gb: claim, ...rest };
}

export interface NewApp {
  readonly name: string;
  readonly basics: Fields;
  readonly config: Fields;
  /** Undefined: attached to nothing. */
  readonly placement: Fields | undefined;
}

const CONFIG_FIELDS = new Set([
  'replicas',
  'resources',
  'executor',
  'storage_size_gb',
  'update_channel',
]);

function only(fields: Fields, wanted: (name: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => wanted(name)));
}

const NAME: Check = (value) => {
  if (typeof value !== 'string') return text(value);
  if (value.length < 4) return 'String must contain at least 4 character(s)';
  if (value.length > 38) return 'String must contain at most 38 character(s)';
  return /^[a-zA-Z0-9-]+$/.test(value) ? undefined : 'Only letters, digits and hyphens';
};

/** The body of a POST, valid and within the plan. */
export function newApp(call: Call): NewApp {
  const fields = withoutClaim(
    checkedInput(call.body, {
      checks: { name: NAME, ...SHARED, cname: text, ...configChecks(call), default_alerts: flag },
      required: ['name'],
      nulls: call.switches.nulls,
    }),
  );
  checkTags(fields['tags']);
  const placement = placementOf(call, fields);
  if (placement === undefined && !call.switches.standalone) {
    throw new Problem(400, 'Region is required');
  }
  const config = only(fields, (name) => CONFIG_FIELDS.has(name));
  checkPlan(call, config);
  const basics = only(fields, (name) => ['description', 'visibility', 'tags'].includes(name));
  return { name: textOf(fields, 'name'), basics, config, placement };
}

/** An image tag that may be used; null is always one. */
export function checkImageTag(call: Call, tag: Json | undefined, channel: string): void {
  if (typeof tag !== 'string') return;
  checkImageTagAllowed(call);
  if (UNCHECKED_CHANNELS.includes(channel) || isPublished(tag)) return;
  const message = `Image tag ${tag} is not a published version`;
  throw new Problem(400, message, 'invalid_stable_image_tag');
}

function merged(before: Json | undefined, sent: Json | undefined): Json | undefined {
  if (!isFields(before) || !isFields(sent)) return sent;
  const entries = Object.entries(sent).map(([name, value]) => [name, merged(before[name], value)]);
  return { ...before, ...Object.fromEntries(entries) };
}

const SPICEPOD: Check = (value) =>
  typeof value === 'string' || isFields(value) ? undefined : 'Expected string or object';

/** What the body of a PUT changes; a member that is null is cleared. */
export function appChanges(call: Call, before: Fields): Fields {
  const { immutableFields, nestedMerge, nulls, spicepodMigrates } = call.switches;
  const fixed = ['name', 'cname'].find((name) => call.body[name] !== undefined);
  if (immutableFields === 'refuse' && fixed !== undefined) {
    throw invalidBody({ [fixed]: ['Cannot be changed'] });
  }
  const fields = withoutClaim(
    checkedInput(call.body, {
      checks: {
        ...SHARED,
        ...configChecks(call),
        production_branch: text,
        spicepod: SPICEPOD,
        version: text,
        image_tag: text,
        registry: text,
        image: text,
        node_group: text,
      },
      nullable: ['image_tag'],
      nulls,
    }),
  );
  checkTags(fields['tags']);
  const { spicepod, region: _region, cluster_name: _cluster, ...rest } = fields;
  const deep = nestedMerge
    ? only(
        {
          resources: merged(before['resources'], rest['resources']),
          executor: merged(before['executor'], rest['executor']),
        },
        (name) => rest[name] !== undefined,
      )
    : {};
  const changes: Fields = {
    ...rest,
    ...deep,
    ...placementOf(call, fields),
    ...(spicepod === undefined
      ? {}
      : { spicepod: spicepod === null ? null : spicepodOf(spicepod, spicepodMigrates) }),
  };
  checkPlan(call, changes);
  const channel = textOf({ ...before, ...rest }, 'update_channel');
  checkImageTag(call, rest['image_tag'], channel);
  return changes;
}
