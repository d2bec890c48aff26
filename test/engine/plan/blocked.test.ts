import { expect, test } from "vitest";
import { change, decision } from "../../support/answers.ts";
import { environment, host, pod, recordedOf, resource } from "../../support/builders.ts";
import { planOf, stepAt } from "./support.ts";

const ns = resource("ns/shop");
const web = pod("pod/shop/web");

test("F12: a workload whose limit exceeds every host is created with a warning, not blocked", () => {
  const message = "no host has 96 GiB of memory; the largest, esx-01, lacks 32 GiB";
  const plan = planOf({
    wish: [web],
    changes: [change("pod/shop/web", "create", { needsHost: true })],
    hosts: [host({ name: "esx-01" })],
    placement: {
      decisions: [
        decision("pod/shop/web", undefined, { gate: { code: "limit-exceeds-host", message } }),
      ],
    },
  });
  expect(plan.changes[0]?.action).toBe("create");
  expect(plan.changes[0]?.warnings).toEqual([`WillNotDeploy: ${message}`]);
  expect(stepAt(plan, "pod/shop/web").willNotStart).toEqual({ code: "LimitExceedsHost", message });
  expect(plan.placement.unplaced.map(({ address, code }) => [address, code])).toEqual([
    ["pod/shop/web", "limit-exceeds-host"],
  ]);
});

test("S19: a workload that is registered and cannot start is left alone, and still reported", () => {
  const message = "no host is large enough";
  const plan = planOf({
    wish: [web],
    records: [recordedOf(web, { condition: "failed-start" })],
    changes: [
      change("pod/shop/web", "update", { needsHost: true, reasons: [{ code: "unfinished" }] }),
    ],
    placement: {
      decisions: [
        decision("pod/shop/web", undefined, { gate: { code: "limit-exceeds-host", message } }),
      ],
    },
  });
  expect(plan.changes[0]?.action).toBe("noop");
  expect(plan.steps).toEqual([]);
  expect(plan.placement.unplaced).toHaveLength(1);
});

test("a protected resource is blocked, whether it would be destroyed or replaced", () => {
  const kept = pod("pod/shop/kept", { behaviour: { preventDestroy: true } });
  const plan = planOf({
    wish: [kept],
    records: [
      recordedOf(kept),
      recordedOf(pod("pod/shop/left", { behaviour: { preventDestroy: true } })),
      recordedOf(pod("pod/core/any")),
    ],
    changes: [
      change("pod/shop/kept", "replace"),
      change("pod/shop/left", "delete"),
      change("pod/core/any", "delete"),
    ],
    desired: { environment: environment({ preventDestroy: ["pod/core/*"] }) },
  });
  expect(plan.changes.map((item) => [item.address, item.action, item.reasons[0]?.code])).toEqual([
    ["pod/core/any", "blocked", "protected"],
    ["pod/shop/kept", "blocked", "protected"],
    ["pod/shop/left", "blocked", "protected"],
  ]);
  expect(plan.steps).toEqual([]);
  expect(plan.policy.map((gate) => [gate.gate, gate.holds])).toEqual([["protection", "plan"]]);
});

test("what needs a blocked new resource is blocked with it", () => {
  const claim = resource("vol/shop/data", { dependsOn: ["pod/shop/web"] });
  const plan = planOf({
    wish: [web, claim],
    changes: [
      change("pod/shop/web", "create", { needsHost: true }),
      change("vol/shop/data", "create"),
    ],
    placement: { decisions: [decision("pod/shop/web", undefined)] },
  });
  expect(plan.changes.map((item) => [item.address, item.action, item.reasons[0]?.code])).toEqual([
    ["pod/shop/web", "blocked", "no-host"],
    ["vol/shop/data", "blocked", "dependency-blocked"],
  ]);
});

test("what a protected object still needs is not destroyed under it", () => {
  const plan = planOf({
    wish: [],
    records: [
      recordedOf(ns),
      recordedOf(pod("pod/shop/kept", { behaviour: { preventDestroy: true } })),
    ],
    changes: [change("ns/shop", "delete"), change("pod/shop/kept", "delete")],
  });
  expect(plan.changes.map((item) => [item.address, item.reasons[0]?.code])).toEqual([
    ["ns/shop", "dependency-blocked"],
    ["pod/shop/kept", "protected"],
  ]);
});
