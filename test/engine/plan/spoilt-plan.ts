/** One plan with every kind of change, and ways to spoil it that a check has to see. */
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { Plan, PlannedChange, Step } from "../../../engine/model/plan.ts";
import { check } from "../../../engine/plan/check.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { assemble, type AssembleInput } from "../../../engine/plan/plan.ts";
import { change, decision, outlook } from "../../support/answers.ts";
import { GIB, host, pod, recordedOf, resource, sha256 } from "../../support/builders.ts";
import { inputOf, type Scene } from "./support.ts";

/** Attributes of a Pod that carries the label `app`. */
export const labels = (app: string): DesiredResource["attributes"] => ({
  metadata: { labels: { app } },
});
export const ns = resource("ns/shop");
const web = pod("pod/shop/web", {
  attributes: { ...labels("web"), spec: { token: { $sha256: "h" } } },
  rules: { sensitive: ["/spec/token"] },
});
const moved = pod("pod/shop/moved");
const swapped = pod("pod/shop/swapped");
const kept = pod("pod/shop/kept", { behaviour: { preventDestroy: true } });
export const gone = pod("pod/shop/gone");

/** Two roomy hosts. */
export const hosts = ["esx-01", "esx-02"].map((name) => host({ name }));

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

/** What the plan is made of. */
export const input = inputOf(scene);

/** The plan before it is spoilt: nothing is wrong with it. */
export const good = assemble(input);

/** The codes that the checker finds, with their severity where that is not an error. */
export const findingsOf = (plan: Plan, world: AssembleInput = input): string[] =>
  check(plan, { ...world, digest: sha256 }).map(({ code, severity }) =>
    severity === "error" ? code : `${code} ${severity}`,
  );

/** The plan with other members and the digest that fits them. */
export const redone = (over: Partial<Plan>): Plan => {
  const body = { ...good, ...over };
  return { ...body, digest: digestOfPlan(body, sha256) };
};

/** The plan with another member in one step. */
export const withStep = (address: Address, verb: Step["verb"], over: Partial<Step>): Plan =>
  redone({
    steps: good.steps.map((step) =>
      step.address === address && step.verb === verb ? { ...step, ...over } : step,
    ),
  });

/** The plan with another member in one change. */
export const withChange = (address: Address, over: Partial<PlannedChange>): Plan =>
  redone({
    changes: good.changes.map((item) => (item.address === address ? { ...item, ...over } : item)),
  });

/** The id of the plan's step at an address; empty where it has none. */
export const idOf = (address: Address, verb: Step["verb"]): string =>
  good.steps.find((step) => step.address === address && step.verb === verb)?.id ?? "";

/** The plan with one step more, after the model of its first. */
export const extraStep = (address: Address, over: Partial<Step>): Plan => {
  const [model] = good.steps;
  if (model === undefined) throw new Error("the plan has steps");
  return redone({ steps: [...good.steps, { ...model, id: "s-99", after: [], address, ...over }] });
};
