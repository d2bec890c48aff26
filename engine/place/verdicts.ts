import type { PlacementProblem } from "../model/placement.ts";
import { type Applicant, applicantOf } from "./applicant.ts";
import { check } from "./filters/filter.ts";
import { KUBERNETES_FILTERS } from "./filters/index.ts";
import { Ledger } from "./ledger.ts";
import { kubeScores, SCORES } from "./scores/index.ts";
import { settle } from "./seating.ts";

/** What kube-scheduler would say of one host: rejected by a plugin, or scored. */
export type HostVerdict =
  | {
      readonly host: string;
      readonly is: "rejected";
      readonly plugin: string;
      readonly code: string;
      readonly message: string;
      readonly curable: boolean;
    }
  | {
      readonly host: string;
      readonly is: "feasible";
      /** Weighted sum. */
      readonly total: number;
      /** Weighted score by plugin; plugins that upstream skips are absent. */
      readonly scores: Readonly<Record<string, number>>;
    };

/** Name under which the early choice by host name rejects, before any filter is asked. */
const PRE_FILTER = "PreFilter";

/**
 * Kubernetes' judgement of every host for one waiting workload against what runs now, by the same
 * filters and scores that `place` uses; undefined when no such workload waits. Hosts come in name
 * order; nothing of vSphere's side takes part.
 */
export function verdicts(
  problem: PlacementProblem,
  key: string,
): readonly HostVerdict[] | undefined {
  const ledger = new Ledger(problem);
  const waiting = settle(problem.workloads, { ledger, placed: new Map() });
  const found = waiting.find(({ workload }) => workload.key === key);
  if (found === undefined) return undefined;
  const applicant = applicantOf(found.workloadClass, ledger);
  const named = namedHosts(applicant);
  const rejected = ledger.hosts.map((host, index) =>
    judgeHost(index, host.name, { applicant, named, ledger }),
  );
  const feasible = rejected.flatMap((verdict, index) => (verdict === undefined ? [index] : []));
  const { values, totals } = kubeScores(applicant, ledger, feasible);
  const positions = new Map(feasible.map((host, position) => [host, position]));
  return ledger.hosts.map((host, index): HostVerdict => {
    const position = positions.get(index) ?? 0;
    return (
      rejected[index] ?? {
        host: host.name,
        is: "feasible",
        total: totals[position] ?? 0,
        scores: scoresAt(values, position),
      }
    );
  });
}

function judgeHost(
  index: number,
  host: string,
  {
    applicant,
    named,
    ledger,
  }: {
    readonly applicant: Applicant;
    readonly named: ReadonlySet<string> | undefined;
    readonly ledger: Ledger;
  },
): HostVerdict | undefined {
  if (named !== undefined && !named.has(host)) {
    const message = "not among the hosts that the workload names";
    const reason = { code: "node-name", message, curable: false };
    return { host, is: "rejected", plugin: PRE_FILTER, ...reason };
  }
  for (const filter of KUBERNETES_FILTERS) {
    const rejection = check(filter, index, applicant, ledger);
    if (rejection === undefined) continue;
    const { code, message, curable } = rejection;
    return { host, is: "rejected", plugin: filter.name, code, message, curable };
  }
  return undefined;
}

/** Hosts that the workload names by itself; undefined when it leaves the choice open. */
function namedHosts({ workloadClass }: Applicant): ReadonlySet<string> | undefined {
  const { nodeName, nodeAffinity } = workloadClass.sample.scheduling;
  const byName = nodeName === undefined || nodeName === "" ? undefined : new Set([nodeName]);
  const terms = nodeAffinity.required ?? [];
  const byTerm = terms.map((term) => {
    const lists = term.matchFields
      .filter(({ key, operator }) => key === "metadata.name" && operator === "In")
      .map(({ values }) => values);
    return lists.length === 0
      ? undefined
      : (lists[0] ?? []).filter((name) => lists.every((list) => list.includes(name)));
  });
  const isOpen = byTerm.length === 0 || byTerm.some((names) => names === undefined);
  if (isOpen) return byName;
  const union = new Set(byTerm.flatMap((names) => names ?? []));
  return byName === undefined ? union : new Set([...union].filter((name) => byName.has(name)));
}

function scoresAt(
  values: readonly (Float64Array | undefined)[],
  position: number,
): Readonly<Record<string, number>> {
  const scores: Record<string, number> = {};
  SCORES.forEach(({ name, weight }, index) => {
    const value = values[index]?.[position];
    if (value !== undefined) scores[name] = weight * value;
  });
  return scores;
}
