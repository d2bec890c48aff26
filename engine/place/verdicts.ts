import type { PlacementProblem } from "../model/placement.ts";
import type { NodeSelectorTerm } from "../model/scheduling.ts";
import { type Applicant, applicantOf } from "./classes/applicant.ts";
import { check } from "./filters/filter.ts";
import { KUBERNETES_FILTERS } from "./filters/index.ts";
import { nodeAffinity as nodeAffinityFilter } from "./filters/node-affinity.ts";
import { Ledger } from "./ledger/ledger.ts";
import { kubeScores, SCORES } from "./scores/index.ts";
import { settle } from "./deciding/seating.ts";

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
    readonly named: Named;
    readonly ledger: Ledger;
  },
): HostVerdict | undefined {
  if (named.is === "nowhere" || (named.is === "named" && !named.hosts.has(host))) {
    const message = "not among the hosts that the workload names";
    const reason = { code: "node-name", message, curable: false };
    const plugin = named.is === "nowhere" ? named.plugin : PRE_FILTER;
    return { host, is: "rejected", plugin, ...reason };
  }
  for (const filter of KUBERNETES_FILTERS) {
    const rejection = check(filter, index, applicant, ledger);
    if (rejection === undefined) continue;
    const { code, message, curable } = rejection;
    return { host, is: "rejected", plugin: filter.name, code, message, curable };
  }
  return undefined;
}

/** What the hosts that a workload names say before any filter is asked. */
type Named =
  | { readonly is: "open" }
  | { readonly is: "named"; readonly hosts: ReadonlySet<string> }
  /** Names that exclude each other reject every host, under the plugin that found it. */
  | { readonly is: "nowhere"; readonly plugin: string };

const OPEN: Named = { is: "open" };

function namedHosts({ workloadClass }: Applicant): Named {
  const { nodeName, nodeAffinity } = workloadClass.sample.scheduling;
  const byTerms = namedByTerms(nodeAffinity.required ?? []);
  if (byTerms?.size === 0) return { is: "nowhere", plugin: nodeAffinityFilter.name };
  if (nodeName === undefined || nodeName === "") {
    return byTerms === undefined ? OPEN : { is: "named", hosts: byTerms };
  }
  if (byTerms === undefined || byTerms.has(nodeName)) {
    return { is: "named", hosts: new Set([nodeName]) };
  }
  // Upstream names no plugin where two of them contradict each other.
  return { is: "nowhere", plugin: "" };
}

/** Hosts that the alternatives name together; undefined when one of them names none. */
function namedByTerms(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  if (terms.length === 0) return undefined;
  const union = new Set<string>();
  for (const { matchFields } of terms) {
    const lists = matchFields
      .filter(({ key, operator }) => key === "metadata.name" && operator === "In")
      .map(({ values }) => values);
    if (lists.length === 0) return undefined;
    for (const name of lists[0] ?? []) {
      if (lists.every((list) => list.includes(name))) union.add(name);
    }
  }
  return union;
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
