import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import { change, decision, outlook } from "../../support/answers.ts";
import { demand, GIB, host, pod, recordedOf, workload } from "../../support/builders.ts";
import { planOf, type Scene, stepAt } from "./support.ts";

describe("room on a host", () => {
  const big = (address: Address): DesiredResource =>
    pod(address, { dependsOn: [], workload: workload({ demand: demand(1000, 40 * GIB) }) });
  const scene = (before: number): Scene => ({
    wish: [big("pod/a/new")],
    records: [recordedOf(big("pod/a/old"), { host: "esx-01" })],
    changes: [
      change("pod/a/new", "create", { needsHost: true }),
      change("pod/a/old", "delete", { observedHost: "esx-01" }),
    ],
    hosts: [host({ name: "esx-01" })],
    placement: {
      decisions: [decision("pod/a/new", "esx-01")],
      hosts: [outlook("esx-01", [1000, before * GIB], [1000, before * GIB])],
    },
  });

  test("is waited for where the newcomer does not fit beside those that leave", () => {
    const plan = planOf(scene(40));
    expect(stepAt(plan, "pod/a/new").after).toEqual([stepAt(plan, "pod/a/old").id]);
  });

  test("is not waited for where both fit", () => {
    expect(stepAt(planOf(scene(24)), "pod/a/new").after).toEqual([]);
  });

  test("makes a replacement take away first where the host cannot hold both", () => {
    const wish = {
      ...big("pod/a/web"),
      rules: { ...big("pod/a/web").rules, replaceOrder: "create-first" as const },
    };
    const plan = planOf({
      wish: [wish],
      records: [recordedOf(wish, { host: "esx-01" })],
      changes: [change("pod/a/web", "replace", { observedHost: "esx-01", needsHost: true })],
      hosts: [host({ name: "esx-01" })],
      placement: {
        decisions: [decision("pod/a/web", "esx-01", { from: "esx-01" })],
        hosts: [outlook("esx-01", [1000, 40 * GIB])],
      },
    });
    const remove = stepAt(plan, "pod/a/web", "remove");
    expect(stepAt(plan, "pod/a/web", "create").after).toEqual([remove.id]);
  });

  test("that two moves want of each other cannot be ordered, and the plan says so", () => {
    const names = ["pod/a/left", "pod/a/right"] as const;
    const plan = planOf({
      wish: names.map(big),
      records: names.map((address) => recordedOf(big(address))),
      changes: [
        change("pod/a/left", "move", { observedHost: "esx-01", needsHost: true }),
        change("pod/a/right", "move", { observedHost: "esx-02", needsHost: true }),
      ],
      hosts: [host({ name: "esx-01" }), host({ name: "esx-02" })],
      placement: {
        decisions: [
          decision("pod/a/left", "esx-02", { from: "esx-01" }),
          decision("pod/a/right", "esx-01", { from: "esx-02" }),
        ],
        hosts: ["esx-01", "esx-02"].map((name) => outlook(name, [1000, 40 * GIB])),
      },
    });
    expect(
      plan.steps.map((step) => step.after.length).toSorted((left, right) => left - right),
    ).toEqual([0, 1]);
    expect(plan.changes.filter((item) => item.warnings !== undefined)).toHaveLength(1);
  });
});
