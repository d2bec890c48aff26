/**
 * Which of the sums of a Pod's requests upstream filters and scores by. Where it keeps an amount
 * of a whole Pod in a shared number, as it does with `1.5Gi`, each sum adds the overhead to that
 * number once more. The oracle asks for a sum itself before it judges, so that what it answers has
 * the overhead several times.
 */
import { type HostVerdict, verdicts } from "../../../engine/index.ts";
import type { Demand } from "../../../engine/model/demand.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  member,
  objectAt,
} from "../../../engine/model/json.ts";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { applicantOf } from "../../../engine/place/classes/applicant.ts";
import { settle } from "../../../engine/place/deciding/seating.ts";
import { Ledger } from "../../../engine/place/ledger/ledger.ts";
import { balancedAllocation } from "../../../engine/place/scores/resources.ts";
import {
  exactList,
  exactRequests,
  podLevelOf,
  wishedRequests,
} from "../../../engine/resolve/exact-amounts.ts";
import { readStoredPod, type StoredPod } from "../../../engine/resolve/stored-objects.ts";
import { canonicalText, isMachineInteger } from "./canonical-quantity.ts";
import { isNowhere, withFaults } from "./verdicts-faults.ts";

const requestsOf = (pod: JsonValue): JsonValue | undefined =>
  member(pod, "spec", "resources", "requests");

/** Resources whose amount for the whole Pod grows by the overhead. */
function sharedNames(pod: JsonValue): readonly string[] {
  const overhead = objectAt(pod, "spec", "overhead");
  return [...podLevelOf(requestsOf(pod)).keys()].filter((name) => {
    const given = member(requestsOf(pod), name);
    return Object.hasOwn(overhead, name) && typeof given === "string" && !isMachineInteger(given);
  });
}

/** Reported resources make upstream copy the amounts first. */
const isCopied = (pod: JsonValue): boolean => isJsonObject(member(pod, "status", "resources"));

/** The Pod as it stands in the sum that is made after some others. */
function atSum(pod: JsonValue, number: number): JsonObject {
  const overhead = objectAt(pod, "spec", "overhead");
  const grown = sharedNames(pod).flatMap((name): [string, string][] => {
    const amount = exactList(overhead).get(name);
    if (amount === undefined) return [];
    const { format, nano } = amount;
    return [[name, canonicalText({ format, nano: nano * BigInt(number) })]];
  });
  const spec = {
    ...objectAt(pod, "spec"),
    overhead: { ...overhead, ...Object.fromEntries(grown) },
  };
  return { ...objectAt(pod), spec };
}

/** A Pod that runs: a second sum is made where CPU or memory is not asked for. */
export function readBound(pod: JsonValue): StoredPod {
  if (sharedNames(pod).length === 0 || isCopied(pod)) return readStoredPod(pod);
  const asked = exactRequests(wishedRequests(objectAt(pod, "spec")));
  return readStoredPod(asked.has("cpu") && asked.has("memory") ? pod : atSum(pod, 2));
}

type Verdicts = readonly HostVerdict[] | undefined;

/** Key of the workload that waits. */
export const WAITING = "pending";

/** What a Pod asks for while it waits, whatever node it names. */
const wishedOf = (pod: JsonObject): Demand["request"] =>
  readStoredPod({ ...pod, spec: { ...objectAt(pod, "spec"), nodeName: "" } }).demand.request;

/** What it takes by its status too, as if it ran. */
const takenOf = (pod: JsonObject): Demand["request"] =>
  readStoredPod({ ...pod, spec: { ...objectAt(pod, "spec"), nodeName: "any" } }).demand.request;

/** Numbers of the sums that are filtered by, scored for CPU and for memory, and printed. */
interface Sums {
  readonly filtered: number;
  readonly cpu: number;
  readonly memory: number;
  readonly printed: number;
}

function sumsOf(pod: JsonValue): Sums {
  if (sharedNames(pod).length === 0) return { filtered: 1, cpu: 1, memory: 1, printed: 1 };
  if (isCopied(pod)) return { filtered: 2, cpu: 3, memory: 3, printed: 2 };
  return { filtered: 2, cpu: 3, memory: 4, printed: 4 };
}

/**
 * A Pod that waits: filtered by its wishes, while the balance of CPU and memory is scored by what
 * its status reports too. Returns the spec of the sum that the oracle prints in the end.
 */
export function judgeWaiting(
  pod: JsonValue,
  demand: Demand,
  problemOf: (demand: Demand) => PlacementProblem,
): { readonly found: Verdicts; readonly spec: JsonObject } {
  const sums = sumsOf(pod);
  const { nonZero, nonZeroWaiting = nonZero } = wishedOf(objectAt(pod));
  const request = { ...wishedOf(atSum(pod, sums.filtered)), nonZeroWaiting };
  const found = withFaults(pod, verdicts(problemOf({ ...demand, request }), WAITING) ?? []);
  if (found === undefined || !found.some(({ is }) => is === "feasible")) {
    const printed = isNowhere(found ?? []) ? 1 : sums.filtered;
    return { found, spec: objectAt(atSum(pod, printed), "spec") };
  }
  const spec = objectAt(atSum(pod, sums.printed), "spec");
  const { cpuMillicores } = takenOf(atSum(pod, sums.cpu));
  const { memoryBytes } = takenOf(atSum(pod, sums.memory));
  if (cpuMillicores === request.cpuMillicores && memoryBytes === request.memoryBytes) {
    return { found, spec };
  }
  const balanceAt = balanceOf(
    problemOf({ ...demand, request: { ...request, cpuMillicores, memoryBytes } }),
  );
  return {
    found: found.map((verdict, host) => withBalance(verdict, balanceAt?.(host))),
    spec,
  };
}

/** The balance of every host, by its position, be there room or not. */
function balanceOf(problem: PlacementProblem): ((host: number) => number) | undefined {
  const ledger = new Ledger(problem);
  const waiting = settle(problem.workloads, { ledger, placed: new Map() }).find(
    ({ workload }) => workload.key === WAITING,
  );
  if (waiting === undefined) return undefined;
  return balancedAllocation.prepare(applicantOf(waiting.workloadClass, ledger), ledger, {
    hosts: [],
  });
}

/** The verdict with another balance, or without any. */
function withBalance(verdict: HostVerdict, balance: number | undefined): HostVerdict {
  if (verdict.is !== "feasible") return verdict;
  const { [balancedAllocation.name]: former = 0, ...others } = verdict.scores;
  const scores = balance === undefined ? others : { ...others, [balancedAllocation.name]: balance };
  return { ...verdict, total: verdict.total + (balance ?? 0) - former, scores };
}
