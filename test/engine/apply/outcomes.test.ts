import { expect, test } from "vitest";
import type { DestroyPermit, Outcome, UpdateIntent } from "../../../engine/contract/provider.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { planOf, step } from "../../support/plans.ts";
import { a, applied, b, done, lone, scripted } from "./applied.ts";

test("S19: an object that is made but does not run is recorded and counts as failed", async () => {
  const notStarted = { code: "no-start", message: "no host can give its limit" };
  const { provider } = scripted({ "vm/n/a": [{ ...done, notStarted }] });
  const { summary, recorded } = await applied(planOf({ steps: [a, b] }), { provider });
  expect(summary).toMatchObject({ added: 0, failed: ["vm/n/a"], skipped: ["vm/n/b"] });
  expect(recorded.resources.get("vm/n/a")?.condition).toBe("failed-start");
});

test("DEC-4: a step that the plan knows will not start counts as failed", async () => {
  const willNotStart = { code: "limit-exceeds-host", message: "its limit is above every host" };
  const { summary, recorded, events } = await applied(
    planOf({ steps: [{ ...lone, willNotStart }] }),
  );
  expect(summary.failed).toEqual(["vm/n/lone"]);
  expect(recorded.resources.get("vm/n/lone")?.condition).toBe("failed-start");
  const errors = events.filter((event) => event.type === "apply_errored");
  expect(errors[0]?.diagnostic.code).toBe("VP6004");
});

test("a value of an earlier step takes the place of what the plan left open", async () => {
  const reference = { unknownUntil: "apply", from: "vm/n/a", output: "ip" } as const;
  const user = { ...b, attributes: { spec: { targets: [reference] } } };
  const unknownAt = { "vm/n/b": ["/spec/targets/0"] };
  const { provider, calls } = scripted({ "vm/n/a": [{ ...done, outputs: { ip: "10.0.0.1" } }] });
  const { recorded } = await applied(planOf({ steps: [a, user], unknown: unknownAt }), {
    provider,
  });
  expect(calls[1]?.attributes).toEqual({ spec: { targets: ["10.0.0.1"] } });
  expect(recorded.resources.get("vm/n/b")?.attributes).toEqual({ spec: { targets: ["10.0.0.1"] } });
});

test("a value that no step gave stops the step before it is begun", async () => {
  const reference = { unknownUntil: "apply", from: "vm/n/a", output: "ip" } as const;
  const user = { ...b, attributes: { ip: reference } };
  const plan = planOf({ steps: [a, user], unknown: { "vm/n/b": ["/ip"] } });
  const { summary, recorded, events } = await applied(plan);
  expect(summary.failed).toEqual(["vm/n/b"]);
  expect(recorded.openOperations).toEqual([]);
  const errors = events.filter((event) => event.type === "apply_errored");
  expect(errors[0]?.diagnostic.code).toBe("VP6006");
});

test("T20, I7: a removal carries a permit made from the plan, and ends the record", async () => {
  const storage = new MemoryStorage();
  await applied(planOf({ steps: [lone] }), { storage });
  const removal = step({
    id: "s-1",
    address: "vm/n/lone",
    verb: "remove",
    expect: { revision: "r1" },
  });
  const plan = planOf({ steps: [removal], serial: 1 });
  const permits: DestroyPermit[] = [];
  const remove = async (permit: DestroyPermit): Promise<Outcome> => {
    permits.push(permit);
    return done;
  };
  const { summary, recorded } = await applied(plan, { storage, provider: () => ({ remove }) });
  expect(permits).toMatchObject([
    { objectId: lone.objectId, planDigest: plan.digest, fromRevision: "r1" },
  ]);
  expect(summary).toMatchObject({ added: 0, destroyed: 1 });
  expect(recorded.resources.size).toBe(0);
});

test("a removal that the plan's changes do not show is a bug and is not sent", async () => {
  const removal = step({ id: "s-1", address: "vm/n/x", verb: "remove" });
  const plan = planOf({ steps: [removal] });
  const hidden: Plan = { ...plan, changes: [] };
  let isSent = false;
  const remove = async (): Promise<Outcome> => {
    isSent = true;
    return done;
  };
  const run = applied(hidden, { provider: () => ({ remove }) });
  await expect(run).rejects.toThrow("does not show");
  expect(isSent).toBe(false);
});

test("an object that the plan saw as gone is forgotten without a call", async () => {
  const storage = new MemoryStorage();
  await applied(planOf({ steps: [lone] }), { storage });
  const forget = step({
    id: "s-1",
    address: "vm/n/lone",
    verb: "update",
    mode: "forget",
    action: "forget",
  });
  const calls: UpdateIntent[] = [];
  const update = async (intent: UpdateIntent): Promise<Outcome> => {
    calls.push(intent);
    return done;
  };
  const plan = planOf({ steps: [forget], serial: 1 });
  const { recorded, summary } = await applied(plan, { storage, provider: () => ({ update }) });
  expect(calls).toEqual([]);
  expect(recorded.resources.size).toBe(0);
  expect(summary).toMatchObject({ changed: 0, failed: [] });
});
