import { place, type PlanOutcome, verdicts, type HostVerdict } from "../../engine/index.ts";
import type {
  Decision,
  PlacementProblem,
  PlacementWorkload,
} from "../../engine/model/placement.ts";
import type { Plan, PlanDecision, PlannedChange } from "../../engine/model/plan.ts";
import { inFractions } from "./score.ts";

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
}

export function explainedFromPlan(plan: Plan, address: string): Explained {
  const change = plan.changes.find((candidate) => candidate.address === address);
  const unplaced = plan.placement.unplaced.find((candidate) => candidate.address === address);
  return {
    address,
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
  const { plan, problem } = outcome;
  if (plan === undefined || problem === undefined) return undefined;
  const known = explainedFromPlan(plan, address);
  const single = problemOf(problem, plan, { address, fixesMax });
  if (single === undefined) {
    const replicas = replicasOf(problem, plan, address);
    return known.change === undefined ? undefined : { ...known, replicas };
  }
  const placed = place(single).decisions.find(({ key }) => key === address);
  if (placed === undefined) return known;
  const now = problem.workloads.find(({ key }) => key === address)?.at;
  return {
    ...known,
    decision: decisionOf(placed, { address, now, id: known.decision?.id }),
    fixes: placed.fixes.length > 0 ? placed.fixes : known.fixes,
    gate: placed.gate?.message ?? known.gate,
    verdicts: verdicts(single, address),
  };
}

function replicasOf(problem: PlacementProblem, plan: Plan, address: string): Explained["replicas"] {
  const hosts = hostsIn(plan);
  return problem.workloads
    .filter(({ group }) => group === address)
    .map(({ key, at }) => ({ address: key, host: hosts.has(key) ? hosts.get(key) : at }));
}

/** Host of every workload that the plan decided about. */
const hostsIn = (plan: Plan): ReadonlyMap<string, string | undefined> =>
  new Map(plan.placement.decisions.map(({ address, chosen }) => [address, chosen]));

interface DecisionFacts {
  readonly address: string;
  readonly now: string | undefined;
  readonly id: string | undefined;
}

function decisionOf(placed: Decision, { address, now, id }: DecisionFacts): PlanDecision {
  const { key: _key, fixes: _fixes, gate: _gate, chosen, from: _from, ...rest } = placed;
  return {
    ...rest,
    candidates: rest.candidates.map(inFractions),
    id: id ?? rest.id,
    address,
    ...(chosen === undefined ? {} : { chosen }),
    ...(now === undefined ? {} : { from: now }),
  };
}

/** The same question for one workload: it waits, the others keep what the plan gives them. */
function problemOf(
  problem: PlacementProblem,
  plan: Plan,
  { address, fixesMax }: { readonly address: string; readonly fixesMax: number },
): PlacementProblem | undefined {
  if (!problem.workloads.some(({ key }) => key === address)) return undefined;
  const hostOf = hostsIn(plan);
  const workloads = problem.workloads.flatMap((workload): PlacementWorkload[] => {
    if (workload.key === address) return [{ ...workload, at: undefined, wish: "place" }];
    const at = hostOf.get(workload.key) ?? workload.at;
    return at === undefined ? [] : [{ ...workload, at, wish: "keep" }];
  });
  const hosts = problem.hosts.length;
  const limits = { ...problem.limits, candidatesMax: hosts, rejectedMax: hosts, fixesMax };
  return { ...problem, workloads, limits };
}
