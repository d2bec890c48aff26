import { crc32 } from "node:zlib";
import type { Outcome, Problem } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import type { Fault, FaultSettings } from "./world.ts";

const KINDS = ["unavailable", "timeout-before", "timeout-after"] as const;
const RETRY_AFTER_MS = 20;

/**
 * Chooses faults by seed, verb, object and attempt, so that the order in which parallel calls
 * happen to arrive changes nothing: the same run meets the same faults again.
 */
export class FaultDice {
  readonly #attempts = new Map<string, number>();

  throw(settings: FaultSettings, verb: string, objectId: string): Fault {
    const key = `${verb} ${objectId}`;
    const attempt = this.#attempts.get(key) ?? 0;
    this.#attempts.set(key, attempt + 1);
    const value = mix(crc32(`${settings.seed} ${key} ${attempt}`));
    if (value % 10_000 >= settings.ratePercent * 100) return "none";
    return KINDS[Math.floor(value / 10_000) % KINDS.length] ?? "unavailable";
  }
}

/** Spreads a checksum over all its bits. */
function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35);
  return (second ^ (second >>> 16)) >>> 0;
}

export const unavailable: Outcome = {
  is: "failed",
  why: {
    type: "transient",
    code: CODES.unavailable,
    message: "the simulated platform answered 503",
    retryAfterMs: RETRY_AFTER_MS,
  },
};

/** Nobody can tell whether the call had an effect. */
export const unknown = (code: string, message: string): Outcome => ({
  is: "unknown",
  why: { type: "transient", code, message } satisfies Problem,
});

export const timedOut: Outcome = unknown(CODES.timeout, "the simulated platform did not answer");

/** The caller gave up before anything was done. */
export const cancelled: Outcome = {
  is: "failed",
  why: { type: "transient", code: CODES.cancelled, message: "the call was cancelled" },
};
