import { expect, test } from "vitest";
import type { Action } from "../../../engine/model/change.ts";
import { change, decision } from "../../support/answers.ts";
import { host, pod, recordedOf } from "../../support/builders.ts";
import { planOf } from "./support.ts";

const web = pod("pod/shop/web");

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
