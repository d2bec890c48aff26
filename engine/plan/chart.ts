/** The placement part of the plan: hosts before and after, decisions, and who found no host. */
import type { MigrationLimits } from "../model/desired.ts";
import type { Host } from "../model/host.ts";
import type {
  Berth,
  Candidate,
  Decision,
  Move,
  PlacementResult,
  PowerAdvice,
} from "../model/placement.ts";
import type { PlanDecision, PlanHost, PlanMove, PlanPlacement, PlanPower } from "../model/plan.ts";
import { compact } from "./compact.ts";
import type { Entry } from "./entry.ts";

export interface ChartBasis {
  readonly placement: PlacementResult;
  readonly entries: readonly Entry[];
  readonly hosts: ReadonlyMap<string, Host>;
  readonly moves: number;
  readonly movesMax: number | undefined;
  /** Moves that are only proposed. */
  readonly recommended: readonly Move[];
  readonly migration: MigrationLimits | undefined;
}

/** The core counts in integers 0..100; documents show them divided by 100. */
const fraction = (score: number): number => score / 100;

export function planPlacement(basis: ChartBasis): PlanPlacement {
  const { placement, entries, hosts, moves, movesMax, migration } = basis;
  const { resilience, happiness, berths = [] } = placement;
  const berthOf = new Map(berths.map((berth) => [berth.key, berth]));
  const datastoresOf = datastoresByKey(entries);
  const made = new Set(entries.flatMap(({ power }) => (power === undefined ? [] : [power.host])));
  return {
    algorithm: placement.algorithm,
    decisions: placement.decisions.map((each) => decisionOf(each, berthOf.get(each.key))),
    hosts: placement.hosts.map((outlook) => hostOf(outlook, hosts.get(outlook.name))),
    happiness: { after: happiness.after, before: happiness.before },
    moves: compact<PlanPlacement["moves"]>({
      budget: movesMax,
      count: moves,
      limits: migration && {
        movesPerDatastoreMax: migration.movesPerDatastoreMax,
        movesPerHostMax: migration.movesPerHostMax,
      },
      list: placement.moves.map((move) => moveOf(move, datastoresOf.get(move.key))),
    }),
    power: placement.power.map((advice) => powerOf(advice, made.has(advice.host))),
    preempted: placement.preempted.map(({ key, host, for: whom }) => ({
      address: key,
      for: whom,
      host,
    })),
    proof: {
      boundPpm: placement.proof.boundPpm,
      peakPpm: placement.proof.peakPpm,
      resource: placement.proof.resource,
    },
    recommendations: basis.recommended.map((move) => moveOf(move, undefined)),
    resilience: resilienceOf(resilience),
    score: { after: fraction(placement.scoreAfter), before: fraction(placement.scoreBefore) },
    unplaced: entries.flatMap(unplacedOf),
  };
}

function resilienceOf({
  nPlus,
  spare,
  stranded,
  tightest,
}: PlacementResult["resilience"]): PlanPlacement["resilience"] {
  if (stranded === undefined) return { nPlus, spare, tightest };
  return { nPlus, spare, stranded: { address: stranded.key, hosts: stranded.hosts }, tightest };
}

/** Datastores of workloads where not every host reaches them. */
function datastoresByKey(entries: readonly Entry[]): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  for (const { address, desired } of entries) {
    const { datastores = [] } = desired?.workload?.scheduling ?? {};
    if (datastores.length > 0) known.set(address, datastores);
  }
  return known;
}

function moveOf(move: Move, datastores: readonly string[] | undefined): PlanMove {
  const { key: address, from, to, reason, priority, message, wave, after, afterGone } = move;
  const whom = move.for;
  return compact<PlanMove>({
    address,
    after,
    afterGone,
    datastores,
    for: whom,
    from,
    message,
    priority,
    reason,
    to,
    wave,
  });
}

function powerOf({ host, to, message, for: whom }: PowerAdvice, isMade: boolean): PlanPower {
  return compact<PlanPower>({ for: whom, host, isMade: isMade || undefined, message, to });
}

function hostOf(outlook: PlacementResult["hosts"][number], host: Host | undefined): PlanHost {
  const { cpuMillicores = 0, memoryBytes = 0 } = host?.capacity ?? {};
  return {
    after: outlook.after,
    before: outlook.before,
    capacity: { cpuMillicores, memoryBytes },
    cluster: host?.cluster ?? "",
    name: outlook.name,
    state: stateOf(host),
  };
}

/** A connected host that takes nobody new is told apart. */
function stateOf(host: Host | undefined): string {
  if (host?.connection !== "connected") return host?.connection ?? "disconnected";
  return host.unschedulable ? "unschedulable" : "connected";
}

function decisionOf(decision: Decision, berth: Berth | undefined): PlanDecision {
  const { chosen, from } = decision;
  const { gpus = [], numaNodes = [], cpus, isPinned } = berth ?? {};
  return compact<PlanDecision>({
    address: decision.key,
    candidates: decision.candidates.map(candidateOf),
    chosen,
    cpus,
    decidedBy: decision.decidedBy,
    from,
    gpus: gpus.length === 0 ? undefined : gpus,
    hostsConsidered: decision.hostsConsidered,
    hostsFeasible: decision.hostsFeasible,
    id: decision.id,
    isPinned,
    numaNodes: numaNodes.length === 0 ? undefined : numaNodes,
    rejected: decision.rejected,
    rejectedCounts: decision.rejectedCounts,
  });
}

function candidateOf(candidate: Candidate): Candidate {
  const terms: Record<string, number> = {};
  for (const name of Object.keys(candidate.terms)) {
    terms[name] = fraction(candidate.terms[name] ?? 0);
  }
  const { host, rank, score } = candidate;
  return { host, ...(rank === undefined ? {} : { rank }), score: fraction(score), terms };
}

const NOBODY = "No host takes it.";

/** Everyone who has no host after this plan, a registered but unstartable workload included. */
function unplacedOf(entry: Entry): PlanPlacement["unplaced"][number][] {
  const { decision, action } = entry;
  if (decision === undefined || action === "delete" || action === "forget") return [];
  const { gate, chosen, fixes } = decision;
  if (chosen !== undefined && gate?.code !== "limit-exceeds-host") return [];
  const reason = entry.reasons.find((known) => known.code === "no-host");
  const { code, message } = gate ?? { code: "no-host", message: reason?.detail ?? NOBODY };
  return [{ address: entry.address, code, fixes, message }];
}
