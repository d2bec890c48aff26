import { compareSeats, type SeatChange, type SeatChanges } from "../../engine/index.ts";
import type { Plan, PlanDecision, PlanHost, PlanMove } from "../../engine/model/plan.ts";
import type { Planned } from "../planning.ts";
import { hostPercent } from "../views/human/placement.ts";
import type { Supposed } from "./asked.ts";

/** Why a workload is elsewhere: its host is out, its documents differ, or others need room. */
type Because = "drain" | "fail" | "edit" | "room" | "balance" | "follows";

export interface Move {
  readonly address: string;
  readonly from: string;
  readonly to: string;
  readonly because: Because;
  /** When it would move, from 0; undefined for what somebody else would move. */
  readonly wave: number | undefined;
  readonly decision: PlanDecision | undefined;
}

export interface Homeless {
  readonly address: string;
  readonly from: string | undefined;
  /** True when it has no host without the overlay either. */
  readonly already: boolean;
  readonly code: string;
  readonly message: string;
  readonly decision: PlanDecision | undefined;
  readonly fixes: Plan["placement"]["unplaced"][number]["fixes"];
}

/** How full and how content everything is on one side of the comparison. */
export interface Side {
  /** Mean happiness, 0 to 1. */
  readonly score: number;
  /** Fullest host that is in use; undefined without any. */
  readonly worst: { readonly host: string; readonly percent: number } | undefined;
  readonly resilience: Plan["placement"]["resilience"];
  readonly unplaced: number;
}

/** What the overlay changes against the plan without it. */
export interface Comparison {
  readonly supposed: Supposed;
  readonly before: Side;
  readonly after: Side;
  /** Hosts of the overlay; `before` is what the plan without it would leave. */
  readonly hosts: readonly PlanHost[];
  readonly moves: readonly Move[];
  readonly arrived: readonly { readonly address: string; readonly to: string }[];
  readonly gone: readonly { readonly address: string; readonly from: string | undefined }[];
  readonly unplaced: readonly Homeless[];
  readonly stranded: SeatChanges["stranded"];
  readonly ending: SeatChanges["ending"];
}

/** Compares two plans of one world; undefined when either could not be made. */
export function compared(
  supposed: Supposed,
  before: Planned["outcome"],
  after: Planned["outcome"],
): Comparison | undefined {
  const seats = seatsOf(before, after);
  if (before.plan === undefined || after.plan === undefined || seats === undefined) {
    return undefined;
  }
  const { plan } = after;
  const last = new Map(plan.placement.moves.list.map((move) => [move.address, move]));
  const decisions = new Map(plan.placement.decisions.map((item) => [item.address, item]));
  const hosts = hostsOf(before.plan, plan);
  const homeless = new Set(homelessIn(before));
  return {
    supposed,
    before: sideOf(before.plan, before.plan.placement.hosts, homeless.size),
    after: sideOf(plan, hosts, seats.unplaced.length),
    hosts,
    moves: seats.moved.map((change) => {
      const { key, from = "", to = "" } = change;
      const made = last.get(key);
      return {
        address: key,
        from,
        to,
        because: becauseOf(change, supposed, made?.reason),
        wave: made?.wave,
        decision: decisions.get(key),
      };
    }),
    arrived: seats.arrived.map(({ key, to = "" }) => ({ address: key, to })),
    gone: seats.gone.map(({ key, from }) => ({ address: key, from })),
    unplaced: seats.unplaced.map((change) => homelessOf(change, { plan, decisions, homeless })),
    stranded: seats.stranded,
    ending: seats.ending,
  };
}

function seatsOf(before: Planned["outcome"], after: Planned["outcome"]): SeatChanges | undefined {
  const [one, other] = [before, after].map(({ problem, placement }) =>
    problem === undefined || placement === undefined ? undefined : { problem, placement },
  );
  return one === undefined || other === undefined ? undefined : compareSeats(one, other);
}

/** Everything that waits in vain, declared here or not. */
const homelessIn = ({ placement }: Planned["outcome"]): readonly string[] =>
  placement?.decisions.flatMap(({ key, chosen }) => (chosen === undefined ? [key] : [])) ?? [];

interface HomelessFacts {
  readonly plan: Plan;
  readonly decisions: ReadonlyMap<string, PlanDecision>;
  readonly homeless: ReadonlySet<string>;
}

/** The plan tells of what is declared; of anything else only the core does. */
function homelessOf(
  { key, from, decision }: SeatChange,
  { plan, decisions, homeless }: HomelessFacts,
): Homeless {
  const told = plan.placement.unplaced.find(({ address }) => address === key);
  const gate = told ?? decision?.gate ?? { code: "no-host", message: "no host takes it" };
  return {
    address: key,
    from,
    already: homeless.has(key),
    code: gate.code,
    message: gate.message,
    decision: decisions.get(key),
    fixes: told?.fixes ?? [],
  };
}

function becauseOf(
  { key, from = "" }: SeatChange,
  { drain, fail, edits }: Supposed,
  reason: PlanMove["reason"] | undefined,
): Because {
  if (drain.includes(from)) return "drain";
  if (fail.includes(from)) return "fail";
  if (edits.some(({ address }) => address === key)) return "edit";
  if (reason === "prerequisite") return "room";
  return reason === "balance" || reason === "consolidate" ? "balance" : "follows";
}

/** What comes before the overlay is what the plan without it leaves. */
function hostsOf(before: Plan, after: Plan): readonly PlanHost[] {
  const old = new Map(before.placement.hosts.map((host) => [host.name, host.after]));
  return after.placement.hosts.map((host) => ({
    ...host,
    before: old.get(host.name) ?? host.before,
  }));
}

function sideOf({ placement }: Plan, hosts: readonly PlanHost[], unplaced: number): Side {
  const used = hosts.filter(({ state }) => state === "connected" || state === "unschedulable");
  const worst = used
    .map((host) => ({ host: host.name, percent: hostPercent(host, "after") }))
    .reduce<Side["worst"]>(
      (most, host) => (most === undefined || host.percent > most.percent ? host : most),
      undefined,
    );
  const { score, resilience } = placement;
  return { score: score.after, worst, resilience, unplaced };
}
