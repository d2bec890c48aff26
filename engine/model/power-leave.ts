import type { Address } from "./address.ts";
import type { DiffResult } from "./change.ts";
import type { DesiredState } from "./desired.ts";
import type { Host } from "./host.ts";
import type { Observation } from "./observation.ts";
import type { PowerAdvice } from "./placement.ts";
import { policyOf } from "./policy.ts";

/** Hosts that a plan wakes and puts to sleep by itself, by name; others it only speaks of. */
export interface PowerLeave {
  /** Those that are woken for what needs them in order to run. */
  readonly onNeed: readonly string[];
  /** Those of them that are also switched where nothing but the load asks for it. */
  readonly onLoad: readonly string[];
}

export interface PowerFacts {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly diff: DiffResult;
  /** True: nothing follows from the load, but what has to move may need a host. */
  readonly isMovesOnly: boolean;
}

/**
 * What something needs in order to run is done, and what only follows from the load where the
 * documents say so. Both take a provider that can, and a host that is declared, whose documents
 * want it in service and which this plan speaks of: a selection may leave it out.
 */
export function powerLeave({ desired, observation, diff, isMovesOnly }: PowerFacts): PowerLeave {
  const able = new Set(
    observation.readings.flatMap(({ provider, powersHosts }) => (powersHosts ? [provider] : [])),
  );
  const onNeed = diff.changes.flatMap(({ address, action }): Host[] => {
    const { host } = isKept(address, action) ? (desired.resources.get(address) ?? {}) : {};
    if (host === undefined || host.connection !== "connected") return [];
    return able.has(host.provider) ? [host] : [];
  });
  const onLoad = isMovesOnly ? [] : onNeed.filter((host) => isAutomatic(desired, host));
  return { onNeed: onNeed.map(({ name }) => name), onLoad: onLoad.map(({ name }) => name) };
}

/** True for what the plan does itself; without `leave` it does everything. */
export function isMade(advice: PowerAdvice, leave: PowerLeave | undefined): boolean {
  if (leave === undefined) return true;
  return (advice.for === undefined ? leave.onLoad : leave.onNeed).includes(advice.host);
}

/** Only a host that stays can sleep or wake. */
const isKept = (address: Address, action: string): boolean =>
  (action === "noop" || action === "update") && address.startsWith("host/");

const isAutomatic = ({ policies }: DesiredState, { cluster }: Host): boolean =>
  policyOf(policies, cluster)?.power?.isAutomatic === true;
