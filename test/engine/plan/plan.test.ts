import { describe, expect, test } from "vitest";
import { change, decision, outlook } from "../../support/answers.ts";
import { GIB, host, pod, recordedOf, resource } from "../../support/builders.ts";
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
