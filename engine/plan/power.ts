/** Which hosts the plan itself wakes or puts to sleep, of those that placement speaks of. */
import type { Address } from "../model/address.ts";
import type { PlacementResult, PowerAdvice } from "../model/placement.ts";
import { isMade, type PowerFacts, powerLeave } from "../model/power-leave.ts";

/** By address of the host. */
export function powerMade(
  facts: PowerFacts,
  { power }: PlacementResult,
): ReadonlyMap<Address, PowerAdvice> {
  if (power.length === 0) return new Map();
  const leave = powerLeave(facts);
  const made = power.filter((advice) => isMade(advice, leave));
  return new Map(made.map((advice) => [`host/${advice.host}`, advice]));
}
