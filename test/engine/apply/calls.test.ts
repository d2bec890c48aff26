import { expect, test } from "vitest";
import type { CallContext, Intent, Outcome, Provider } from "../../../engine/contract/provider.ts";
import { planOf, step } from "../../support/plans.ts";
import type { Sim } from "../../sim/sim.ts";
import { applied, done, failed, lone, scripted } from "./applied.ts";

const unknown: Outcome = { is: "unknown", why: { type: "transient", code: "c", message: "?" } };

const CODES = [
  { name: "a refusal", outcome: failed("invalid"), code: "VP6001", calls: 1, open: 0 },
  { name: "a conflict", outcome: failed("conflict"), code: "VP6002", calls: 1, open: 0 },
  { name: "no clear answer", outcome: unknown, code: "VP6003", calls: 5, open: 1 },
  { name: "a busy platform", outcome: failed("transient"), code: "VP6005", calls: 5, open: 0 },
];

test.for(CODES)(
  "$name ends as $code after $calls calls",
  async ({ outcome, code, calls, open }) => {
    const script = scripted({ "vm/n/lone": [outcome] });
    const plan = planOf({ steps: [lone] });
    const { events, recorded, summary } = await applied(plan, { provider: script.provider });
    expect(script.calls).toHaveLength(calls);
    const errors = events.filter((event) => event.type === "apply_errored");
    expect(errors.map(({ diagnostic }) => diagnostic.code)).toEqual([code]);
    expect(recorded.openOperations).toHaveLength(open);
    expect(recorded.resources.size).toBe(0);
    expect(summary.serial).toBe(1);
  },
);

test("a call that is sent again keeps its object id and its intent", async () => {
  const script = scripted({ "vm/n/lone": [unknown, failed("transient"), done] });
  const plan = planOf({ steps: [lone] });
  const { summary, events } = await applied(plan, { provider: script.provider });
  expect(summary).toMatchObject({ added: 1, failed: [], unknown: [] });
  expect(new Set(script.calls.map(({ objectId, tag }) => `${objectId} ${tag.intent}`)).size).toBe(
    1,
  );
  const retries = events.filter((event) => event.type === "apply_retry");
  expect(retries.map(({ attempt, of }) => [attempt, of])).toEqual([
    [2, 5],
    [3, 5],
  ]);
});

test("a refusal after an unknown outcome leaves the outcome unknown", async () => {
  const { provider } = scripted({ "vm/n/lone": [unknown, failed("conflict")] });
  const { summary, recorded } = await applied(planOf({ steps: [lone] }), { provider });
  expect(summary).toMatchObject({ failed: [], unknown: ["vm/n/lone"] });
  expect(recorded.openOperations).toHaveLength(1);
});

test("a platform that asks for patience is given it", async () => {
  const { provider } = scripted({ "vm/n/lone": [failed("transient", 40_000), done] });
  const { summary, elapsedMs } = await applied(planOf({ steps: [lone] }), { provider });
  expect(summary.added).toBe(1);
  expect(elapsedMs).toBeGreaterThanOrEqual(40_000);
});

test("a call without an answer is unknown at its deadline, and its signal fires", async () => {
  const signals: AbortSignal[] = [];
  const create = (_intent: Intent, { signal }: CallContext): Promise<Outcome> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const plan = planOf({ steps: [step({ id: "s-1", address: "vm/n/a", deadlineMs: 10_000 })] });
  const { summary, elapsedMs } = await applied(plan, { provider: () => ({ create }) });
  expect(summary.unknown).toEqual(["vm/n/a"]);
  expect(signals).toHaveLength(5);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
  expect(elapsedMs).toBeGreaterThanOrEqual(50_000);
});

test("an adapter that throws counts as unknown, never as failed", async () => {
  const create = (): Promise<Outcome> => Promise.reject(new Error("ECONNRESET"));
  const { summary } = await applied(planOf({ steps: [lone] }), { provider: () => ({ create }) });
  expect(summary).toMatchObject({ failed: [], unknown: ["vm/n/lone"] });
});

test("a step that runs long is heard of at least every 10 s", async () => {
  const provider = (sim: Sim): Partial<Provider> => ({
    create: async () => {
      await sim.sleep(55_000);
      return done;
    },
  });
  const { events } = await applied(planOf({ steps: [lone] }), { provider });
  const times = events.flatMap((event) =>
    event.type === "apply_progress" || event.type === "apply_complete" ? [event.elapsedMs] : [],
  );
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
  expect(times.at(-1)).toBeGreaterThanOrEqual(55_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(10_000);
});
