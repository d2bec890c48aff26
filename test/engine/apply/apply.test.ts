import { describe, expect, test } from "vitest";
import { type ApplyOptions, apply } from "../../../engine/apply/apply.ts";
import type {
  CallContext,
  DestroyPermit,
  Intent,
  Outcome,
  Provider,
  UpdateIntent,
} from "../../../engine/contract/provider.ts";
import type { EngineEvent } from "../../../engine/events/event.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import {
  type RecordedResource,
  type RecordedState,
  recentMoves,
} from "../../../engine/model/recorded.ts";
import type { RunSummary } from "../../../engine/model/run.ts";
import { openStore } from "../../../engine/record/store.ts";
import { LINEAGE, sha256 } from "../../support/builders.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { instantProvider, planOf, step } from "../../support/plans.ts";
import { Sim } from "../../sim/sim.ts";

interface Applied {
  readonly summary: RunSummary;
  readonly events: readonly EngineEvent[];
  readonly recorded: RecordedState;
  readonly elapsedMs: number;
}

interface Setup {
  readonly provider?: (sim: Sim) => Partial<Provider>;
  readonly options?: Partial<ApplyOptions>;
  readonly stopAtMs?: number;
  readonly abortAtMs?: number;
  readonly storage?: MemoryStorage;
  /** Providers that the session could not open. */
  readonly missing?: boolean;
}

/** Applies in virtual time, against an instant provider unless the test has another. */
async function applied(plan: Plan, setup: Setup = {}): Promise<Applied> {
  const sim = new Sim();
  const startMs = sim.now;
  const storage = setup.storage ?? new MemoryStorage();
  const events: EngineEvent[] = [];
  let uuids = 0;
  const entropy = { uuid: () => `uuid-${++uuids}`, u32: () => 0 };
  const seams = { clock: sim.clock(), entropy };
  const store = openStore(storage, { ...seams, digest: sha256, workspace: "default" });
  const stop = new AbortController();
  const abort = new AbortController();
  if (setup.stopAtMs !== undefined) sim.at(setup.stopAtMs, () => stop.abort());
  if (setup.abortAtMs !== undefined) sim.at(setup.abortAtMs, () => abort.abort());
  // Something is always due, so that waiting for the memory storage is no deadlock.
  const tick = (): void => sim.at(1, tick);
  tick();
  let summary: RunSummary | undefined;
  const end = await sim.run(async () => {
    const who = { operation: "apply", who: "me", info: "", lockTimeoutMs: 0, lineage: LINEAGE };
    const start = await store.beginWrite(who);
    if (start.is !== "writing") throw new Error(start.is);
    const provider = instantProvider(setup.provider?.(sim) ?? {});
    summary = await apply({
      plan,
      providers: new Map(setup.missing === true ? [] : [["fake", provider]]),
      writer: start.writer,
      ...seams,
      emit: (event) => events.push(event),
      signal: stop.signal,
      options: {
        parallelism: 10,
        graceMs: 1_000,
        failFast: false,
        abort: abort.signal,
        ...setup.options,
      },
    });
    await start.writer.close();
  });
  if (end.is === "threw") throw end.error;
  if (summary === undefined) throw new Error(end.is);
  const recorded = (await store.read()).value;
  return { summary, events, recorded, elapsedMs: sim.now - startMs };
}

const done: Outcome = { is: "done", revision: "r1", changed: true };
const failed = (type: "transient" | "conflict" | "invalid", retryAfterMs?: number): Outcome => ({
  is: "failed",
  why: { type, code: "c", message: "no", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});
const unknown: Outcome = { is: "unknown", why: { type: "transient", code: "c", message: "?" } };

const a = step({ id: "s-1", address: "vm/n/a" });
const b = step({ id: "s-2", address: "vm/n/b", after: ["s-1"], wave: 1 });
const c = step({ id: "s-3", address: "vm/n/c", after: ["s-2"], wave: 2 });
const lone = step({ id: "s-4", address: "vm/n/lone" });
const chain = planOf({ steps: [a, b, c, lone] });

/** Answers create calls from lists by address; the last answer stays. */
function scripted(answers: Readonly<Record<Address, readonly Outcome[]>>): {
  readonly calls: Intent[];
  readonly provider: () => Partial<Provider>;
} {
  const calls: Intent[] = [];
  const create = async (intent: Intent): Promise<Outcome> => {
    const before = calls.filter(({ address }) => address === intent.address).length;
    calls.push(intent);
    const list = answers[intent.address] ?? [done];
    return list[Math.min(before, list.length - 1)] ?? done;
  };
  return { calls, provider: () => ({ create }) };
}

test("every step runs after the steps it waits for, and the state holds them all", async () => {
  const order: string[] = [];
  const create = async ({ address }: Intent): Promise<Outcome> => {
    order.push(address);
    return done;
  };
  const { summary, recorded } = await applied(chain, { provider: () => ({ create }) });
  expect(order.filter((address) => address !== "vm/n/lone")).toEqual([
    "vm/n/a",
    "vm/n/b",
    "vm/n/c",
  ]);
  expect(summary).toMatchObject({
    added: 4,
    changed: 0,
    destroyed: 0,
    serial: 1,
    interrupted: false,
  });
  expect(recorded.resources.size).toBe(4);
  expect(recorded.unfinishedRun).toBeUndefined();
  expect(recorded.consumedPlans).toEqual([chain.digest]);
});

test("the begin record is durable before the provider is called", async () => {
  const storage = new MemoryStorage();
  const seen: boolean[] = [];
  const create = async (intent: Intent): Promise<Outcome> => {
    seen.push(storage.text("journal-0-1.ndjson").includes(`"intent":"${intent.tag.intent}"`));
    return done;
  };
  await applied(chain, { storage, provider: () => ({ create }) });
  expect(seen).toEqual([true, true, true, true]);
});

test("dependents start only after the end record is durable", async () => {
  const storage = new MemoryStorage();
  let isEndThere = false;
  const create = async ({ address }: Intent): Promise<Outcome> => {
    if (address === "vm/n/b") {
      isEndThere = storage
        .text("journal-0-1.ndjson")
        .includes('"kind":"end","intent":"uuid-2/s-1"');
    }
    return done;
  };
  await applied(chain, { storage, provider: () => ({ create }) });
  expect(isEndThere).toBe(true);
});

test("a refused step stops its branch; independent work goes on", async () => {
  const { provider, calls } = scripted({ "vm/n/b": [failed("invalid")] });
  const { summary, events, recorded } = await applied(chain, { provider });
  expect(summary).toMatchObject({ added: 2, failed: ["vm/n/b"], skipped: ["vm/n/c"], unknown: [] });
  expect(calls.map(({ address }) => address)).not.toContain("vm/n/c");
  expect(recorded.unfinishedRun).toBe(summary.run);
  const skips = events.filter(({ type }) => type === "apply_skipped");
  expect(skips).toMatchObject([{ address: "vm/n/c", waitsFor: ["vm/n/b"] }]);
});

test("fail-fast starts nothing new after the first failure", async () => {
  const { provider } = scripted({ "vm/n/a": [failed("invalid")] });
  const options = { failFast: true, parallelism: 1 };
  const { summary } = await applied(chain, { provider, options });
  expect(summary).toMatchObject({ added: 0, failed: ["vm/n/a"] });
  expect(summary.skipped).toEqual(["vm/n/b", "vm/n/c", "vm/n/lone"]);
});

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

const BOUNDS = [
  { name: "the run's", parallelism: 3, parallelCallsMax: 100, want: 3 },
  { name: "the provider's", parallelism: 50, parallelCallsMax: 4, want: 4 },
];

test.for(BOUNDS)("no more calls run at once than $name limit", async (bound) => {
  let running = 0;
  let most = 0;
  const provider = (sim: Sim): Partial<Provider> => ({
    capabilities: { ...instantProvider().capabilities, parallelCallsMax: bound.parallelCallsMax },
    create: async () => {
      most = Math.max(most, ++running);
      await sim.sleep(100);
      running--;
      return done;
    },
  });
  const steps = Array.from({ length: 40 }, (_, index) =>
    step({ id: `s-${index}`, address: `vm/n/m-${index}` }),
  );
  const options = { parallelism: bound.parallelism };
  const { summary } = await applied(planOf({ steps }), { provider, options });
  expect(summary.added).toBe(40);
  expect(most).toBe(bound.want);
});

describe("live moves at once", () => {
  const cases = [
    { name: "four a host where nobody says otherwise", limits: undefined, most: 4, together: 8 },
    {
      name: "as many a host as the plan says",
      limits: { movesPerHostMax: 7, movesPerDatastoreMax: 128 },
      most: 7,
      together: 14,
    },
    {
      name: "as many a datastore as the plan says",
      limits: { movesPerHostMax: 8, movesPerDatastoreMax: 3 },
      most: 3,
      together: 3,
    },
  ];

  test.for(cases)("$name, and others pass by", async ({ limits, most, together }) => {
    const traffic = new Traffic();
    const legs = Array.from({ length: 20 }, (_, index) => ({
      address: `vm/n/m-${index}` as const,
      from: index < 10 ? "left" : "right",
      to: index < 10 ? "up" : "down",
    }));
    const steps = legs.map(({ address, to }, index) => {
      const move = { action: "move", verb: "update", mode: "move", host: to } as const;
      return step({ id: `s-${index}`, address, ...move, expect: { revision: "r0" } });
    });
    const given = planOf({ steps });
    const list = legs.map((leg) => ({
      ...leg,
      datastores: ["shared"],
      reason: "balance" as const,
      priority: 3 as const,
      message: "",
      wave: 0,
      after: [],
    }));
    const moves = { count: 20, list, ...(limits === undefined ? {} : { limits }) };
    const placement = { ...given.placement, moves };
    const options = { parallelism: 50 };
    const provider = traffic.provider;
    const { summary } = await applied({ ...given, placement }, { provider, options });
    expect(summary).toMatchObject({ unknown: [], skipped: [] });
    expect(traffic).toMatchObject({ most, together });
  });
});

/** Counts the moves that run at once, by the host that they go to and in all. */
class Traffic {
  most = 0;
  together = 0;
  readonly #moving = new Map<string, number>();

  readonly provider = (sim: Sim): Partial<Provider> => ({
    capabilities: { ...instantProvider().capabilities, parallelCallsMax: 100 },
    update: async ({ host = "" }) => {
      this.#count(host, 1);
      await sim.sleep(100);
      this.#count(host, -1);
      return done;
    },
  });

  #count(host: string, by: 1 | -1): void {
    const now = (this.#moving.get(host) ?? 0) + by;
    this.#moving.set(host, now);
    this.most = Math.max(this.most, now);
    const all = [...this.#moving.values()].reduce((sum, count) => sum + count, 0);
    this.together = Math.max(this.together, all);
  }
}

/** Puts a record in the place of the one at its address. */
async function rerecord(storage: MemoryStorage, resource: RecordedResource): Promise<void> {
  const sim = new Sim();
  const seams = { clock: sim.clock(), entropy: { uuid: () => "uuid", u32: () => 0 } };
  const store = openStore(storage, { ...seams, digest: sha256, workspace: "default" });
  const who = { operation: "state", who: "me", info: "", lockTimeoutMs: 0, lineage: LINEAGE };
  const start = await store.beginWrite(who);
  if (start.is !== "writing") throw new Error(start.is);
  await start.writer.edit([{ is: "remove", address: resource.address }]);
  await start.writer.edit([{ is: "put", resource }]);
  await start.writer.close();
}

describe("moves are remembered", () => {
  const HOUR_MS = 3_600_000;
  const startMs = new Sim().now;
  const at = (hours: number): number => startMs - hours * HOUR_MS;

  const cases: readonly {
    readonly name: string;
    readonly before: readonly number[];
    readonly to: string;
    readonly recent: readonly number[];
    readonly isMoveNew: boolean;
  }[] = [
    { name: "the first move", before: [], to: "b", recent: [], isMoveNew: true },
    { name: "a further one", before: [at(5)], to: "b", recent: [at(5)], isMoveNew: true },
    {
      name: "one after a day and more is the first again",
      before: [at(30), at(24)],
      to: "b",
      recent: [],
      isMoveNew: true,
    },
    {
      name: "a change in place is none, and forgets what is old",
      before: [at(30), at(2)],
      to: "a",
      recent: [at(2)],
      isMoveNew: false,
    },
  ];
  for (const { name, before, to, recent, isMoveNew } of cases) {
    test(name, async () => {
      const first = step({ id: "s-1", address: "vm/n/a", host: "a" });
      const storage = new MemoryStorage();
      const made = await applied(planOf({ steps: [first] }), { storage });
      const record = made.recorded.resources.get("vm/n/a");
      if (record === undefined) throw new Error("nothing is recorded");
      await rerecord(storage, { ...record, movedAtMs: before });
      const given = { ...first, verb: "update", mode: "move", host: to } as const;
      const move = step({ ...given, expect: { revision: "r0" } });
      const { recorded } = await applied(planOf({ steps: [move] }), { storage });
      const kept = recorded.resources.get("vm/n/a")?.movedAtMs ?? [];
      expect(kept.slice(0, recent.length)).toEqual(recent);
      expect(kept.length).toBe(recent.length + (isMoveNew ? 1 : 0));
      const counts = recentMoves(recorded, startMs + HOUR_MS);
      expect(counts.get("vm/n/a") ?? 0).toBe(kept.length);
      expect(recentMoves(recorded, startMs + 48 * HOUR_MS).size).toBe(0);
    });
  }
});

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
