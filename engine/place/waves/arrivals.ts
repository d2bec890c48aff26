import type { ArrivalWait } from "../../model/placement.ts";
import type { Guard, Leg } from "./leg.ts";

/** What newcomers wait for, and those whose room is not there when all moves have ended. */
export interface Arrivals {
  readonly waits: readonly ArrivalWait[];
  readonly stuck: readonly Leg[];
}

interface ArrivalCrew {
  readonly guards: readonly Guard[];
  /** Those of the guards that newcomers have to ask: placement has asked for the rest. */
  readonly gates: readonly Guard[];
  /** Lets newcomers wait for the end of what the plan ends. */
  readonly letGo: () => unknown;
}

/** Lets newcomers in behind all moves; each waits for those whose room or place it takes. */
export function arrivalsAfter(newcomers: readonly Leg[], crew: ArrivalCrew): Arrivals {
  const { guards, gates, letGo } = crew;
  const isAdmitted = (leg: Leg): boolean => gates.every((gate) => gate.admits(leg));
  const waits: ArrivalWait[] = [];
  const stuck: Leg[] = [];
  for (const leg of newcomers) {
    leg.round = Infinity;
    if (!isAdmitted(leg)) letGo();
    if (!isAdmitted(leg)) {
      stuck.push(leg);
      continue;
    }
    for (const guard of guards) guard.addWaits(leg);
    for (const gate of gates) gate.begin(leg);
    const { key } = leg;
    const after = [...leg.waits.after].sort((left, right) => left - right);
    const afterGone = [...leg.waits.gone].filter((other) => other !== key).sort();
    if (after.length + afterGone.length > 0) waits.push({ key, after, afterGone });
  }
  return { waits, stuck };
}
