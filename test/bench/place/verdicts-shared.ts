/**
 * Where upstream keeps an amount of a whole Pod in a shared number, as it does with `1.5Gi`, each
 * sum that it makes adds the Pod's overhead to that number once more. The oracle asks for a sum
 * itself before it judges, so what it answers has the overhead several times.
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

/**
 * A Pod that waits: the second sum is filtered by, the next ones score the balance of CPU and of
 * memory, and what the oracle prints in the end is the last one. Returns the spec of that one too.
 */
export function judgeWaiting(
  pod: JsonValue,
  demand: Demand,
  problemOf: (demand: Demand) => PlacementProblem,
): { readonly found: Verdicts; readonly spec: JsonObject } {
  const judge = (problem: PlacementProblem): Verdicts =>
    withFaults(pod, verdicts(problem, WAITING) ?? []);
  if (sharedNames(pod).length === 0) {
    return { found: judge(problemOf(demand)), spec: objectAt(pod, "spec") };
  }
  const requestAt = (sum: number): Demand["request"] =>
    readStoredPod(atSum(pod, sum)).demand.request;
  const { nonZero, nonZeroWaiting = nonZero } = demand.request;
  const request = { ...requestAt(2), nonZeroWaiting };
  const found = judge(problemOf({ ...demand, request }));
  if (found === undefined || !found.some(({ is }) => is === "feasible")) {
    return { found, spec: objectAt(atSum(pod, isNowhere(found ?? []) ? 1 : 2), "spec") };
  }
  const { cpuMillicores } = requestAt(3);
  const { memoryBytes } = requestAt(isCopied(pod) ? 3 : 4);
  const balanceAt = balanceOf(
    problemOf({ ...demand, request: { ...request, cpuMillicores, memoryBytes } }),
  );
  const spec = objectAt(atSum(pod, isCopied(pod) ? 2 : 4), "spec");
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

/** The verdict with another balance. */
function withBalance(verdict: HostVerdict, balance: number | undefined): HostVerdict {
  if (verdict.is !== "feasible" || balance === undefined) return verdict;
  const { name } = balancedAllocation;
  const total = verdict.total + balance - (verdict.scores[name] ?? 0);
  return { ...verdict, total, scores: { ...verdict.scores, [name]: balance } };
}
