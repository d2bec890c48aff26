import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { Plan, PlannedChange, Step } from "../../../engine/model/plan.ts";
import type { PodAffinityTerm, SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { check } from "../../../engine/plan/check.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { type AssembleInput, assemble } from "../../../engine/plan/plan.ts";
import {
  change,
  decision,
  demand,
  GIB,
  host,
  observedOf,
  outlook,
  pod,
  recordedOf,
  resource,
  scheduling,
  sha256,
  workload,
} from "../../support/builders.ts";
import { inputOf, type Scene } from "./support.ts";

const labels = (app: string): DesiredResource["attributes"] => ({ metadata: { labels: { app } } });
const ns = resource("ns/shop");
const web = pod("pod/shop/web", {
  attributes: { ...labels("web"), spec: { token: { $sha256: "h" } } },
  rules: { sensitive: ["/spec/token"] },
});
const moved = pod("pod/shop/moved");
const swapped = pod("pod/shop/swapped");
const kept = pod("pod/shop/kept", { behaviour: { preventDestroy: true } });
const gone = pod("pod/shop/gone");
const hosts = ["esx-01", "esx-02"].map((name) => host({ name }));

/** A plan with every kind of change, on two roomy hosts. */
const scene: Scene = {
  wish: [ns, web, moved, swapped, kept],
  records: [moved, swapped, kept, gone].map((item) => recordedOf(item, { host: "esx-01" })),
  changes: [
    change("ns/shop", "create"),
    change("pod/shop/web", "create", { needsHost: true }),
    change("pod/shop/moved", "move", { observedHost: "esx-01", needsHost: true }),
    change("pod/shop/swapped", "replace", { observedHost: "esx-01", needsHost: true }),
    change("pod/shop/kept", "noop", { observedHost: "esx-01" }),
    change("pod/shop/gone", "delete", { observedHost: "esx-01" }),
  ],
  hosts,
  placement: {
    decisions: [
      decision("pod/shop/web", "esx-02"),
      decision("pod/shop/moved", "esx-02", { from: "esx-01" }),
      decision("pod/shop/swapped", "esx-01", { from: "esx-01" }),
    ],
    hosts: [
      outlook("esx-01", [2000, 4 * GIB], [1000, 2 * GIB]),
      outlook("esx-02", [0, 0], [1000, 2 * GIB]),
    ],
  },
};

const input = inputOf(scene);
const good = assemble(input);

const findingsOf = (plan: Plan, world: AssembleInput = input): string[] =>
  check(plan, { ...world, digest: sha256 }).map(({ code, severity }) =>
    severity === "error" ? code : `${code} ${severity}`,
  );

/** The plan with other members and the digest that fits them. */
const redone = (over: Partial<Plan>): Plan => {
  const body = { ...good, ...over };
  return { ...body, digest: digestOfPlan(body, sha256) };
};

const withStep = (address: Address, verb: Step["verb"], over: Partial<Step>): Plan =>
  redone({
    steps: good.steps.map((step) =>
      step.address === address && step.verb === verb ? { ...step, ...over } : step,
    ),
  });

const withChange = (address: Address, over: Partial<PlannedChange>): Plan =>
  redone({
    changes: good.changes.map((item) => (item.address === address ? { ...item, ...over } : item)),
  });

const idOf = (address: Address, verb: Step["verb"]): string =>
  good.steps.find((step) => step.address === address && step.verb === verb)?.id ?? "";

const extraStep = (address: Address, over: Partial<Step>): Plan => {
  const [model] = good.steps;
  if (model === undefined) throw new Error("the plan has steps");
  return redone({ steps: [...good.steps, { ...model, id: "s-99", after: [], address, ...over }] });
};

test("finds nothing in the plan it is given to mutate", () => {
  expect(findingsOf(good)).toEqual([]);
});

interface Mutation {
  readonly name: string;
  readonly plan: Plan;
  readonly want: string;
}

const mutations: readonly Mutation[] = [
  {
    name: "a step that waits for one that is not there",
    plan: withStep("pod/shop/web", "create", { after: ["s-98"] }),
    want: "VP4201",
  },
  {
    name: "a step that waits for itself in a circle",
    plan: withStep("ns/shop", "create", { after: [idOf("pod/shop/web", "create")] }),
    want: "VP4201",
  },
  {
    name: "two steps of one id",
    plan: withStep("ns/shop", "create", { id: idOf("pod/shop/web", "create"), after: [] }),
    want: "VP4201",
  },
  {
    name: "I9: a step that makes something before what it needs",
    plan: withStep("pod/shop/web", "create", { after: [] }),
    want: "VP4201",
  },
  {
    name: "a change without its step",
    plan: redone({ steps: good.steps.filter((step) => step.address !== "pod/shop/moved") }),
    want: "VP4202",
  },
  {
    name: "a change with a step of another action",
    plan: withStep("pod/shop/moved", "update", { mode: "live" }),
    want: "VP4202",
  },
  {
    name: "a step that belongs to no change",
    plan: extraStep("pod/shop/other", { objectId: "other" }),
    want: "VP4202",
  },
  {
    name: "a change that is listed twice",
    plan: redone({ changes: [...good.changes, ...good.changes.slice(0, 1)] }),
    want: "VP4202",
  },
  {
    name: "I7: a step that destroys what is shown as a no-op",
    plan: extraStep("pod/shop/kept", { verb: "remove", objectId: "id-pod/shop/kept" }),
    want: "VP4203",
  },
  {
    name: "a step that destroys a protected resource",
    plan: extraStep("pod/shop/kept", { verb: "remove", objectId: "id-pod/shop/kept" }),
    want: "VP4204",
  },
  {
    name: "a host that is not in the inventory",
    plan: withStep("pod/shop/web", "create", { host: "esx-99" }),
    want: "VP4205",
  },
  {
    name: "two objects of one id",
    plan: withStep("pod/shop/web", "create", {
      objectId: good.steps.find((step) => step.address === "ns/shop")?.objectId ?? "",
    }),
    want: "VP4208",
  },
  {
    name: "an id that another record has",
    plan: withStep("pod/shop/web", "create", { objectId: "id-pod/shop/kept" }),
    want: "VP4208",
  },
  {
    name: "an object without an id",
    plan: withStep("pod/shop/web", "create", { objectId: "" }),
    want: "VP4208",
  },
  {
    name: "a value that no step gives",
    plan: withStep("pod/shop/web", "create", {
      attributes: { spec: { disk: { unknownUntil: "apply", from: "vol/a/b", output: "id" } } },
    }),
    want: "VP4209",
  },
  {
    name: "a value that a later step gives",
    plan: withStep("ns/shop", "create", {
      attributes: { x: { unknownUntil: "apply", from: "pod/shop/web", output: "id" } },
    }),
    want: "VP4209",
  },
  {
    name: "a create that expects the object to exist",
    plan: withStep("pod/shop/web", "create", { expect: { revision: "r1" } }),
    want: "VP4209",
  },
  {
    name: "a step without a deadline",
    plan: withStep("pod/shop/web", "create", { deadlineMs: 0 }),
    want: "VP4209",
  },
  {
    name: "a step without a provider",
    plan: withStep("pod/shop/web", "create", { provider: "" }),
    want: "VP4209",
  },
  {
    name: "a secret in the arguments of a step",
    plan: withStep("pod/shop/web", "create", { attributes: { spec: { token: "hunter2" } } }),
    want: "VP4210",
  },
  {
    name: "a secret below a sensitive field",
    plan: withStep("pod/shop/web", "create", {
      attributes: { spec: { token: { value: ["hunter2"] } } },
    }),
    want: "VP4210",
  },
  {
    name: "a secret in the diff",
    plan: withChange("pod/shop/web", {
      diff: [{ path: "/spec/token", op: "add", after: "hunter2" }],
    }),
    want: "VP4210",
  },
  {
    name: "a wrong count",
    plan: redone({ summary: { ...good.summary, create: 9 } }),
    want: "VP4211",
  },
  {
    name: "a wrong count in the words of Terraform",
    plan: redone({
      summary: { ...good.summary, terraform: { ...good.summary.terraform, destroy: 0 } },
    }),
    want: "VP4211",
  },
  { name: "a wrong digest", plan: { ...good, workspace: "other" }, want: "VP4212" },
];

test.for(mutations)("finds $name", ({ plan, want }) => {
  expect(findingsOf(plan)).toContain(want);
});

test("I9: finds a resource that is removed while another still needs it", () => {
  const world = inputOf({
    records: [recordedOf(ns), recordedOf(gone)],
    changes: [change("ns/shop", "delete"), change("pod/shop/gone", "delete")],
  });
  const plan = assemble(world);
  const body = { ...plan, steps: plan.steps.map((step) => ({ ...step, after: [] })) };
  const altered = { ...body, digest: digestOfPlan(body, sha256) };
  expect(findingsOf(plan, world)).toEqual([]);
  expect(findingsOf(altered, world)).toEqual(["VP4201"]);
});

test("I14: finds a step on an object that belongs to somebody else", () => {
  const objects = input.observation.objects.map((object) => ({
    ...object,
    tag: { lineage: "other", address: "pod/shop/moved" as Address, fence: 1, intent: "i" },
  }));
  const world = { ...input, observation: { ...input.observation, objects } };
  expect(findingsOf(good, world)).toContain("VP4208");
});

test("before a saved plan is applied the documents are not needed", () => {
  const { observation, recorded } = input;
  const world = { observation, recorded, digest: sha256 };
  expect(check(good, world)).toEqual([]);
  const altered = withStep("pod/shop/web", "create", { host: "esx-99" });
  expect(check(altered, world).map(({ code }) => code)).toEqual(["VP4205"]);
});

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
