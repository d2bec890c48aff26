import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Host } from "../../../engine/model/host.ts";
import type { NamespaceLabels, PlacementWorkload } from "../../../engine/model/placement.ts";
import { SCORES } from "../../../engine/place/scores/index.ts";
import { verdicts } from "../../../engine/place/verdicts.ts";
import type { SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { demand, host, MIB, pod, problem, terms } from "./builders.ts";

/** Scores that kube-scheduler has; one of our own is in none of its answers. */
const UPSTREAM: ReadonlySet<string> = new Set([
  "TaintToleration",
  "NodeAffinity",
  "PodTopologySpread",
  "InterPodAffinity",
  "NodeResourcesFit",
  "NodeResourcesBalancedAllocation",
  "ImageLocality",
]);

/** Its scores of a host, and their weighted sum. */
function upstreamOf({
  scores,
  total,
}: {
  readonly scores: Readonly<Record<string, number>>;
  readonly total: number;
}): Readonly<Record<string, number>> {
  const own = SCORES.filter(({ name }) => !UPSTREAM.has(name));
  const known = Object.entries(scores).filter(([name]) => UPSTREAM.has(name));
  const ofOwn = own.reduce((sum, { name, weight }) => sum + weight * (scores[name] ?? 0), 0);
  return { ...Object.fromEntries(known), total: total - ofOwn };
}

/** What kube-scheduler itself answered to small worlds, recorded once. */
interface Facts {
  readonly source: string;
  readonly namespaces: readonly NamespaceLabels[];
  readonly cases: readonly {
    readonly hosts: readonly HostFact[];
    readonly workloads: readonly WorkloadFact[];
    readonly key: string;
    readonly answer: {
      readonly rejected: Readonly<
        Record<string, { readonly plugin: string; readonly curable: boolean }>
      >;
      readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
    };
  }[];
}

interface AmountFacts {
  readonly cpu: number;
  readonly memory: number;
  readonly storage: number;
  readonly extended: Readonly<Record<string, number>>;
}

type HostFact = Pick<Host, "name" | "labels" | "taints" | "unschedulable"> &
  AmountFacts & { readonly pods: number; readonly imageBytes: Readonly<Record<string, number>> };

type WorkloadFact = Pick<PlacementWorkload, "key" | "namespace" | "labels"> &
  AmountFacts & { readonly at?: string; readonly terms: Partial<SchedulingTerms> };

function hostOf(fact: HostFact): Host {
  const capacity = {
    cpuMillicores: fact.cpu,
    memoryBytes: fact.memory,
    ephemeralStorageBytes: fact.storage,
  };
  return {
    ...host(fact.name, { capacity, taints: fact.taints, unschedulable: fact.unschedulable }),
    allocatable: { ...capacity, pods: fact.pods, extended: fact.extended },
    labels: fact.labels,
    images: Object.keys(fact.imageBytes),
    imageBytes: fact.imageBytes,
  };
}

function workloadOf(fact: WorkloadFact): PlacementWorkload {
  const request = { cpuMillicores: fact.cpu, memoryBytes: fact.memory };
  return pod("", {
    key: fact.key,
    namespace: fact.namespace,
    labels: fact.labels,
    at: fact.at,
    wish: fact.at === undefined ? "place" : "keep",
    scheduling: terms(fact.terms),
    demand: demand(
      { cpu: 0, memory: 0 },
      {
        request: {
          ...request,
          ephemeralStorageBytes: fact.storage,
          extended: fact.extended,
          nonZero: {
            cpuMillicores: fact.cpu === 0 ? 100 : fact.cpu,
            memoryBytes: fact.memory === 0 ? 200 * MIB : fact.memory,
          },
        },
      },
    ),
  });
}

const facts = JSON.parse(
  readFileSync(new URL("kubernetes-facts.json", import.meta.url), "utf8"),
) as Facts;

describe("verdicts equal those of kube-scheduler", () => {
  test.for(facts.cases.map((each, index) => ({ index, each })))(
    "D02, D06: world $index",
    ({ each }) => {
      const { key, answer } = each;
      const hosts = each.hosts.map((fact) => hostOf(fact));
      const workloads = each.workloads.map((fact) => workloadOf(fact));
      const given = problem({ hosts, workloads, namespaces: facts.namespaces });
      const found = verdicts(given, key) ?? [];
      expect(found).toHaveLength(hosts.length);
      for (const verdict of found) {
        const rejected = answer.rejected[verdict.host];
        if (verdict.is === "rejected") {
          const { plugin, curable } = verdict;
          expect({ host: verdict.host, plugin, curable }).toEqual({
            host: verdict.host,
            ...rejected,
          });
          continue;
        }
        const { host: name } = verdict;
        expect({ name, ...upstreamOf(verdict) }).toEqual({ name, ...answer.scores[name] });
      }
    },
  );

  test("the recorded worlds meet every plugin that can reject", () => {
    const plugins = new Set(
      facts.cases.flatMap(({ answer }) =>
        Object.values(answer.rejected).map(({ plugin }) => plugin),
      ),
    );
    expect([...plugins].sort()).toEqual([
      "InterPodAffinity",
      "NodeAffinity",
      "NodePorts",
      "NodeResourcesFit",
      "NodeUnschedulable",
      "PodTopologySpread",
      "PreFilter",
      "TaintToleration",
    ]);
  });

  test("a workload that does not wait has no verdicts", () => {
    const given = problem({ hosts: [host("a")], workloads: [pod("p")] });
    expect(verdicts(given, "pod/shop/other")).toBeUndefined();
    expect(verdicts(given, "pod/shop/p")).toHaveLength(1);
  });
});
