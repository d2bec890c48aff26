import { describe, expect, test } from "vitest";
import type { Action } from "../../../engine/model/change.ts";
import {
  change,
  decision,
  environment,
  GIB,
  host,
  outlook,
  pod,
  recordedOf,
  resource,
} from "../../support/builders.ts";
import { planOf, stepAt } from "./support.ts";

const ns = resource("ns/shop");
const web = pod("pod/shop/web");

describe("a plan of one new Pod in a new namespace", () => {
  const plan = planOf({
    wish: [ns, web],
    changes: [
      change("pod/shop/web", "create", { reasons: [{ code: "new" }], needsHost: true }),
      change("ns/shop", "create", { reasons: [{ code: "new" }] }),
    ],
    hosts: [host({ name: "esx-01" })],
    placement: {
      decisions: [decision("pod/shop/web", "esx-01")],
      hosts: [outlook("esx-01", [0, 0], [500, GIB])],
    },
  });

  test("makes the namespace first", () => {
    expect(plan.steps.map((step) => [step.id, step.address, step.wave, step.after])).toEqual([
      ["s-1", "ns/shop", 0, []],
      ["s-2", "pod/shop/web", 1, ["s-1"]],
    ]);
  });

  test("has every argument of the step", () => {
    const step = stepAt(plan, "pod/shop/web");
    expect(step).toEqual({
      id: "s-2",
      address: "pod/shop/web",
      action: "create",
      provider: "sim",
      verb: "create",
      mode: "live",
      objectId: step.objectId,
      kindKey: "test/pod",
      apiVersion: "v1",
      kind: "pod",
      namespace: "shop",
      name: "web",
      attributes: { spec: { name: "web" } },
      host: "esx-01",
      after: ["s-1"],
      wave: 1,
      expect: "absent",
      deadlineMs: 300_000,
      record: { dependsOn: ["ns/shop"], preventDestroy: false },
    });
    expect(step.objectId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("shows the change with its host, risk, wave and source line", () => {
    expect(plan.changes).toEqual([
      {
        address: "ns/shop",
        action: "create",
        reasons: [{ code: "new" }],
        risk: { level: "low", downtimeMs: 0, dataLoss: false },
        diff: [],
        unknown: [],
        sensitive: [],
        dependsOn: [],
        wave: 0,
        provider: "sim",
        source: { file: "app.yaml", line: 12, column: 3 },
      },
      {
        address: "pod/shop/web",
        action: "create",
        reasons: [{ code: "new" }],
        risk: { level: "low", downtimeMs: 0, dataLoss: false },
        diff: [],
        unknown: [],
        sensitive: [],
        dependsOn: ["ns/shop"],
        wave: 1,
        provider: "sim",
        qos: "Burstable",
        placement: { to: "esx-01", decision: "d-pod/shop/web" },
        source: { file: "app.yaml", line: 12, column: 3 },
      },
    ]);
  });

  test("carries its basis", () => {
    expect(plan.base).toEqual({
      lineage: "0b5e1f4e-6c11-8a55-9d2c-5c1c6a6f4a01",
      serial: 7,
      stateDigest: "recorded",
      desiredDigest: "desired",
      inventoryDigest: "inventory",
      seed: 42,
      expiresAfterMs: 86_400_000,
      providers: [{ name: "sim", type: "esxi-sim", settings: {}, complete: true }],
      budgets: {},
    });
    expect(plan.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(plan.id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("shows scores as fractions", () => {
    expect(plan.placement.score).toEqual({ before: 0.78, after: 0.84 });
    expect(plan.placement.decisions[0]?.candidates).toEqual([
      { host: "esx-01", score: 0.8, rank: 1, terms: { cpu: 0.8 } },
    ]);
  });
});

test("changes are listed by what needs attention first; moves have time for disks", () => {
  const actions: readonly Action[] = [
    "noop",
    "forget",
    "adopt",
    "create",
    "update",
    "move",
    "replace",
    "delete",
  ];
  const names = actions.map((action) => [action, `pod/a/${action}`] as const);
  const wish = names
    .filter(([action]) => action !== "delete" && action !== "forget")
    .map(([, address]) => pod(address));
  const plan = planOf({
    wish: [...wish, pod("pod/a/stuck")],
    records: [...wish, pod("pod/a/delete"), pod("pod/a/forget")].map((item) => recordedOf(item)),
    changes: [
      ...names.map(([action, address]) =>
        change(address, action, { observedHost: action === "create" ? undefined : "esx-01" }),
      ),
      change("pod/a/stuck", "create", { needsHost: true }),
    ],
    hosts: [host({ name: "esx-01" }), host({ name: "esx-02" })],
    placement: {
      decisions: [
        decision("pod/a/stuck", undefined, { rejectedCounts: { "mem-short": 2 } }),
        decision("pod/a/move", "esx-02", { from: "esx-01" }),
      ],
    },
  });
  const deadlines = plan.steps.map(({ address, deadlineMs }) => [address, deadlineMs / 60_000]);
  expect(deadlines).toContainEqual(["pod/a/move", 120]);
  expect(deadlines).toContainEqual(["pod/a/update", 5]);
  expect(plan.changes.map((item) => item.action)).toEqual([
    "blocked",
    "delete",
    "replace",
    "move",
    "update",
    "create",
    "adopt",
    "forget",
    "noop",
  ]);
  expect(plan.summary).toEqual({
    create: 1,
    update: 1,
    replace: 1,
    delete: 1,
    move: 1,
    adopt: 1,
    forget: 1,
    noop: 1,
    blocked: 1,
    terraform: { add: 2, change: 2, destroy: 2 },
  });
});

test("a no-op keeps its address and no details", () => {
  const plan = planOf({
    wish: [web],
    records: [recordedOf(web)],
    changes: [change("pod/shop/web", "noop", { observedHost: "esx-01" })],
  });
  expect(plan.changes).toEqual([
    {
      address: "pod/shop/web",
      action: "noop",
      reasons: [],
      risk: { level: "none", downtimeMs: 0, dataLoss: false },
      diff: [],
      unknown: [],
      sensitive: [],
      dependsOn: [],
      wave: 0,
      provider: "sim",
    },
  ]);
  expect(plan.steps).toEqual([]);
});

test("sensitive fields show that they differ, not what they were or become", () => {
  const wish = pod("pod/shop/web", {
    attributes: { spec: { password: { $sha256: "b" }, image: "web:2" } },
    rules: { sensitive: ["/spec/password", "/spec/users/*/key"] },
  });
  const plan = planOf({
    wish: [wish],
    records: [recordedOf(wish)],
    changes: [
      change("pod/shop/web", "update", {
        fields: [
          { path: "/spec/password", op: "replace", before: "a", after: "b", timing: "live" },
          { path: "/spec/image", op: "replace", before: "web:1", after: "web:2", timing: "live" },
          { path: "/spec/users", op: "add", after: [{ name: "x", key: "k" }], timing: "live" },
        ],
      }),
    ],
  });
  expect(plan.changes[0]?.diff).toEqual([
    { path: "/spec/password", op: "replace" },
    { path: "/spec/image", op: "replace", before: "web:1", after: "web:2" },
    { path: "/spec/users", op: "add", after: [{ name: "x", key: "(sensitive)" }] },
  ]);
  expect(plan.changes[0]?.sensitive).toEqual(["/spec/password"]);
});

test("a value known after apply is named, and its step waits for the one that gives it", () => {
  const source = resource("vol/shop/data");
  const wish = pod("pod/shop/web", {
    dependsOn: [],
    attributes: { spec: { disk: { unknownUntil: "apply", from: "vol/shop/data", output: "id" } } },
  });
  const plan = planOf({
    wish: [wish, source],
    changes: [change("pod/shop/web", "create"), change("vol/shop/data", "create")],
  });
  expect(stepAt(plan, "pod/shop/web").after).toEqual([stepAt(plan, "vol/shop/data").id]);
  expect(plan.changes.find((item) => item.address === "pod/shop/web")?.unknown).toEqual([
    "/spec/disk",
  ]);
});

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

test("the first plan of a workspace takes its lineage from the wish", () => {
  const lineage = (digest: string): string =>
    planOf({
      wish: [ns],
      changes: [change("ns/shop", "create")],
      desired: { digest },
      recorded: { lineage: "", serial: 0 },
    }).base.lineage;
  expect(lineage("a")).toBe(lineage("a"));
  expect(lineage("a")).not.toBe(lineage("b"));
});

test("a create whose outcome is unknown keeps the id it was begun with", () => {
  const plan = planOf({
    wish: [ns],
    changes: [change("ns/shop", "create")],
    recorded: {
      openOperations: [
        {
          run: "r",
          step: "s-1",
          address: "ns/shop",
          objectId: "begun-before",
          provider: "sim",
          verb: "create",
          intent: "i",
        },
      ],
    },
  });
  expect(stepAt(plan, "ns/shop").objectId).toBe("begun-before");
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

test("a workload that place moves without a difference becomes a move", () => {
  const plan = planOf({
    wish: [web],
    records: [recordedOf(web)],
    changes: [change("pod/shop/web", "noop", { observedHost: "esx-01" })],
    hosts: [host({ name: "esx-01", connection: "maintenance" }), host({ name: "esx-02" })],
    placement: { decisions: [decision("pod/shop/web", "esx-02", { from: "esx-01" })] },
  });
  expect(plan.changes[0]).toMatchObject({
    action: "move",
    reasons: [{ code: "host-leaving" }],
    placement: { from: "esx-01", to: "esx-02" },
  });
  expect(stepAt(plan, "pod/shop/web")).toMatchObject({
    verb: "update",
    mode: "move",
    host: "esx-02",
    expect: { revision: "r1" },
  });
  expect(plan.placement.moves).toEqual({ count: 1, list: [] });
});
