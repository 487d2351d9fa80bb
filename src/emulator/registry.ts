import type { Emulator, EmulatorClock } from './contract.ts';
import { createSingleStoreEmulator } from './singlestore/index.ts';
import { createSpiceEmulator } from './spice/index.ts';

export interface EmulatorStart {
  readonly clock: EmulatorClock;
  readonly seed: number;
  readonly timing?: 'none' | 'fast' | 'real';
  readonly storeFile?: string;
}

/** Every emulator by the name of its provider. */
export const EMULATORS: Readonly<Record<string, (start: EmulatorStart) => Emulator>> = {
  singlestore: (start) => createSingleStoreEmulator(start),
  spice: (start) => createSpiceEmulator(start),
};
