/** Seeded chance in named streams: a new kind of fault does not shift the others' numbers. */
export interface Random {
  u32(): number;
  /** From 0 up to and without `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
}

export function randomStream(seed: number, name: string): Random {
  let state = hash32(`${seed}|${name}`);
  // SplitMix32: every state gives a full-period sequence, so weak seeds do not exist.
  const u32 = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((u32() / 2 ** 32) * limit);
  return {
    u32,
    below,
    chance: (probability) => u32() / 2 ** 32 < probability,
    pick: (items) => items[below(items.length)]!,
  };
}

/** FNV-1a. */
export function hash32(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
