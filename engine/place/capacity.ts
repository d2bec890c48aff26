import { compareText } from "../model/canonical.ts";
import type { Admission, PlacementPolicy } from "../model/desired.ts";
import type { Host } from "../model/host.ts";
import type {
  Decision,
  PlacementLimits,
  PlacementProblem,
  PlacementWorkload,
} from "../model/placement.ts";
import { minimumEntitlement } from "./classes/entitlement.ts";
import { place } from "./place.ts";
import { frozen, leftBy, type Placed } from "./outcome/seats.ts";

/** How many more of one shape fit, and what hinders the next one. */
export interface Headroom {
  /** Host failures after which everything reserved shall still fit; declared ones hold besides. */
  readonly failures: number;
  readonly count: number;
  /** True when counting was stopped: more than `count` fit. */
  readonly atLeast: boolean;
  /** Undefined when counting was stopped. */
  readonly runsOut: Hindrance | undefined;
  /** Every host by name. */
  readonly hosts: readonly HostHeadroom[];
}

interface Hindrance {
  /** Reason code of a filter or a gate, for example `mem-unreserved` or `pool-limit`. */
  readonly code: string;
  readonly message: string;
  /** Reason code to number of hosts; empty for a gate, which holds for every host. */
  readonly rejectedCounts: Readonly<Record<string, number>>;
}

interface HostHeadroom {
  readonly name: string;
  readonly count: number;
  /** What hinders one more there; absent where a gate does, or counting was stopped. */
  readonly code?: string;
  readonly message?: string;
}

interface HeadroomOptions {
  readonly failures: number;
  /** Copies after which counting stops. */
  readonly countMax: number;
}

/**
 * Places copies of the shape, one after the other as `place` would, until no host takes another.
 * Everything else stands where the plan leaves it; what found no host there takes no room.
 */
export function headroom(
  world: Placed,
  shape: PlacementWorkload,
  { failures, countMax }: HeadroomOptions,
): Headroom {
  const problem = standing(world, failures);
  const { hosts } = problem;
  const bound = Math.min(boundOf(shape, hosts), countMax);
  const copies = Array.from({ length: bound }, (_, index) => copyOf(shape, index));
  const lean: PlacementLimits = { candidatesMax: 0, rejectedMax: 0, fixesMax: 0 };
  const result = place({ ...problem, workloads: [...problem.workloads, ...copies], limits: lean });
  const seats = new Map(result.decisions.map(({ key, chosen }) => [key, chosen]));
  const seated = copies.flatMap((copy): PlacementWorkload[] => {
    const at = seats.get(copy.key);
    return at === undefined ? [] : [{ ...copy, at, wish: "keep" }];
  });
  const first = nextOf(problem, shape);
  const next = nextOf({ ...problem, workloads: [...problem.workloads, ...seated] }, shape);
  const isStopped = next.chosen !== undefined;
  return {
    failures,
    count: seated.length,
    atLeast: isStopped,
    runsOut: isStopped ? undefined : hindranceOf(first, next),
    hosts: hostsOf(hosts, seated, next),
  };
}

const NO_POLICY: PlacementPolicy = {
  cluster: undefined,
  scoring: "LeastAllocated",
  chooser: "drs",
  hostFailuresToTolerate: 0,
};

const SIMULATION: Admission = { kind: "simulation" };
/** Workloads up to which failures are tried; beyond, amounts alone are counted. */
const TRIED_MAX = 10_000;

/** Everything where the plan leaves it, and every cluster surviving that many failures. */
function standing(world: Placed, failures: number): PlacementProblem {
  const problem = frozen(leftBy(world));
  const declared = problem.policies.length === 0 ? [NO_POLICY] : problem.policies;
  const isTried = failures > 0 && problem.workloads.length <= TRIED_MAX;
  const policies = declared.map((policy) => ({
    ...policy,
    hostFailuresToTolerate: Math.max(policy.hostFailuresToTolerate, failures),
    ...(isTried && policy.admission === undefined ? { admission: SIMULATION } : {}),
  }));
  return { ...problem, policies };
}

const copyOf = (shape: PlacementWorkload, index: number): PlacementWorkload => ({
  ...shape,
  key: `${shape.key}+${String(index).padStart(9, "0")}`,
  at: undefined,
  wish: "place",
  active: undefined,
  poweredOn: true,
});

/** The decision about one more, with the reason of every host. */
function nextOf(problem: PlacementProblem, shape: PlacementWorkload): Decision {
  const copy = { ...copyOf(shape, 0), key: `${shape.key}+next` };
  const limits = { candidatesMax: 1, rejectedMax: problem.hosts.length, fixesMax: 0 };
  const { decisions } = place({ ...problem, workloads: [...problem.workloads, copy], limits });
  const [decision] = decisions;
  if (decision === undefined) throw new Error("a workload that waits has a decision");
  return decision;
}

/** Copies that empty hosts could take: no more need to be tried. */
function boundOf(shape: PlacementWorkload, hosts: readonly Host[]): number {
  const { request } = shape.demand;
  const least = minimumEntitlement(shape.demand);
  const cpu = Math.max(request.cpuMillicores, least.cpuMillicores);
  const memory = Math.max(request.memoryBytes, least.memoryBytes);
  const isPod = shape.demand.qos !== undefined;
  const fits = (amount: number, each: number): number =>
    each <= 0 ? Infinity : Math.floor(amount / each);
  return hosts.reduce(
    (sum, { allocatable }) =>
      sum +
      Math.min(
        fits(allocatable.cpuMillicores, cpu),
        fits(allocatable.memoryBytes, memory),
        isPod ? allocatable.pods : Infinity,
      ),
    0,
  );
}

/**
 * What most hosts ran out of that would have taken one at first; where none would have, what most
 * hosts reject it for.
 */
function hindranceOf(first: Decision, next: Decision): Hindrance {
  const { gate, rejected, rejectedCounts } = next;
  if (gate !== undefined) {
    const isOfHosts = rejected.length > 0;
    return { ...gate, rejectedCounts: isOfHosts ? rejectedCounts : {} };
  }
  const closed = new Set(first.rejected.map(({ host }) => host));
  const filled = rejected.filter(({ host }) => !closed.has(host));
  const counted = filled.length > 0 ? filled : rejected;
  const counts = new Map<string, number>();
  for (const { code } of counted) counts.set(code, (counts.get(code) ?? 0) + 1);
  const [code = "none"] = [...counts.keys()].sort(
    (left, right) => (counts.get(right) ?? 0) - (counts.get(left) ?? 0) || compareText(left, right),
  );
  const message = counted.find((host) => host.code === code)?.message ?? "";
  return { code, message, rejectedCounts };
}

function hostsOf(
  hosts: readonly Host[],
  seated: readonly PlacementWorkload[],
  next: Decision,
): readonly HostHeadroom[] {
  const counts = new Map<string, number>();
  for (const { at = "" } of seated) counts.set(at, (counts.get(at) ?? 0) + 1);
  const reasons = new Map(next.rejected.map((item) => [item.host, item]));
  return hosts.map(({ name }) => {
    const reason = reasons.get(name);
    const count = counts.get(name) ?? 0;
    if (reason === undefined) return { name, count };
    return { name, count, code: reason.code, message: reason.message };
  });
}
