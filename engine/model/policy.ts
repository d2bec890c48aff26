import type { PlacementPolicy } from "./desired.ts";

/** The policy of a cluster: its own, else the one of every other cluster. */
export const policyOf = (
  policies: readonly PlacementPolicy[],
  cluster: string,
): PlacementPolicy | undefined =>
  policies.find((policy) => policy.cluster === cluster) ??
  policies.find((policy) => policy.cluster === undefined);
