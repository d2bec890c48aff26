import { expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import { check } from "../../../engine/plan/check.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { assemble } from "../../../engine/plan/plan.ts";
import { change } from "../../support/answers.ts";
import { recordedOf, sha256 } from "../../support/builders.ts";
import {
  extraStep,
  findingsOf,
  gone,
  good,
  idOf,
  input,
  ns,
  redone,
  withChange,
  withStep,
} from "./spoilt-plan.ts";
import { inputOf } from "./support.ts";

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
