import {
  askedAnew,
  type HostVerdict,
  place,
  type PlanOutcome,
  seatsAfter,
  verdicts,
} from "../../engine/index.ts";
import type { Decision } from "../../engine/model/placement.ts";
import type { Plan, PlanDecision, PlanMove, PlannedChange } from "../../engine/model/plan.ts";
import { inFractions } from "./score.ts";
import { type Staying, stayingOf } from "./staying.ts";

/** The decision about one workload with everything that can be said of it. */
export interface Explained {
  readonly address: string;
  readonly decision: PlanDecision | undefined;
  readonly change: PlannedChange | undefined;
  /** Kubernetes' judgement of every host; undefined for a saved plan. */
  readonly verdicts: readonly HostVerdict[] | undefined;
  readonly fixes: Plan["placement"]["unplaced"][number]["fixes"];
  readonly gate: string | undefined;
  /** True when nothing changes for it: the answer is what would be decided now. */
  readonly standing: boolean;
  /** Workloads made from it, each with its host; empty for a workload. */
  readonly replicas: readonly { readonly address: string; readonly host: string | undefined }[];
  /** Its own live moves: those of the plan, else those that are recommended. */
  readonly moves: readonly PlanMove[];
  readonly isRecommended: boolean;
  /** Why nothing moves it, where it stands and nothing does. */
  readonly staying?: Staying;
}

export function explainedFromPlan(plan: Plan, address: string): Explained {
  const change = plan.changes.find((candidate) => candidate.address === address);
  const unplaced = plan.placement.unplaced.find((candidate) => candidate.address === address);
  const isOwn = (move: PlanMove): boolean => move.address === address;
  const made = plan.placement.moves.list.filter(isOwn);
  const isRecommended = made.length === 0;
  return {
    address,
    moves: isRecommended ? plan.placement.recommendations.filter(isOwn) : made,
    isRecommended,
    decision: plan.placement.decisions.find((candidate) => candidate.address === address),
    change,
    verdicts: undefined,
    fixes: unplaced?.fixes ?? change?.fixes ?? [],
    gate: unplaced?.message,
    standing: change === undefined || change.action === "noop",
    replicas: [],
  };
}

/**
 * Asks the placement core about this one workload again, with every host's card and as many fixes
 * as wanted; all other workloads stand where the plan leaves them.
 */
export function explainedAnew(
  outcome: PlanOutcome,
  address: string,
  fixesMax: number,
): Explained | undefined {
  const { plan, problem, placement } = outcome;
  if (plan === undefined || problem === undefined || placement === undefined) return undefined;
  const known = explainedFromPlan(plan, address);
  const asked = askedAnew({ problem, placement }, address);
  if (asked === undefined) {
    const replicas = replicasOf({ problem, placement }, address);
    return known.change === undefined ? undefined : { ...known, replicas };
  }
  const hosts = problem.hosts.length;
  const limits = { ...problem.limits, candidatesMax: hosts, rejectedMax: hosts, fixesMax };
  const single = { ...asked, limits };
  const placed = place(single).decisions.find(({ key }) => key === address);
  if (placed === undefined) return known;
  const now = problem.workloads.find(({ key }) => key === address)?.at;
  return {
    ...known,
    ...stillness(known, outcome),
    decision: decisionOf(placed, { address, now, id: known.decision?.id }),
    fixes: placed.fixes.length > 0 ? placed.fixes : known.fixes,
    gate: placed.gate?.message ?? known.gate,
    verdicts: verdicts(single, address),
  };
}

function stillness(
  { address, standing, moves }: Explained,
  outcome: PlanOutcome,
): Pick<Explained, "staying"> {
  const staying = standing && moves.length === 0 ? stayingOf(outcome, address) : undefined;
  return staying === undefined ? {} : { staying };
}

type Placed = Parameters<typeof seatsAfter>[0];

function replicasOf(placed: Placed, address: string): Explained["replicas"] {
  const seats = seatsAfter(placed);
  return placed.problem.workloads
    .filter(({ group }) => group === address)
    .map(({ key }) => ({ address: key, host: seats.get(key) }));
}

interface DecisionFacts {
  readonly address: string;
  readonly now: string | undefined;
  readonly id: string | undefined;
}

function decisionOf(placed: Decision, { address, now, id }: DecisionFacts): PlanDecision {
  const { chosen, decidedBy, rejected, rejectedCounts, hostsConsidered, hostsFeasible } = placed;
  return {
    id: id ?? placed.id,
    address,
    decidedBy,
    candidates: placed.candidates.map(inFractions),
    rejected,
    rejectedCounts,
    hostsConsidered,
    hostsFeasible,
    ...(chosen === undefined ? {} : { chosen }),
    ...(now === undefined ? {} : { from: now }),
  };
}
