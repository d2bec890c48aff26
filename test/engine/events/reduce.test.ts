import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { EngineEvent, StepFacts } from "../../../engine/events/event.ts";
import {
  type Progress,
  reduce,
  rowOf,
  rowsOf,
  startProgress,
} from "../../../engine/events/reduce.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { Step } from "../../../engine/model/plan.ts";
import { change } from "../../support/answers.ts";
import { resource } from "../../support/builders.ts";
import { planOf } from "../plan/support.ts";

const NAMES: readonly Address[] = ["ns/a", "pod/a/web", "pod/a/db"];

const plan = planOf({
  wish: NAMES.map((address) => resource(address)),
  changes: NAMES.map((address) => change(address, "create")),
});

const factsOf = (step: Step): StepFacts => ({
  step: step.id,
  address: step.address,
  action: step.action,
  wave: step.wave,
});

const facts = (address: Address): StepFacts => {
  const step = plan.steps.find((item) => item.address === address);
  if (step === undefined) throw new Error(`no step for ${address}`);
  return factsOf(step);
};

const failure: Diagnostic = {
  severity: "error",
  code: "VP6012",
  summary: "datastore is full",
  detail: "Datastore ds-1 has no room.",
  help: [],
};

const after = (...events: readonly EngineEvent[]): Progress =>
  events.reduce((progress, event) => reduce(progress, event), startProgress(plan));

const rowAt = (progress: Progress, address: Address): ReturnType<typeof rowOf> =>
  rowOf(progress, facts(address).step);

describe("the progress of a plan", () => {
  test("starts with every step waiting for what it needs", () => {
    const progress = startProgress(plan);
    expect(progress.counts).toEqual({
      total: 3,
      waiting: 3,
      running: 0,
      done: 0,
      failed: 0,
      skipped: 0,
    });
    expect(rowsOf(progress).map((row) => [row.address, row.state, row.waitsFor])).toEqual([
      ["ns/a", "waiting", []],
      ["pod/a/db", "waiting", ["ns/a"]],
      ["pod/a/web", "waiting", ["ns/a"]],
    ]);
  });

  test("follows a step from its start to its end", () => {
    const web = facts("pod/a/web");
    const running = after(
      { type: "apply_start", ...web, host: "esx-01" },
      {
        type: "apply_progress",
        ...web,
        phase: "cloning disk",
        percent: 62,
        waitsFor: [],
        elapsedMs: 21_000,
      },
    );
    expect(rowAt(running, "pod/a/web")).toMatchObject({
      state: "running",
      host: "esx-01",
      phase: "cloning disk",
      percent: 62,
      elapsedMs: 21_000,
      waitsFor: [],
    });
    expect(running.counts).toMatchObject({ waiting: 2, running: 1 });
    const done = reduce(running, { type: "apply_complete", ...web, elapsedMs: 30_000 });
    expect(rowAt(done, "pod/a/web")).toMatchObject({ state: "done", elapsedMs: 30_000 });
    expect(rowAt(done, "pod/a/web")?.log).toEqual([
      "create started",
      "cloning disk",
      "create done in 30000 ms",
    ]);
    expect(done.counts).toMatchObject({ waiting: 2, running: 0, done: 1 });
  });

  test("counts a step that is tried again as running, and shows the attempt", () => {
    const web = facts("pod/a/web");
    const retrying = after(
      { type: "apply_start", ...web },
      { type: "apply_retry", ...web, attempt: 2, of: 5, delayMs: 8000, code: "VP6012" },
    );
    expect(rowAt(retrying, "pod/a/web")).toMatchObject({
      state: "retrying",
      retry: { attempt: 2, of: 5, delayMs: 8000, code: "VP6012" },
    });
    expect(retrying.counts.running).toBe(1);
    const started = reduce(retrying, { type: "apply_start", ...web });
    expect(rowAt(started, "pod/a/web")?.retry).toBeUndefined();
  });

  test("keeps why a step failed and whom it held back", () => {
    const progress = after(
      { type: "apply_start", ...facts("ns/a") },
      { type: "apply_errored", ...facts("ns/a"), elapsedMs: 5, diagnostic: failure },
      { type: "apply_skipped", ...facts("pod/a/web"), waitsFor: ["ns/a"] },
    );
    expect(rowAt(progress, "ns/a")).toMatchObject({ state: "failed", diagnostic: failure });
    expect(rowAt(progress, "pod/a/web")).toMatchObject({ state: "skipped", waitsFor: ["ns/a"] });
    expect(progress.counts).toMatchObject({ waiting: 1, failed: 1, skipped: 1 });
    expect(progress.log.map((line) => line.text)).toContain("VP6012 datastore is full");
  });

  test("knows the start of a step from the time of the event", () => {
    const web = facts("pod/a/web");
    const started = reduce(startProgress(plan), { type: "apply_start", ...web }, 1000);
    expect(rowAt(started, "pod/a/web")?.startedAtMs).toBe(1000);
    const joined = reduce(
      startProgress(plan),
      { type: "apply_progress", ...web, phase: "booting", waitsFor: [], elapsedMs: 400 },
      1000,
    );
    expect(rowAt(joined, "pod/a/web")?.startedAtMs).toBe(600);
  });

  test("keeps the run, the gate, the serial and the end", () => {
    const end = {
      added: 1,
      changed: 0,
      destroyed: 0,
      failed: 0,
      skipped: 0,
      interrupted: true,
    };
    const waiting = after(
      { type: "run_start", run: "r-1", plan: plan.digest },
      { type: "gate_wait", gate: "window" },
    );
    expect(waiting).toMatchObject({ run: "r-1", gate: "window", end: undefined });
    const progress = [
      { type: "gate_open", gate: "window" } as const,
      { type: "checkpoint", serial: 9 } as const,
      { type: "run_end", run: "r-1", ...end } as const,
    ].reduce((known, event) => reduce(known, event), waiting);
    expect(progress).toMatchObject({ run: "r-1", gate: undefined, serial: 9, end });
  });

  test("keeps the last 200 lines of a step and the last 1000 of all", () => {
    const lines = Array.from({ length: 1200 }, (_, index) => `line ${index}`);
    const progress = after(
      { type: "apply_start", ...facts("pod/a/web") },
      ...lines.map((text) => ({ type: "log", address: "pod/a/web", text }) as const),
    );
    expect(rowAt(progress, "pod/a/web")?.log).toEqual(lines.slice(-200));
    expect(progress.log.map((line) => line.text)).toEqual(lines.slice(-1000));
  });

  test("gives a line to the step of the address that began last", () => {
    const web = resource("pod/a/web");
    const replaced = planOf({
      wish: [web],
      changes: [change("pod/a/web", "replace")],
    });
    const [remove, create] = replaced.steps.map(factsOf);
    if (remove === undefined || create === undefined) throw new Error("a replace has two steps");
    const events: readonly EngineEvent[] = [
      { type: "apply_start", ...remove },
      { type: "log", address: "pod/a/web", text: "stopping" },
      { type: "apply_complete", ...remove, elapsedMs: 1 },
      { type: "apply_start", ...create },
      { type: "log", address: "pod/a/web", text: "starting" },
    ];
    const progress = events.reduce((known, event) => reduce(known, event), startProgress(replaced));
    expect(rowOf(progress, remove.step)?.log).toContain("stopping");
    expect(rowOf(progress, create.step)?.log).toEqual(["replace started", "starting"]);
  });

  test("takes up steps that no plan announced", () => {
    const progress = reduce(startProgress(undefined), {
      type: "apply_start",
      ...facts("pod/a/web"),
    });
    expect(progress.counts).toMatchObject({ total: 1, waiting: 0, running: 1 });
    expect(rowsOf(progress).map((row) => row.address)).toEqual(["pod/a/web"]);
  });
});

test("whatever comes, the counts are those of the rows and nothing earlier is changed", () => {
  const stepEvent = fc
    .tuple(fc.constantFrom(...plan.steps.map(factsOf)), fc.integer({ min: 0, max: 5 }))
    .map(([step, which]): EngineEvent => {
      const kinds: readonly EngineEvent[] = [
        { type: "apply_start", ...step },
        { type: "apply_progress", ...step, phase: "p", waitsFor: [], elapsedMs: 1 },
        { type: "apply_retry", ...step, attempt: 1, of: 2, delayMs: 3, code: "VP6001" },
        { type: "apply_complete", ...step, elapsedMs: 2 },
        { type: "apply_errored", ...step, elapsedMs: 2, diagnostic: failure },
        { type: "apply_skipped", ...step, waitsFor: [] },
      ];
      return kinds[which] ?? { type: "log", text: "x" };
    });
  fc.assert(
    fc.property(fc.array(stepEvent, { maxLength: 30 }), (events) => {
      let progress = startProgress(plan);
      for (const event of events) {
        const before = JSON.stringify(progress.list);
        const next = reduce(progress, event);
        expect(JSON.stringify(progress.list)).toBe(before);
        progress = next;
      }
      const states = rowsOf(progress).map((row) => row.state);
      const count = (...names: readonly string[]): number =>
        states.filter((state) => names.includes(state)).length;
      expect(progress.counts).toEqual({
        total: 3,
        waiting: count("waiting"),
        running: count("running", "retrying"),
        done: count("done"),
        failed: count("failed"),
        skipped: count("skipped"),
      });
    }),
    { numRuns: 100 },
  );
});
