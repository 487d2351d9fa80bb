import {
  optionalBoolean,
  optionalChoice,
  optionalNumber,
  optionalObject,
  optionalString,
  requiredString,
} from '../body.ts';
import type { Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { DEPLOYMENT_TYPES } from './group-input.ts';
import { stamp } from './time-text.ts';
import type { Call } from './world.ts';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const NAME_LENGTH_MAX = 32;
const MULTIPLIERS = [1, 2, 4];

export function nameOf(call: Call): string {
  const name = requiredString(call.body, 'name');
  if (call.switches.workspaceNames === 'free') return name;
  if (name.length > NAME_LENGTH_MAX) {
    throw new Refusal(400, 'name: the length must be between 1 and 32');
  }
  if (!NAME.test(name)) throw new Refusal(400, 'name: must be in a valid format');
  return name;
}

function multiplier(body: Fields, name: string): number | undefined {
  const value = optionalNumber(body, name);
  if (value !== undefined && !MULTIPLIERS.includes(value)) {
    throw new Refusal(400, `${name}: must be 1, 2 or 4`);
  }
  return value;
}

function autoSuspend(call: Call): Fields | null | undefined {
  const input = optionalObject(call.body, 'autoSuspend');
  if (input === undefined) return undefined;
  const kind = optionalChoice(input, 'suspendType', ['IDLE', 'SCHEDULED', 'DISABLED']);
  const seconds = optionalNumber(input, 'suspendAfterSeconds');
  if (kind === undefined) throw new Refusal(400, 'autoSuspend.suspendType is required');
  if (kind === 'DISABLED') {
    if (seconds === undefined) return null;
    throw new Refusal(400, 'autoSuspend: DISABLED takes no suspendAfterSeconds');
  }
  if (seconds === undefined || seconds <= 0) {
    throw new Refusal(400, 'autoSuspend.suspendAfterSeconds: must be positive');
  }
  const changedAt = stamp(call.now);
  const common = { suspendType: kind, suspendTypeChangedAt: changedAt };
  if (kind === 'IDLE') return { ...common, idleAfterSeconds: seconds, idleChangedAt: changedAt };
  return {
    ...common,
    scheduledAfterSeconds: seconds,
    scheduledChangedAt: changedAt,
    scheduledSuspendAt: stamp(call.now + seconds * 1_000),
  };
}

function autoScale(call: Call): Fields | null | undefined {
  const input = optionalObject(call.body, 'autoScale');
  if (input === undefined) return undefined;
  const maxScaleFactor = multiplier(input, 'maxScaleFactor');
  const sensitivity = optionalChoice(input, 'sensitivity', ['LOW', 'NORMAL', 'HIGH']) ?? 'NORMAL';
  if (maxScaleFactor === undefined) throw new Refusal(400, 'autoScale.maxScaleFactor is required');
  if (maxScaleFactor > 1) return { maxScaleFactor, sensitivity, changedAt: stamp(call.now) };
  if (sensitivity === 'NORMAL') return null;
  throw new Refusal(400, 'autoScale: sensitivity must be NORMAL when maxScaleFactor is 1');
}

/** What changes without scaling, in the names it is read by; null: reads as absent. */
export function plainFields(call: Call): Fields {
  const suspend = autoSuspend(call);
  const scale = autoScale(call);
  const kai = optionalBoolean(call.body, 'enableKai');
  return {
    ...(suspend === undefined ? {} : { autoSuspend: suspend }),
    ...(scale === undefined ? {} : { autoScale: scale }),
    ...(kai === undefined ? {} : { kaiEnabled: kai ? true : null }),
  };
}

/** PATCH only. */
export function deploymentTypeOf(call: Call): Fields {
  const deploymentType = optionalChoice(call.body, 'deploymentType', DEPLOYMENT_TYPES);
  return deploymentType === undefined ? {} : { deploymentType };
}

/** What takes the workspace through PENDING. */
export function scalingFields(call: Call): Fields {
  const size = optionalString(call.body, 'size');
  if (size !== undefined && !/^S-\d+$/.test(size)) {
    throw new Refusal(400, `size: invalid size ${size}`);
  }
  const cacheConfig = multiplier(call.body, 'cacheConfig');
  const scaleFactor = multiplier(call.body, 'scaleFactor');
  return {
    ...(size === undefined ? {} : { size }),
    ...(cacheConfig === undefined ? {} : { cacheConfig: cacheConfig === 1 ? null : cacheConfig }),
    ...(scaleFactor === undefined ? {} : { scaleFactor }),
  };
}
