/**
 * What may be where, told from the plain objects of a problem alone: nothing here uses the engine's
 * ledger, filters or counters. A workload on its way stands on both of its hosts.
 */
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { SpreadConstraint } from "../../../../engine/model/scheduling.ts";
import {
  hardSpread,
  hostsOf,
  isCompany,
  matches,
  type Place,
  type Places,
  termMatches,
} from "./places.ts";

type Amount = (workload: PlacementWorkload) => number;

const AMOUNTS: readonly (readonly [string, Amount, (host: Host) => number])[] = [
  ["cpu", ({ demand }) => demand.request.cpuMillicores, (h) => h.allocatable.cpuMillicores],
  ["memory", ({ demand }) => demand.request.memoryBytes, (h) => h.allocatable.memoryBytes],
  [
    "storage",
    ({ demand }) => demand.request.ephemeralStorageBytes,
    (h) => h.allocatable.ephemeralStorageBytes,
  ],
  ["pods", ({ demand }) => (demand.qos === undefined ? 0 : 1), (h) => h.allocatable.pods],
  ["gpu", ({ demand }) => demand.request.extended["gpu"] ?? 0, (h) => gpusOf(h)],
  [
    "kept cpu",
    ({ demand }) => demand.reservation.cpuMillicores,
    (h) => h.allocatable.cpuMillicores,
  ],
  [
    "kept memory",
    ({ demand }) => demand.reservation.memoryBytes + demand.overheadBytes,
    (h) => h.allocatable.memoryBytes,
  ],
];

const gpusOf = (host: Host): number => host.allocatable.extended["gpu"] ?? 0;

/** Asks and remembers; `problem` names no host twice. */
export class WorldCheck {
  readonly problem: PlacementProblem;
  readonly #hosts: ReadonlyMap<string, Host>;

  constructor(problem: PlacementProblem) {
    this.problem = problem;
    this.#hosts = new Map(problem.hosts.map((host) => [host.name, host]));
  }

  /** Why a workload that is, or is not yet, among `places` must not set out for a host. */
  refusal(
    name: string,
    workload: PlacementWorkload,
    to: string,
    places: Places,
  ): string | undefined {
    const host = this.#hosts.get(to);
    if (host === undefined) return `no host ${to}`;
    const others = [...places].flatMap(([other, place]) => (other === name ? [] : [place]));
    const own = places.get(name);
    return (
      this.#hostRefusal(workload, host) ??
      this.#roomRefusal(workload, host, others) ??
      this.#apartRefusal(workload, host, others) ??
      this.#nearRefusal(workload, host, own, others) ??
      this.#spreadRefusal(workload, host, own, others) ??
      this.#failoverRefusal(workload, host, own, others)
    );
  }

  /** True when a host has amounts and ports for one more beside the others on it. */
  hasRoom(workload: PlacementWorkload, to: string, others: readonly Place[]): boolean {
    const host = this.#hosts.get(to);
    return host !== undefined && this.#roomRefusal(workload, host, others) === undefined;
  }

  /** True when a workload on a host would be too near to another where that is. */
  isApart(workload: PlacementWorkload, to: string, other: Place): boolean {
    const host = this.#hosts.get(to);
    return host === undefined || this.#apartRefusal(workload, host, [other]) === undefined;
  }

  /** Why a host has no room for a newcomer, whose other relations are not looked at. */
  roomFor(workload: PlacementWorkload, to: string, places: Places): string | undefined {
    const host = this.#hosts.get(to);
    if (host === undefined) return `no host ${to}`;
    const others = [...places.values()];
    return this.#roomRefusal(workload, host, others) ?? this.#apartRefusal(workload, host, others);
  }

  #hostRefusal({ scheduling, pinHost, provider }: PlacementWorkload, host: Host) {
    const tolerates = (key: string): boolean =>
      scheduling.tolerations.some((each) => each.key === key || each.key === "");
    if (host.connection !== "connected") return `${host.name} is ${host.connection}`;
    if (host.unschedulable && !tolerates("node.kubernetes.io/unschedulable")) return "closed";
    if (pinHost !== undefined && pinHost !== host.name) return "pinned elsewhere";
    if (provider !== undefined && provider !== host.provider) return "provider";
    if ((scheduling.cluster ?? host.cluster) !== host.cluster) return "cluster";
    for (const [key, value] of Object.entries(scheduling.nodeSelector)) {
      if (host.labels[key] !== value) return `label ${key}`;
    }
    const taint = host.taints.find(
      ({ key, effect }) => effect !== "PreferNoSchedule" && !tolerates(key),
    );
    if (taint !== undefined) return `taint ${taint.key}`;
    const isReached = (wanted: readonly string[], there: readonly string[]): boolean =>
      wanted.every((each) => there.includes(each));
    return isReached(scheduling.datastores, host.datastores) ? undefined : "datastore";
  }

  #roomRefusal(workload: PlacementWorkload, host: Host, others: readonly Place[]) {
    const there = others.filter((place) => hostsOf(place).includes(host.name));
    for (const [what, amount, limit] of AMOUNTS) {
      const wanted = amount(workload);
      const used = there.reduce((sum, place) => sum + amount(place.workload), 0);
      if (wanted > 0 && used + wanted > limit(host)) return `${what} of ${host.name}`;
    }
    const cap = this.problem.policies[0]?.cpuOvercommitPercentMax;
    const vcpus = [workload, ...there.map((place) => place.workload)].reduce(
      (sum, { demand }) => sum + demand.size.vcpus,
      0,
    );
    if (cap !== undefined && vcpus * 1000 > (host.capacity.cpuMillicores * cap) / 100) {
      return `vcpus of ${host.name}`;
    }
    for (const { port } of workload.scheduling.ports) {
      const isTaken = there.some((place) =>
        place.workload.scheduling.ports.some((other) => other.port === port),
      );
      if (isTaken) return `port ${port} of ${host.name}`;
    }
    return undefined;
  }

  /** Anti-affinity in both directions; both hosts of whoever is on the way count. */
  #apartRefusal(workload: PlacementWorkload, host: Host, others: readonly Place[]) {
    for (const place of others) {
      const other = place.workload;
      const terms = [
        ...workload.scheduling.podAntiAffinity.required.filter((term) =>
          termMatches(term, workload, other),
        ),
        ...other.scheduling.podAntiAffinity.required.filter((term) =>
          termMatches(term, other, workload),
        ),
      ];
      for (const { topologyKey } of terms) {
        const domain = host.labels[topologyKey];
        if (domain === undefined) continue;
        const meets = hostsOf(place).some((name) => this.#label(name, topologyKey) === domain);
        if (meets) return `${other.key} is in ${topologyKey} ${domain}`;
      }
    }
    return undefined;
  }

  /** A match in each domain that it enters; who is on the way is no company where it goes to. */
  #nearRefusal(
    workload: PlacementWorkload,
    host: Host,
    own: Place | undefined,
    others: readonly Place[],
  ) {
    const terms = workload.scheduling.podAffinity.required;
    const company = others.filter((place) => isCompany(workload, place));
    const isFirst = company.length === 0 && isCompany(workload, { workload, at: "" });
    for (const { topologyKey } of terms) {
      const domain = host.labels[topologyKey];
      if (domain === undefined) return `no ${topologyKey}`;
      if (own !== undefined && this.#label(own.at, topologyKey) === domain) continue;
      const isNear = company.some(({ at }) => this.#label(at, topologyKey) === domain);
      if (!isNear && !isFirst) return `alone in ${topologyKey} ${domain}`;
    }
    return undefined;
  }

  #spreadRefusal(
    workload: PlacementWorkload,
    host: Host,
    own: Place | undefined,
    others: readonly Place[],
  ) {
    for (const constraint of hardSpread(workload)) {
      const { topologyKey, maxSkew, selector } = constraint;
      const domain = host.labels[topologyKey];
      if (domain === undefined) return `no ${topologyKey}`;
      if (own !== undefined && this.#domainOf(workload, constraint, own.at) === domain) continue;
      const { highs, lowest } = this.#counts(workload, constraint, others);
      const more = matches(selector, workload.labels) ? 1 : 0;
      if ((highs.get(domain) ?? 0) + more - lowest > maxSkew) return `skew over ${topologyKey}`;
    }
    return undefined;
  }

  /** How uneven the constraint of a workload is now. */
  skew(holder: PlacementWorkload, constraint: SpreadConstraint, places: Places): number {
    const { highs, lowest } = this.#counts(holder, constraint, [...places.values()]);
    return Math.max(0, ...highs.values()) - lowest;
  }

  /** True when every term of the affinity of a workload finds company by one of its hosts. */
  isNear(name: string, places: Places): boolean {
    const own = places.get(name);
    if (own === undefined) return true;
    const others = [...places].flatMap(([other, place]) => (other === name ? [] : [place]));
    const company = others.filter((place) => isCompany(own.workload, place));
    if (company.length === 0 && isCompany(own.workload, own)) return true;
    return own.workload.scheduling.podAffinity.required.every(({ topologyKey }) =>
      hostsOf(own).some((mine) =>
        company.some(({ at }) => {
          const domain = this.#label(at, topologyKey);
          return domain !== undefined && domain === this.#label(mine, topologyKey);
        }),
      ),
    );
  }

  /** At most in each domain, with whoever comes; at least in any, with whoever has not left. */
  #counts(holder: PlacementWorkload, constraint: SpreadConstraint, places: readonly Place[]) {
    const highs = new Map<string, number>();
    const lows = new Map<string, number>();
    for (const { name } of this.problem.hosts) {
      const domain = this.#domainOf(holder, constraint, name);
      if (domain === undefined) continue;
      highs.set(domain, 0);
      lows.set(domain, 0);
    }
    const add = (counts: Map<string, number>, domain: string | undefined): void => {
      if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
    };
    for (const place of places) {
      const { workload, at, to } = place;
      if (!matches(constraint.selector, workload.labels)) continue;
      const [source, target] = [at, to].map((name) => this.#domainOf(holder, constraint, name));
      add(lows, source);
      add(highs, source);
      if (target !== source) add(highs, target);
    }
    const isEnough = lows.size >= Math.max(1, constraint.minDomains ?? 1);
    return { highs, lowest: isEnough ? Math.min(...lows.values()) : 0 };
  }

  /** Domain of a host that the constraint counts. */
  #domainOf(holder: PlacementWorkload, constraint: SpreadConstraint, name: string | undefined) {
    const host = name === undefined ? undefined : this.#hosts.get(name);
    if (host === undefined) return undefined;
    const { nodeSelector, tolerations } = holder.scheduling;
    const isLabelled = hardSpread(holder).every(({ topologyKey }) => topologyKey in host.labels);
    const isWanted =
      constraint.nodeAffinityPolicy === "Ignore" ||
      Object.entries(nodeSelector).every(([key, value]) => host.labels[key] === value);
    const isBorne =
      constraint.nodeTaintsPolicy === "Ignore" ||
      host.taints.every(
        ({ key, effect }) =>
          effect === "PreferNoSchedule" || tolerations.some((each) => each.key === key),
      );
    return isLabelled && isWanted && isBorne ? host.labels[constraint.topologyKey] : undefined;
  }

  /** What is reserved in a cluster against what its policy leaves of it. */
  #failoverRefusal(
    workload: PlacementWorkload,
    host: Host,
    own: Place | undefined,
    others: readonly Place[],
  ) {
    const { hostFailuresToTolerate: failures = 0, admission } = this.problem.policies[0] ?? {};
    const members = this.problem.hosts.filter(
      ({ cluster, connection }) => cluster === host.cluster && connection === "connected",
    );
    const isMember = (name: string): boolean => members.some((each) => each.name === name);
    if (failures === 0 || (own !== undefined && isMember(own.at))) return undefined;
    const inside = others.filter((place) => hostsOf(place).some((name) => isMember(name)));
    for (const [what, amount, limit] of AMOUNTS.slice(-2)) {
      const sizes = members.map((each) => limit(each)).sort((left, right) => right - left);
      const whole = sizes.reduce((sum, size) => sum + size, 0);
      const rest = sizes.slice(failures).reduce((sum, size) => sum + size, 0);
      const left = admission?.kind === "percentage" ? whole * partLeft(admission, what) : rest;
      const used = inside.reduce((sum, place) => sum + amount(place.workload), amount(workload));
      if (used > left) return `${what} of cluster ${host.cluster} after a failure`;
    }
    return undefined;
  }

  #label = (name: string, key: string): string | undefined => this.#hosts.get(name)?.labels[key];
}

const partLeft = (
  { cpuPercent, memoryPercent }: { readonly cpuPercent?: number; readonly memoryPercent?: number },
  what: string,
): number => (100 - ((what === "kept cpu" ? cpuPercent : memoryPercent) ?? 0)) / 100;
