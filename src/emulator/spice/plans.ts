import type { Fields } from '../contract.ts';
import { isFields } from '../body.ts';
import { Problem } from './problem.ts';
import type { SpiceSwitches } from './switches.ts';
import { isLive, ok, textOf } from './world.ts';
import type { Call, Result } from './world.ts';

interface Plan {
  readonly apps: number;
  readonly replicas: number;
  readonly spicepods: number;
  /** -1: any number. */
  readonly users: number;
  readonly api_rps: number;
  readonly request_timeout_secs: number;
  readonly sql_query_timeout_secs: number;
  readonly sql_concurrent_queries: number;
  /** Null without private compute. */
  readonly resources: { readonly max_cpu: number; readonly max_memory_gi: number } | null;
}

const COMMUNITY: Plan = {
  apps: 3,
  replicas: 1,
  spicepods: 1,
  users: 3,
  api_rps: 100,
  request_timeout_secs: 90,
  sql_query_timeout_secs: 90,
  sql_concurrent_queries: 16,
  resources: null,
};

const PLANS: Readonly<Record<SpiceSwitches['plan'], Plan>> = {
  community: COMMUNITY,
  developer: { ...COMMUNITY, apps: 10, replicas: 2, users: 10, api_rps: 1_000 },
  pro: {
    ...COMMUNITY,
    apps: 50,
    replicas: 5,
    spicepods: 10,
    users: -1,
    api_rps: 10_000,
    request_timeout_secs: 300,
    sql_query_timeout_secs: 300,
    sql_concurrent_queries: 64,
    resources: { max_cpu: 16, max_memory_gi: 64 },
  },
  enterprise: {
    ...COMMUNITY,
    apps: 100_000,
    replicas: 10,
    spicepods: 100,
    users: -1,
    api_rps: 100_000,
    request_timeout_secs: 1_800,
    sql_query_timeout_secs: 1_800,
    sql_concurrent_queries: 1_024,
    resources: { max_cpu: 64, max_memory_gi: 256 },
  },
};

function planOf(switches: SpiceSwitches): Plan {
  const plan = PLANS[switches.plan];
  return switches.appsMax === 0 ? plan : { ...plan, apps: switches.appsMax };
}

export function readLimits(call: Call): Result {
  return ok({ ...planOf(call.switches) });
}

/** Whether the organization may have one more. */
function hasRoom(call: Call, type: string, max: number): boolean {
  const lines = call.world.store.of(type);
  if (lines.size < max) return true;
  let count = 0;
  for (const line of lines.inParent(call.org.id)) if (isLive(line)) count += 1;
  return count < max;
}

export function checkAppCount(call: Call): void {
  if (hasRoom(call, 'app', planOf(call.switches).apps)) return;
  throw new Problem(403, 'Organization has reached the maximum app limit');
}

export function checkMemberCount(call: Call): void {
  const { users } = planOf(call.switches);
  if (users < 0 || hasRoom(call, 'member', users)) return;
  throw new Problem(403, 'Organization has reached the maximum user limit');
}

/** `16Gi` in GiB. */
function gibibytes(text: string): number {
  const match = /^(\d+)(Mi|Gi|Ti)$/.exec(text);
  const amount = Number(match?.[1] ?? 0);
  return match?.[2] === 'Ti' ? amount * 1_024 : match?.[2] === 'Mi' ? amount / 1_024 : amount;
}

function checkResources(plan: Plan, resources: Fields): void {
  if (plan.resources === null) {
    throw new Problem(403, 'Custom resources need the private compute add-on');
  }
  const { max_cpu, max_memory_gi } = plan.resources;
  for (const part of [resources['limits'], resources['requests']]) {
    const { cpu, memory } = isFields(part)
      ? { cpu: textOf(part, 'cpu'), memory: textOf(part, 'memory') }
      : { cpu: '', memory: '' };
    if (Number(cpu) > max_cpu || gibibytes(memory) > max_memory_gi) {
      throw new Problem(403, 'Resources exceed the limits of the plan');
    }
  }
}

/** Refuses what the organization's plan does not have. */
export function checkPlan(call: Call, config: Fields): void {
  const plan = planOf(call.switches);
  const executor = isFields(config['executor']) ? config['executor'] : {};
  for (const { replicas, resources } of [config, executor]) {
    if (typeof replicas === 'number' && replicas > plan.replicas) {
      throw new Problem(403, `The plan allows ${String(plan.replicas)} replicas`);
    }
    if (isFields(resources)) checkResources(plan, resources);
  }
}

export function checkImageTagAllowed(call: Call): void {
  if (call.switches.plan === 'enterprise') return;
  const text = 'Setting an image tag requires an Enterprise plan';
  throw new Problem(403, text, 'image_tag_requires_enterprise');
}
