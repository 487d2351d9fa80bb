/** Seeded random numbers; the state can be saved and restored. Not for cryptography. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** 32 bits. */
  state(): number;
  restore(state: number): void;
}

/** Mulberry32: one 32-bit word of state, good enough for faults and IDs. */
export function createRandom(seed: number): Random {
  let state = Math.trunc(seed) >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const hex = (): string => word().toString(16).padStart(8, '0');
  return {
    next: () => word() / 4_294_967_296,
    uuid: () => {
      const text = hex() + hex() + hex() + hex();
      const variant = '89ab'.charAt(word() & 3);
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${variant}${text.slice(17, 20)}-${text.slice(20)}`;
    },
    state: () => state,
    restore: (saved) => {
      state = saved >>> 0;
    },
  };
}
