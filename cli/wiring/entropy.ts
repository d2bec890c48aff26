import { getRandomValues, randomUUID } from "node:crypto";
import type { Entropy } from "../../engine/contract/entropy.ts";

/** Chance from the operating system. */
export function systemEntropy(): Entropy {
  return {
    uuid: () => randomUUID(),
    u32: () => getRandomValues(new Uint32Array(1))[0] ?? 0,
  };
}
