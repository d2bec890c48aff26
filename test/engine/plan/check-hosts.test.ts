import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { PodAffinityTerm, SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { assemble, type AssembleInput } from "../../../engine/plan/plan.ts";
import { change, decision, outlook } from "../../support/answers.ts";
import {
  demand,
  GIB,
  host,
  observedOf,
  pod,
  recordedOf,
  scheduling,
  sha256,
  workload,
} from "../../support/builders.ts";
import { findingsOf, hosts, labels, ns } from "./spoilt-plan.ts";
import { inputOf } from "./support.ts";

describe("I5: room on a host", () => {
  const big = (address: Address): DesiredResource =>
    pod(address, { dependsOn: [], workload: workload({ demand: demand(1000, 40 * GIB) }) });
  const swap = inputOf({
    wish: [big("pod/a/new")],
    records: [recordedOf(big("pod/a/old"), { host: "esx-01" })],
    changes: [
      change("pod/a/new", "create", { needsHost: true }),
      change("pod/a/old", "delete", { observedHost: "esx-01" }),
    ],
    hosts,
    placement: {
      decisions: [decision("pod/a/new", "esx-01")],
      hosts: [outlook("esx-01", [1000, 40 * GIB], [1000, 40 * GIB])],
    },
  });
  const plan = assemble(swap);
  const altered = (over: Partial<Plan>): Plan => {
    const body = { ...plan, ...over };
    return { ...body, digest: digestOfPlan(body, sha256) };
  };

  test("is enough where the newcomer waits for the one that leaves", () => {
    expect(findingsOf(plan, swap)).toEqual([]);
  });

  test("is missing where it does not wait", () => {
    const steps = plan.steps.map((step) => ({ ...step, after: [] }));
    expect(findingsOf(altered({ steps }), swap)).toEqual(["VP4206"]);
  });

  test("is missing where the end is too much", () => {
    const full = outlook("esx-01", [1000, 40 * GIB], [1000, 80 * GIB]);
    const [chart] = plan.placement.hosts;
    if (chart === undefined) throw new Error("the plan has a host");
    const placement = { ...plan.placement, hosts: [{ ...chart, after: full.after }] };
    expect(findingsOf(altered({ placement }), swap)).toEqual(["VP4206"]);
  });

  test("that two moves want of each other is a note: they cannot be ordered", () => {
    const names = ["pod/a/left", "pod/a/right"] as const;
    const world = inputOf({
      wish: names.map(big),
      records: names.map((address) => recordedOf(big(address))),
      changes: [
        change("pod/a/left", "move", { observedHost: "esx-01", needsHost: true }),
        change("pod/a/right", "move", { observedHost: "esx-02", needsHost: true }),
      ],
      hosts,
      placement: {
        decisions: [
          decision("pod/a/left", "esx-02", { from: "esx-01" }),
          decision("pod/a/right", "esx-01", { from: "esx-02" }),
        ],
        hosts: ["esx-01", "esx-02"].map((name) => outlook(name, [1000, 40 * GIB])),
      },
    });
    expect(findingsOf(assemble(world), world)).toEqual(["VP4206 note"]);
  });
});

const term = (app: string, over: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  selector: { matchLabels: { app }, matchExpressions: [] },
  namespaces: ["shop"],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule: "r",
  ...over,
});

interface RuleCase {
  readonly name: string;
  readonly terms: Partial<SchedulingTerms>;
  readonly pinHost?: string;
  readonly on?: Partial<Host>;
  readonly want: readonly string[];
}

const BROKEN = ["VP4207"];
const expression = { key: "disk", operator: "In", values: ["nvme"] } as const;
const required = [{ matchExpressions: [expression], matchFields: [] }];
const apart = (...terms: readonly PodAffinityTerm[]): Partial<SchedulingTerms> => ({
  podAntiAffinity: { required: terms, preferred: [] },
});
const together = (...terms: readonly PodAffinityTerm[]): Partial<SchedulingTerms> => ({
  podAffinity: { required: terms, preferred: [] },
});
const taint = { key: "gpu", value: "yes", effect: "NoSchedule" } as const;
const toleration = { key: "gpu", operator: "Equal", value: "yes", effect: "" } as const;

const rules: readonly RuleCase[] = [
  { name: "no rule", terms: {}, want: [] },
  { name: "a pin to its host", terms: {}, pinHost: "esx-01", want: [] },
  { name: "a pin to another host", terms: {}, pinHost: "esx-02", want: BROKEN },
  { name: "another node name", terms: { nodeName: "esx-02" }, want: BROKEN },
  { name: "another cluster", terms: { cluster: "cluster-9" }, want: BROKEN },
  { name: "a runtime the host lacks", terms: {}, on: { runtimes: ["vmx"] }, want: BROKEN },
  { name: "a taint", terms: {}, on: { taints: [taint] }, want: BROKEN },
  {
    name: "a tolerated taint",
    terms: { tolerations: [toleration] },
    on: { taints: [taint] },
    want: [],
  },
  {
    name: "a taint that only warns",
    terms: {},
    on: { taints: [{ ...taint, effect: "PreferNoSchedule" }] },
    want: [],
  },
  { name: "a selector that fails", terms: { nodeSelector: { disk: "nvme" } }, want: BROKEN },
  {
    name: "a selector that matches",
    terms: { nodeSelector: { disk: "nvme" } },
    on: { labels: { disk: "nvme" } },
    want: [],
  },
  {
    name: "a required node affinity that fails",
    terms: { nodeAffinity: { required, preferred: [] } },
    want: BROKEN,
  },
  {
    name: "a required node affinity that matches",
    terms: { nodeAffinity: { required, preferred: [] } },
    on: { labels: { disk: "nvme" } },
    want: [],
  },
  { name: "a rival on its host", terms: apart(term("db")), want: BROKEN },
  { name: "a rival elsewhere", terms: apart(term("far")), want: [] },
  {
    name: "a rival in a namespace the rule does not mean",
    terms: apart(term("db", { namespaces: ["other"] })),
    want: [],
  },
  {
    name: "a rival in any namespace",
    terms: apart(
      term("db", {
        namespaces: [],
        namespaceSelector: { matchLabels: {}, matchExpressions: [] },
      }),
    ),
    want: BROKEN,
  },
  { name: "a rival that does not want it there", terms: {}, want: [] },
  { name: "a companion on its host", terms: together(term("db")), want: [] },
  { name: "a companion elsewhere", terms: together(term("far")), want: BROKEN },
  { name: "no companion anywhere", terms: together(term("none")), want: BROKEN },
  { name: "the first of its own group", terms: together(term("web")), want: [] },
];

function ruleWorld({ terms, pinHost, on }: RuleCase, dbTerms = {}): AssembleInput {
  const first = host({
    name: "esx-01",
    ...on,
    labels: { "kubernetes.io/hostname": "esx-01", ...on?.labels },
  });
  const scheduled = (over: Partial<SchedulingTerms>, pin?: string): DesiredResource["workload"] =>
    workload({ scheduling: scheduling(over), pinHost: pin });
  const wish = [
    pod("pod/shop/web", {
      dependsOn: [],
      attributes: labels("web"),
      workload: scheduled(terms, pinHost),
    }),
    pod("pod/shop/db", {
      dependsOn: [],
      attributes: labels("db"),
      workload: scheduled(dbTerms),
    }),
    pod("pod/shop/far", { dependsOn: [], attributes: labels("far") }),
  ];
  const records = [
    recordedOf(wish[1] ?? ns, { host: "esx-01" }),
    recordedOf(wish[2] ?? ns, { host: "esx-02" }),
  ];
  const world = inputOf({
    wish,
    records,
    changes: [
      change("pod/shop/web", "create", { needsHost: true }),
      change("pod/shop/db", "noop", { observedHost: "esx-01" }),
      change("pod/shop/far", "noop", { observedHost: "esx-02" }),
    ],
    hosts: [first, host({ name: "esx-02" })],
    placement: {
      decisions: [decision("pod/shop/web", "esx-01")],
      hosts: [outlook("esx-01"), outlook("esx-02")],
    },
  });
  const objects = records.map((record) => observedOf(record));
  return { ...world, observation: { ...world.observation, objects } };
}

test.for(rules)("I13: a workload under $name", (given) => {
  const world = ruleWorld(given);
  expect(findingsOf(assemble(world), world)).toEqual(given.want);
});

test("I13: a workload beside one that keeps it away", () => {
  const world = ruleWorld({ name: "", terms: {}, want: [] }, apart(term("web")));
  expect(findingsOf(assemble(world), world)).toEqual(BROKEN);
});
