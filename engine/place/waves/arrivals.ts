import type { ArrivalWait } from "../../model/placement.ts";
import type { Guard, Leg } from "./leg.ts";
import type { RoomGuard } from "./room.ts";

/** What newcomers wait for, and those whose room is not there when all moves have ended. */
export interface Arrivals {
  readonly waits: readonly ArrivalWait[];
  readonly stuck: readonly Leg[];
}

interface ArrivalCrew {
  readonly guards: readonly Guard[];
  readonly room: RoomGuard;
  /** Lets newcomers wait for the end of what the plan ends. */
  readonly letGo: () => unknown;
}

/** Lets newcomers in behind all moves; each waits for those whose room or place it takes. */
export function arrivalsAfter(newcomers: readonly Leg[], crew: ArrivalCrew): Arrivals {
  const { guards, room, letGo } = crew;
  const waits: ArrivalWait[] = [];
  const stuck: Leg[] = [];
  for (const leg of newcomers) {
    leg.round = Infinity;
    if (!room.admits(leg)) letGo();
    if (!room.admits(leg)) {
      stuck.push(leg);
      continue;
    }
    for (const guard of guards) guard.addWaits(leg);
    room.begin(leg);
    const { key } = leg;
    const after = [...leg.waits.after].sort((left, right) => left - right);
    const afterGone = [...leg.waits.gone].filter((other) => other !== key).sort();
    if (after.length + afterGone.length > 0) waits.push({ key, after, afterGone });
  }
  return { waits, stuck };
}
