/** Which hosts the plan itself wakes or puts to sleep, of those that placement speaks of. */
import type { Address } from "../model/address.ts";
import type { DesiredState } from "../model/desired.ts";
import type { Host } from "../model/host.ts";
import type { Observation } from "../model/observation.ts";
import type { PlacementResult, PowerAdvice } from "../model/placement.ts";

export interface PowerBasis {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly placement: PlacementResult;
  /** True: nothing follows from the load, but what has to move may need a host. */
  readonly isMovesOnly?: boolean;
}

/**
 * By address of the host: what something needs in order to run is made, and what only follows from
 * the load where the documents say so. Both take a provider that can, and a host that is declared;
 * the documents have the last word on whether it is in service.
 */
export function powerMade(basis: PowerBasis): ReadonlyMap<Address, PowerAdvice> {
  const { desired, observation, placement, isMovesOnly = false } = basis;
  const able = new Set(
    observation.readings.flatMap(({ provider, powersHosts }) => (powersHosts ? [provider] : [])),
  );
  const made = new Map<Address, PowerAdvice>();
  for (const advice of placement.power) {
    const address: Address = `host/${advice.host}`;
    const host = desired.resources.get(address)?.host;
    if (host === undefined || host.connection !== "connected" || !able.has(host.provider)) continue;
    const isWanted = !isMovesOnly && isAutomatic(desired, host);
    if (advice.for !== undefined || isWanted) made.set(address, advice);
  }
  return made;
}

/** The policy of its cluster decides, else the one for all clusters. */
function isAutomatic({ policies }: DesiredState, { cluster }: Host): boolean {
  const own = policies.find((policy) => policy.cluster === cluster);
  const policy = own ?? policies.find((general) => general.cluster === undefined);
  return policy?.power?.isAutomatic === true;
}
