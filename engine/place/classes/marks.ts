import type { Ledger } from "../ledger/ledger.ts";
import type { Sums } from "../basics/sums.ts";
import type { Topology } from "./topology.ts";

/**
 * A number that hosts have in common. Hosts with equal marks get the same answer of whoever names
 * the marks, whatever is placed on any of them.
 */
export interface Mark {
  /**
   * Marks of the same name are the same, and are those of what a placement changes for all that
   * have them in common: a domain. Empty: like no other, and nothing but what is on the host.
   */
  readonly name: string;
  /** Read again when something is placed on the host; marks of other hosts stay as they are. */
  readonly of: (host: number) => number;
}

const NO_DOMAIN = Number.MIN_SAFE_INTEGER;

/**
 * What tells hosts apart by sums over the domains of a topology: the domain, or the sum itself
 * where every host is a domain of its own, as else no two hosts would be alike.
 */
export function domainMarks(
  topology: Topology,
  sums: Pick<Sums, "at">,
  read: (sum: number) => number = (sum) => sum,
): readonly Mark[] {
  const { domainOf, isPerHost, key } = topology;
  if (!isPerHost) return [{ name: `domain ${key}`, of: (host) => domainOf[host] ?? NO_DOMAIN }];
  const of = (host: number): number => {
    const domain = domainOf[host] ?? -1;
    return domain < 0 ? NO_DOMAIN : read(sums.at(domain));
  };
  return [{ name: "", of }];
}

/** What clusters as a whole tell apart. */
export const clusterMark = ({ clusterOf }: Ledger): Mark => ({
  name: "cluster",
  of: (host) => clusterOf[host] ?? 0,
});
