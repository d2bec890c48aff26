import type { Host } from "../../model/host.ts";

/** The domains that one label key cuts the hosts into, for example racks or single hosts. */
export interface Topology {
  readonly key: string;
  /** Domain number of each host; -1 where the host has no such label. */
  readonly domainOf: Int32Array;
  readonly domainCount: number;
  /** True when no two hosts share a domain: then a placement changes one host's verdict only. */
  readonly isPerHost: boolean;
  /** True when all hosts share one domain: what it counts tells none of them apart. */
  readonly isUniform: boolean;
  /** True when every host has a domain. */
  readonly isEverywhere: boolean;
  /** Hosts of each domain. */
  readonly members: readonly (readonly number[])[];
}

/** Numbers the values of a label key in the order of the hosts. */
export function topologyOf(key: string, hosts: readonly Host[]): Topology {
  const numbers = new Map<string, number>();
  const domainOf = new Int32Array(hosts.length).fill(-1);
  const members: number[][] = [];
  let labelled = 0;
  hosts.forEach((host, index) => {
    const value = Object.hasOwn(host.labels, key) ? host.labels[key] : undefined;
    if (value === undefined) return;
    labelled++;
    const known = numbers.get(value);
    const domain = known ?? numbers.size;
    domainOf[index] = domain;
    if (known === undefined) {
      numbers.set(value, domain);
      members.push([]);
    }
    members[domain]?.push(index);
  });
  const domainCount = numbers.size;
  const isEverywhere = labelled === hosts.length;
  return {
    key,
    domainOf,
    domainCount,
    isPerHost: labelled === domainCount,
    isUniform: domainCount === 1 && isEverywhere,
    isEverywhere,
    members,
  };
}
