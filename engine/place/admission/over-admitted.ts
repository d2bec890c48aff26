import type { Decision, Fix, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type Draft, unplacedDraft } from "../deciding/decision.ts";
import type { Drafts } from "../deciding/drafts.ts";
import { policyName } from "../fixes/limits.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pending } from "../deciding/order.ts";
import { whatIf } from "../ledger/overlay.ts";
import { policyFor } from "../classes/policy.ts";
import type { SeatRegister } from "../deciding/seat-register.ts";
import type { Seat } from "../deciding/seating.ts";
import { FailureDrill, type Stranded } from "./drill.ts";
import { type PlacedWorld, strandedOf } from "./resilience.ts";

/** Questions to hosts at most to judge one number of newcomers. */
const QUESTIONS_MAX = 5_000_000;

/** A workload that found a host although its cluster could not lose one any more. */
interface Refusal {
  readonly key: string;
  readonly gate: NonNullable<Decision["gate"]>;
}

/** A run in which everything was decided but for admission. */
interface DecidedRun {
  readonly ledger: Ledger;
  readonly register: SeatRegister;
  readonly drafts: Drafts;
}

/** True for a workload of a cluster that tries failures before it admits. */
export function isAdmittedByTrial(workloadClass: WorkloadClass, ledger: Ledger): boolean {
  return policyFor(workloadClass, ledger).admission?.kind === "simulation";
}

/**
 * Takes back the hosts of newcomers that their cluster does not admit, and returns the decisions
 * that say so.
 */
export function refuseByTrial(run: DecidedRun, waiting: Iterable<Pending>): readonly Draft[] {
  const { ledger, register, drafts } = run;
  if (ledger.clusters.every(({ policy }) => policy?.admission?.kind !== "simulation")) return [];
  const newcomers = new Map<string, PlacementWorkload>();
  for (const { workload } of waiting) {
    if (workload.wish === "place") newcomers.set(workload.key, workload);
  }
  const keys = drafts.flatMap(({ key }) => (newcomers.has(key) ? [key] : []));
  const gates = new Map(
    overAdmitted({ ledger, placed: register.all() }, keys).map(({ key, gate }) => [key, gate]),
  );
  // Of a gang either all have hosts or none has.
  const gangs = new Map([...gates].map(([key, gate]) => [newcomers.get(key)?.gang, gate]));
  for (const [key, { gang }] of newcomers) {
    const gate = gang === undefined ? undefined : gangs.get(gang);
    if (gate !== undefined && register.all().has(key)) gates.set(key, gate);
  }
  const kept = drafts.filter(({ key }) => !gates.has(key));
  drafts.cut(0);
  for (const draft of kept) drafts.push(draft);
  return [...gates].map(([key, gate]) => {
    const seat = register.all().get(key);
    if (seat !== undefined) ledger.add(seat.workloadClass, seat.host, -1);
    register.remove(key);
    const workload = newcomers.get(key);
    if (workload === undefined) throw new Error(`${key} did not wait for a host`);
    const draft = unplacedDraft(workload, ledger.hosts.length, { gate });
    return seat === undefined ? draft : { ...draft, fixes: [withoutTrial(seat.host, ledger)] };
  });
}

/** What surely helps: without failures to survive nothing is tried, and it keeps its host. */
function withoutTrial(host: number, ledger: Ledger): Fix {
  const { name = "", policy } = ledger.clusters[ledger.clusterOf[host] ?? 0] ?? {};
  const from = String(policy?.hostFailuresToTolerate ?? 0);
  return {
    description: `tolerate 0 host failures in cluster ${name}, not ${from}`,
    host: ledger.hosts[host]?.name ?? "",
    edits:
      policy === undefined
        ? []
        : [{ path: `${policyName(policy)}#/hostFailuresToTolerate`, from, to: "0" }],
  };
}

/**
 * Admission by simulation: of the newcomers of a cluster, in the order in which they were placed,
 * as many stay as the cluster can take and still restart everything after every failure. Trying is
 * too dear for each host and newcomer, so it is done once a batch, by halving.
 */
function overAdmitted(world: PlacedWorld, newcomers: readonly string[]): readonly Refusal[] {
  return world.ledger.clusters.flatMap(({ policy }, cluster) => {
    const failures = policy?.hostFailuresToTolerate ?? 0;
    if (policy?.admission?.kind !== "simulation" || failures <= 0) return [];
    const keys = newcomers.filter((key) => {
      const host = world.placed.get(key)?.host;
      return host !== undefined && world.ledger.clusterOf[host] === cluster;
    });
    return keys.length === 0 ? [] : refused(world, keys, { cluster, failures });
  });
}

interface Trial {
  readonly cluster: number;
  readonly failures: number;
}

function refused(world: PlacedWorld, keys: readonly string[], trial: Trial): readonly Refusal[] {
  let stranded = strandedWith(world, keys, keys.length, trial);
  if (stranded === undefined) return [];
  let [admitted, tooMany] = [0, keys.length];
  while (admitted < tooMany) {
    const middle = Math.floor((admitted + tooMany) / 2);
    const found = strandedWith(world, keys, middle, trial);
    if (found === undefined) admitted = middle + 1;
    else {
      tooMany = middle;
      stranded = found;
    }
  }
  // The smallest number that strands something is one too many.
  const stay = Math.max(0, tooMany - 1);
  const { key, hosts } = strandedOf(stranded, world);
  const name = world.ledger.clusters[trial.cluster]?.name ?? "";
  const outcome = `would find no host for ${key} after losing ${hosts.join(" and ")}`;
  const message = `cluster ${name} ${outcome}`;
  return keys
    .slice(stay)
    .map((each) => ({ key: each, gate: { code: "cluster-failover", message } }));
}

/** What is stranded when only the first so many newcomers are there. */
function strandedWith(
  world: PlacedWorld,
  keys: readonly string[],
  count: number,
  { cluster, failures }: Trial,
): Stranded | undefined {
  const { ledger, placed } = world;
  const left = new Set(keys.slice(count));
  return whatIf(ledger, () => {
    const seats: Seat[] = [];
    for (const [key, seat] of placed) {
      if (left.has(key)) ledger.add(seat.workloadClass, seat.host, -1);
      else seats.push(seat);
    }
    const drill = new FailureDrill({ ledger, seats });
    return drill.survives(cluster, failures, QUESTIONS_MAX).stranded;
  });
}
