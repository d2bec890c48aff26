import type { HostVerdict } from "../../../engine/index.ts";
import type { ExactList } from "../../../engine/model/exact-quantity.ts";
import {
  arrayAt,
  type JsonObject,
  type JsonValue,
  objectAt,
  stringAt,
} from "../../../engine/model/json.ts";
import type { NamespaceLabels, PlacementWorkload } from "../../../engine/model/placement.ts";
import type {
  PodAffinity,
  PodAffinityTerm,
  SchedulingTerms,
} from "../../../engine/model/scheduling.ts";
import { isEmptySelector, matchesSelector } from "../../../engine/model/selector.ts";
import {
  exactLimits,
  exactRequests,
  wishedRequests,
} from "../../../engine/resolve/exact-amounts.ts";
import {
  readStoredNode,
  readStoredPod,
  type StoredPod,
} from "../../../engine/resolve/stored-objects.ts";
import { canonicalText } from "./canonical-quantity.ts";
import { readableTerms } from "./verdicts-faults.ts";
import { judgeWaiting, readBound, WAITING } from "./verdicts-sums.ts";

/** One answer line: what a Pod is worth, and what Kubernetes' plugins say of every node. */
export interface Answer {
  readonly pod: string;
  readonly qos: string;
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  readonly feasible: readonly string[];
  readonly rejected: Readonly<
    Record<string, { readonly plugin: string; readonly curable: boolean; reasons: string[] }>
  >;
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Where kube-scheduler itself fails over a Pod. */
export type NoAnswer = Readonly<Record<Exclude<keyof Answer, "pod" | "qos">, null>> & {
  readonly pod: string;
  readonly qos: "";
};

const NOTHING = { requests: null, limits: null, feasible: null, rejected: null, scores: null };

const texts = (list: ExactList): Record<string, string> =>
  Object.fromEntries([...list].map(([name, amount]) => [name, canonicalText(amount)]));

function workloadOf(pod: StoredPod, key: string, at: string | undefined): PlacementWorkload {
  return {
    key,
    namespace: pod.namespace,
    labels: pod.labels,
    demand: pod.demand,
    scheduling: pod.scheduling,
    at,
    wish: at === undefined ? "place" : "keep",
    pinHost: undefined,
    pool: undefined,
    group: undefined,
    active: undefined,
    poweredOn: true,
    ...(pod.isEnding === undefined ? {} : { isEnding: true }),
  };
}

const namespaceOf = (namespace: JsonValue): NamespaceLabels => {
  const labels = objectAt(namespace, "metadata", "labels") as Record<string, string>;
  return { name: stringAt(namespace, "metadata", "name") ?? "", labels };
};

/** No namespace is called that. */
const NOWHERE = "/";

/**
 * As upstream, what waits selects among the namespaces that are listed; a Pod of another one is
 * found by name alone. Whom the terms of bound Pods select needs no such care.
 */
function withNamedNamespaces(
  scheduling: SchedulingTerms,
  listed: readonly NamespaceLabels[],
): SchedulingTerms {
  const named = (term: PodAffinityTerm): PodAffinityTerm => {
    const selector = term.namespaceSelector;
    if (selector === undefined || isEmptySelector(selector)) return term;
    const found = listed.filter(({ labels }) => matchesSelector(selector, labels));
    const namespaces = [...term.namespaces, ...found.map(({ name }) => name)];
    return {
      ...term,
      namespaces: namespaces.length === 0 ? [NOWHERE] : namespaces,
      namespaceSelector: undefined,
    };
  };
  const ofSide = ({ required, preferred }: PodAffinity): PodAffinity => ({
    required: required.map(named),
    preferred: preferred.map(({ weight, term }) => ({ weight, term: named(term) })),
  });
  const { podAffinity, podAntiAffinity } = scheduling;
  return {
    ...scheduling,
    podAffinity: ofSide(podAffinity),
    podAntiAffinity: ofSide(podAntiAffinity),
  };
}

/** Judges each pending Pod of a scenario alone against the nodes and what is bound to them. */
export function answersOf(scenario: JsonObject): (Answer | NoAnswer)[] {
  const hosts = arrayAt(scenario, "nodes").map((node) => readStoredNode(node, "cluster"));
  const bound = arrayAt(scenario, "pods").map((pod, index) => {
    const stored = readBound(pod);
    const scheduling = readableTerms(pod, stored.scheduling);
    return workloadOf({ ...stored, scheduling }, `bound/${index}`, stored.nodeName);
  });
  const namespaces = arrayAt(scenario, "namespaces").map(namespaceOf);
  const world = {
    hosts,
    namespaces,
    pools: [],
    policies: [],
    seed: 0,
    limits: { candidatesMax: 1, rejectedMax: 1, fixesMax: 0 },
  };
  return arrayAt(scenario, "pending").map((pod) => {
    const stored = readStoredPod(pod);
    const scheduling = withNamedNamespaces(stored.scheduling, namespaces);
    const judged = judgeWaiting(pod, stored.demand, (demand) => {
      const waiting = workloadOf({ ...stored, scheduling, demand }, WAITING, undefined);
      return { ...world, workloads: [...bound, waiting] };
    });
    const requests = texts(exactRequests(wishedRequests(judged.spec)));
    if (judged.found !== undefined) return { ...answerOf(pod, stored, judged.found), requests };
    return { pod: `${stored.namespace}/${stored.name}`, qos: "", ...NOTHING };
  });
}

function answerOf(
  pod: JsonValue,
  stored: StoredPod,
  found: readonly HostVerdict[],
): Omit<Answer, "requests"> {
  const spec = objectAt(pod, "spec");
  const rejected: Record<string, Answer["rejected"][string]> = {};
  const scores: Record<string, Record<string, number>> = {};
  for (const verdict of found) {
    if (verdict.is === "feasible") {
      scores[verdict.host] = { ...verdict.scores, total: verdict.total };
      continue;
    }
    const { plugin, curable, message } = verdict;
    rejected[verdict.host] = { plugin, curable, reasons: [message] };
  }
  return {
    pod: `${stored.namespace}/${stored.name}`,
    qos: stored.demand.qos ?? "BestEffort",
    limits: texts(exactLimits(spec)),
    feasible: Object.keys(scores),
    rejected,
    scores,
  };
}
