import type { PlacementProblem } from "../../model/placement.ts";
import { isMade } from "../../model/power-leave.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { settlePlacement } from "../run.ts";
import { leftBy, type Placed } from "../outcome/seats.ts";
import type { Settled } from "../deciding/settled.ts";
import { floorDivide } from "../basics/units.ts";
import { Board } from "./board.ts";
import { peakPpm } from "./field.ts";
import {
  laidToRest,
  type PowerTask,
  powerTasks,
  type Sleeping,
  type Waking,
  wakeUp,
} from "./power.ts";
import { Report } from "./report.ts";

/** Why a host sleeps, wakes or does neither. */
export interface PowerReason {
  readonly code:
    | "made"
    | "advised"
    | "no-policy"
    | "not-asked"
    | "threshold"
    | Waking["code"]
    | Sleeping;
  readonly message: string;
}

/**
 * What becomes of the power of a host in a placement, by the same judgement: what is done or
 * advised, else what keeps it as it is once everything else is done. Undefined for a host that is
 * not known, or neither in service nor in standby.
 */
export function powerReason(placed: Placed, name: string): PowerReason | undefined {
  const { problem, placement } = placed;
  const advice = placement.power.find(({ host }) => host === name);
  if (advice !== undefined) {
    const code = isMade(advice, problem.power) ? "made" : "advised";
    return { code, message: advice.message };
  }
  const left = leftBy(placed);
  const host = left.hosts.find((each) => each.name === name);
  if (host?.connection !== "connected" && host?.connection !== "standby") return undefined;
  return settledReason(left, settlePlacement(left, "fast"), name);
}

function settledReason(
  problem: PlacementProblem,
  settled: Settled,
  name: string,
): PowerReason | undefined {
  const { ledger } = settled;
  const { balance } = problem;
  const host = ledger.hosts.findIndex((each) => each.name === name);
  const tasks = powerTasks(balance, settled, new Report(ledger));
  const task = tasks.find(({ cluster }) => cluster === ledger.clusterOf[host]);
  if (task === undefined) {
    return { code: "no-policy", message: "its cluster has no policy for power" };
  }
  if (balance === undefined) {
    return { code: "not-asked", message: "hosts sleep and wake only where plans even the load" };
  }
  if (ledger.hosts[host]?.connection === "standby") {
    const code = wakeUp(ledger, task);
    return { code, message: SLEEPING[code](task) };
  }
  if (balance.threshold === 1) {
    return { code: "threshold", message: "threshold 1 moves only what must be moved" };
  }
  const kept = laidToRest(new Board(problem, settled), host, task);
  if (kept === undefined) return { code: "advised", message: "it could sleep" };
  return { code: kept.code, message: wakingText(kept, { problem, ledger, host, task }) };
}

interface Scene {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  readonly host: number;
  readonly task: PowerTask;
}

function wakingText(kept: Waking, scene: Scene): string {
  const { ledger, host, task } = scene;
  const { targetPercent, bandPercent, hostsMin } = task.policy;
  switch (kept.code) {
    case "in-band":
      return `it uses ${percentOf(ledger, host)} %, not less than ${targetPercent - bandPercent} %`;
    case "hosts-min":
      return `its cluster keeps ${Math.max(1, hostsMin)} of its hosts awake, and has no more`;
    case "cluster-busy":
      return `${busiest(scene)}, above ${targetPercent + bandPercent} %`;
    case "needed":
      return "something without a host needs it";
    case "failover-host":
      return "it is kept free for what a lost host ran";
    case "failover":
      return "without it its cluster could not lose as many hosts as it promises";
    case "immovable":
      return `${kept.key ?? immovableOn(scene)} runs there and moves only where it must`;
    case "moves-max":
      return "to empty it takes more moves than a plan may make";
    case "no-refuge":
      return `${kept.key ?? "something"} finds no other host that stays below ${targetPercent} %`;
  }
}

const SLEEPING: Readonly<Record<Sleeping, (task: PowerTask) => string>> = {
  "not-needed": ({ policy: { targetPercent, bandPercent } }) =>
    `nothing needs it, and no host of its cluster uses more than ${targetPercent + bandPercent} %`,
  "cluster-free": ({ policy: { targetPercent } }) =>
    `its cluster as a whole uses no more than ${targetPercent} %: those that are awake are enough`,
  "others-wake": () => "those that wake are enough",
};

/** The first that no plan moves to even the load. */
function immovableOn({ problem, ledger, host }: Scene): string {
  const name = ledger.hosts[host]?.name;
  const fixed = problem.workloads.find(
    ({ at, poweredOn, isMovable, isBalanced }) =>
      at === name && poweredOn && !(isMovable === true && isBalanced === true),
  );
  return fixed?.key ?? "something";
}

function busiest({ ledger, task }: Scene): string {
  const awake = ledger.hosts
    .map(({ name, connection }, host) => ({ name, connection, host, peak: peakPpm(ledger, host) }))
    .filter(
      ({ connection, host }) =>
        connection === "connected" && ledger.clusterOf[host] === task.cluster,
    )
    .sort((left, right) => right.peak - left.peak);
  const [first] = awake;
  return first === undefined
    ? "a host"
    : `host ${first.name} uses ${percentOf(ledger, first.host)} %`;
}

const percentOf = (ledger: Ledger, host: number): number =>
  floorDivide(peakPpm(ledger, host), 10_000);
