/** Who is where once a placement and its moves are carried out. */
import type { Host } from "../../model/host.ts";
import type {
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../model/placement.ts";
import { isMade } from "../../model/power-leave.ts";
import { hostsAfter } from "./measured.ts";

/** One run of the core: what was asked and what it answered. */
export interface Placed {
  readonly problem: PlacementProblem;
  readonly placement: PlacementResult;
}

/** Host of everything that wants one, by key in key order; undefined where it gets none. */
export function seatsAfter({ problem, placement }: Placed): Map<string, string | undefined> {
  const seats = new Map<string, string | undefined>();
  for (const { key, at, wish, poweredOn } of problem.workloads) {
    if (poweredOn || wish !== "keep") seats.set(key, at);
  }
  for (const { key, chosen } of placement.decisions) seats.set(key, chosen);
  for (const { key, to } of placement.moves) seats.set(key, to);
  for (const { key } of placement.preempted) seats.set(key, undefined);
  return seats;
}

/** The problem over what a placement leaves: everything stays where it then is. */
export function leftBy(placed: Placed): PlacementProblem {
  const { problem } = placed;
  const seats = seatsAfter(placed);
  const workloads = problem.workloads.flatMap((workload): PlacementWorkload[] => {
    const at = seats.get(workload.key);
    return at === undefined ? [] : [{ ...workload, at, wish: "keep" }];
  });
  const { leaving: _leaving, ...rest } = problem;
  const hosts = hostsAfter(problem, (key) => seats.get(key));
  return { ...rest, hosts: switched(hosts, placed), workloads };
}

/** Hosts that the plan wakes are awake then, and those that it puts to sleep are asleep. */
function switched(hosts: readonly Host[], { problem, placement }: Placed): readonly Host[] {
  const states = new Map(
    placement.power
      .filter((advice) => isMade(advice, problem.power))
      .map(({ host, to }) => [host, to === "on" ? "connected" : to] as const),
  );
  if (states.size === 0) return hosts;
  return hosts.map((host) => ({ ...host, connection: states.get(host.name) ?? host.connection }));
}

/** The same, with nothing that may still move or be ended for the sake of others. */
export function frozen({ balance: _balance, ...problem }: PlacementProblem): PlacementProblem {
  const workloads = problem.workloads.map(
    ({ isMovable: _movable, isBalanced: _balanced, isPreemptible: _preemptible, ...rest }) => rest,
  );
  return { ...problem, workloads };
}

/** The question about one workload alone: it looks for a host, all others stay for good. */
export function askedAnew(placed: Placed, key: string): PlacementProblem | undefined {
  const own = placed.problem.workloads.find((workload) => workload.key === key);
  if (own === undefined) return undefined;
  const problem = frozen(leftBy(placed));
  const others = problem.workloads.filter((workload) => workload.key !== key);
  const { gang: _gang, ...alone } = own;
  return { ...problem, workloads: [...others, { ...alone, at: undefined, wish: "place" }] };
}
