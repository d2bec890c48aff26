import { expect, test } from "vitest";
import type { Provider } from "../../../engine/contract/provider.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { planOf } from "../../support/plans.ts";
import type { Sim } from "../../sim/sim.ts";
import { a, applied, b, chain, done, lone, scripted } from "./applied.ts";

const slow =
  (ms: number) =>
  (sim: Sim): Partial<Provider> => ({
    create: async () => {
      await sim.sleep(ms);
      return done;
    },
  });

test("the first stop signal lets running calls end and starts nothing new", async () => {
  const setup = { provider: slow(800), stopAtMs: 300 };
  const { summary, recorded } = await applied(chain, setup);
  expect(summary).toMatchObject({ added: 2, unknown: [], interrupted: true });
  expect(summary.skipped).toEqual(["vm/n/b", "vm/n/c"]);
  expect(recorded.unfinishedRun).toBe(summary.run);
});

test("what outlasts the grace ends unknown and stays open", async () => {
  const setup = { provider: slow(30_000), stopAtMs: 300 };
  const { summary, recorded, elapsedMs } = await applied(chain, setup);
  expect(summary).toMatchObject({ added: 0, unknown: ["vm/n/a", "vm/n/lone"] });
  expect(recorded.openOperations).toHaveLength(2);
  expect(elapsedMs).toBeLessThan(3_000);
});

test("the second stop signal waits for nothing", async () => {
  const options = { graceMs: 60_000 };
  const setup = { provider: slow(30_000), stopAtMs: 300, abortAtMs: 400, options };
  const { summary, elapsedMs } = await applied(chain, setup);
  expect(summary).toMatchObject({ added: 0, unknown: ["vm/n/a", "vm/n/lone"], serial: 1 });
  expect(elapsedMs).toBeLessThan(1_000);
});

test("a step whose provider is not open fails and is not begun", async () => {
  const { summary, recorded, events } = await applied(planOf({ steps: [lone] }), { missing: true });
  expect(summary.failed).toEqual(["vm/n/lone"]);
  expect(recorded.openOperations).toEqual([]);
  const errors = events.filter((event) => event.type === "apply_errored");
  expect(errors[0]?.diagnostic.code).toBe("VP6007");
});

test("a full disk stops the run: nothing unrecorded is started, and the run says so", async () => {
  const storage = new MemoryStorage();
  let appends = 0;
  storage.guard = (what) => {
    if (what === "append" && ++appends > 2) throw new Error("ENOSPC: no space left");
  };
  const script = scripted({});
  const { summary, events } = await applied(chain, { storage, provider: script.provider });
  expect(summary.interrupted).toBe(true);
  expect(script.calls.length).toBeLessThan(4);
  const problems = events.filter((event) => event.type === "diagnostic");
  expect(problems.map(({ diagnostic }) => diagnostic.code)).toEqual(["VP5021"]);
});

test("the events of a run begin with run_start and end with checkpoint and run_end", async () => {
  const { events } = await applied(chain);
  expect(events[0]?.type).toBe("run_start");
  expect(events.slice(-2).map(({ type }) => type)).toEqual(["checkpoint", "run_end"]);
});

test("a step whose end cannot be recorded is not told as complete", async () => {
  const storage = new MemoryStorage();
  storage.guard = (what, name) => {
    const isEnd = what === "append" && storage.text(name).includes('"kind":"begin"');
    if (isEnd) throw new Error("EIO: input/output error");
  };
  const { summary, events } = await applied(planOf({ steps: [a, b] }), { storage });
  expect(events.filter(({ type }) => type === "apply_complete")).toEqual([]);
  expect(summary).toMatchObject({ added: 0, unknown: ["vm/n/a"], skipped: ["vm/n/b"] });
});
