import { isFields } from './body.ts';
import type { ControlCall, Fields } from './contract.ts';
import { isFaultPlan, isSwitchesOf, isTimingOf } from './control-input.ts';
import type { TimingProfile } from './control-input.ts';
import type { FaultPlan } from './faults.ts';
import type { Store } from './store.ts';

/** A live object as the store has it: all steps taken, write-only values under `hidden`. */
export interface SnapshotObject {
  readonly type: string;
  readonly id: string;
  readonly fields: Fields;
  readonly hidden: Fields;
}

/** Steers an emulator from a test or, by HTTP, from outside. Nothing of it is in the log. */
export interface BaseControl<Timing, Switches, FillSpec, Mutation> {
  setFaults(plan: FaultPlan): void;
  /** A profile, or durations over the current ones. */
  setTiming(timing: TimingProfile | Partial<Timing>): void;
  setSwitches(switches: Partial<Switches>): void;
  /** Everything that is under way happens now, lag included. */
  settleNow(): void;
  /** Back to what was seeded, without faults and log. */
  reset(): void;
  /** Returns how many objects were made. */
  fill(spec: FillSpec): number;
  /** Returns what the API's own handler answers, or `{ id }`. */
  mutate(mutation: Mutation): unknown;
  /** All live objects of the kinds a client can manage, and what belongs to them. */
  snapshot(): readonly SnapshotObject[];
}

/** What the JSON calls have to know of an emulator's own types. */
export interface ControlTypes<Timing, Switches, FillSpec, Mutation> {
  readonly timing: Timing;
  readonly switches: Switches;
  readonly parseFillSpec: (input: unknown) => FillSpec;
  /** A Refusal for anything else. */
  readonly isMutation: (input: unknown) => input is Mutation;
}

/** A world that can be steered. */
export interface SteeredWorld<Timing, Switches> {
  readonly store: Pick<Store, 'follow' | 'flush'>;
  timing: Timing;
  switches: Switches;
}

export interface SteeringParts<Timing, Switches> {
  readonly world: SteeredWorld<Timing, Switches>;
  readonly resolveTiming: (profile: TimingProfile) => Timing;
  readonly settleAll: () => void;
  readonly setFaults: (plan: FaultPlan) => void;
  readonly reset: () => void;
  /** The file of the store had changed, and was read again. */
  readonly onFollowed?: () => void;
}

export interface Steering<Timing, Switches> {
  /** Every control call sees, and leaves, a store that agrees with its file. */
  readonly stored: <Outcome>(action: () => Outcome) => Outcome;
  /** The methods that all emulators have alike. */
  readonly methods: Pick<
    BaseControl<Timing, Switches, never, never>,
    'setFaults' | 'setTiming' | 'setSwitches' | 'settleNow' | 'reset'
  >;
}

export function createSteering<Timing extends object, Switches extends object>(
  parts: SteeringParts<Timing, Switches>,
): Steering<Timing, Switches> {
  const { world } = parts;
  const stored = <Outcome>(action: () => Outcome): Outcome => {
    if (world.store.follow()) parts.onFollowed?.();
    try {
      return action();
    } finally {
      world.store.flush();
    }
  };
  return {
    stored,
    methods: {
      setFaults: parts.setFaults,
      setTiming(timing) {
        world.timing =
          typeof timing === 'string' ? parts.resolveTiming(timing) : { ...world.timing, ...timing };
      },
      setSwitches(switches) {
        world.switches = { ...world.switches, ...switches };
      },
      settleNow: () => stored(parts.settleAll),
      reset: () => stored(parts.reset),
    },
  };
}

/** The shared methods as JSON calls; an emulator adds its own. */
export function createBaseCalls<Timing extends object, Switches extends object, FillSpec, Mutation>(
  control: BaseControl<Timing, Switches, FillSpec, Mutation>,
  types: ControlTypes<Timing, Switches, FillSpec, Mutation>,
): Readonly<Record<string, ControlCall>> {
  return {
    setFaults: (input) => {
      if (isFaultPlan(input)) control.setFaults(input);
      return {};
    },
    setTiming: (input) => {
      const timing = isFields(input) && 'profile' in input ? input['profile'] : input;
      if (isTimingOf(types.timing, timing)) control.setTiming(timing);
      return {};
    },
    setSwitches: (input) => {
      if (isSwitchesOf(types.switches, input)) control.setSwitches(input);
      return {};
    },
    settleNow: () => {
      control.settleNow();
      return {};
    },
    reset: () => {
      control.reset();
      return {};
    },
    fill: (input) => ({ made: control.fill(types.parseFillSpec(input)) }),
    mutate: (input) => {
      const answer = types.isMutation(input) ? control.mutate(input) : undefined;
      return isFields(answer) ? answer : {};
    },
    state: () =>
      control.snapshot().map(({ type, id, fields, hidden }) => ({ type, id, fields, hidden })),
  };
}
