import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../engine/contract/provider.ts";
import { openEsxiSim, serveWorld } from "../../../providers/esxi-sim/index.ts";
import { create, find, idOf, observe, plainIntent, podIntent } from "../../contract/subjects.ts";
import { openSimWorld, type SimWorld } from "../../support/esxi-sim.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { inWorld, isDone, openBeside } from "./world.ts";

const nameOf = (outcome: Outcome): string =>
  outcome.is === "done" ? "done" : `${outcome.is} ${outcome.why.code}`;

async function run(world: SimWorld, numbers: readonly number[]): Promise<readonly string[]> {
  const { provider } = openBeside(world);
  const outcomes = await Promise.all(
    numbers.map(async (number) => {
      const outcome = await provider.create(podIntent(number), world.context);
      return [number, nameOf(outcome)] as const;
    }),
  );
  return outcomes.toSorted(([left], [right]) => left - right).map(([, name]) => name);
}

const NUMBERS = Array.from({ length: 200 }, (_, index) => index + 1);

describe("faults", () => {
  test("the same seed meets the same faults, in whatever order the calls arrive", async () => {
    const seen: (readonly string[])[] = [];
    for (const numbers of [NUMBERS, NUMBERS.toReversed()]) {
      await inWorld(async (world) => {
        await world.admin.setFaults({ seed: 7, ratePercent: 30, latencyMs: 0 });
        seen.push(await run(world, numbers));
      });
    }
    expect(seen[0]).toEqual(seen[1]);
    const failed = seen[0]?.filter((name) => name !== "done") ?? [];
    expect(failed.length).toBeGreaterThan(30);
    expect(failed.length).toBeLessThan(90);
    expect(new Set(failed)).toEqual(new Set(["failed VP6220", "unknown VP6221"]));
  });

  test("another seed meets other faults", () =>
    inWorld(async (world) => {
      await world.admin.setFaults({ seed: 1, ratePercent: 30, latencyMs: 0 });
      const first = await run(world, NUMBERS);
      await world.admin.reset();
      await inWorld(async (other) => {
        await other.admin.setFaults({ seed: 2, ratePercent: 30, latencyMs: 0 });
        expect(await run(other, NUMBERS)).not.toEqual(first);
      });
    }));

  test("calls that are sent again until they are done leave each object once", () =>
    inWorld(async (world) => {
      await world.admin.setFaults({ seed: 3, ratePercent: 40, latencyMs: 0 });
      for (const number of NUMBERS.slice(0, 50)) {
        let outcome = await create(world, podIntent(number));
        for (let tries = 0; outcome.is !== "done" && tries < 50; tries++) {
          outcome = await create(world, podIntent(number));
        }
        expect(isDone(outcome)).toBe(true);
      }
      const { objects } = await observe(world);
      expect(objects.filter((object) => object.kind === "pod")).toHaveLength(50);
    }));

  test("faults end when they are turned off", () =>
    inWorld(async (world) => {
      await world.admin.setFaults({ seed: 3, ratePercent: 100, latencyMs: 0 });
      expect((await create(world, plainIntent(1))).is).not.toBe("done");
      await world.admin.setFaults(undefined);
      expect(isDone(await create(world, plainIntent(1)))).toBe(true);
    }));

  test("latency takes its time, step by step, and tells how far it is", () =>
    inWorld(async (world) => {
      await world.admin.setFaults({ seed: 1, ratePercent: 0, latencyMs: 140 });
      const clock = fakeClock();
      const percents: number[] = [];
      const context = {
        ...world.context,
        clock,
        log: ({ percent }: { readonly percent?: number }) => percents.push(percent ?? 0),
      };
      expect(isDone(await world.provider().create(podIntent(1), context))).toBe(true);
      expect(Math.round(clock.sleptMs())).toBe(140);
      expect(percents).toHaveLength(12);
      expect(percents).toEqual(percents.toSorted((left, right) => left - right));
      expect(percents.at(-1)).toBe(100);
    }));

  test("a call slower than its deadline is unknown", () =>
    inWorld(async (world) => {
      await world.admin.setFaults({ seed: 1, ratePercent: 0, latencyMs: 5000 });
      const hasty = { ...plainIntent(1), deadlineMs: 100 };
      expect(await create(world, hasty)).toMatchObject({ is: "unknown", why: { code: "VP6221" } });
    }));

  test("a caller who gives up in the middle leaves a start that can be continued", () =>
    inWorld(async (world) => {
      await world.admin.setFaults({ seed: 1, ratePercent: 0, latencyMs: 120 });
      const stop = new AbortController();
      const context = {
        ...world.context,
        signal: stop.signal,
        log: ({ percent }: { readonly percent?: number }) => {
          if ((percent ?? 0) > 40) stop.abort();
        },
      };
      const outcome = await world.provider().create(podIntent(1), context);
      expect(outcome.is).toBe("unknown");
      expect((await find(world, idOf(1)))?.status["phase"]).toBe("Pending");
      await world.admin.setFaults(undefined);
      expect(isDone(await create(world, podIntent(1)))).toBe(true);
      expect((await find(world, idOf(1)))?.status["phase"]).toBe("Running");
    }));
});

describe("a world behind a socket", () => {
  const setupOf = (dataFolder: string) => ({
    config: { name: "lab", type: "esxi-sim", settings: { socket: "world.sock" } } as const,
    dataFolder,
    baseFolder: dataFolder,
    clock: fakeClock(),
    entropy: { uuid: () => "", u32: () => 0 },
  });

  test("nobody there is a transient problem, not an empty world", () =>
    inWorld(async (world) => {
      const opened = openEsxiSim(setupOf(world.dataFolder));
      await expect(opened).rejects.toMatchObject({
        name: "ProviderError",
        problem: { type: "transient", code: "VP6223" },
      });
    }));

  test("a server that dies makes writes unknown or failed, and observe throws", async () => {
    const world = await openSimWorld("socket");
    const { dataFolder } = world;
    const provider = await openEsxiSim(setupOf(dataFolder));
    const slow = provider.create(podIntent(1), world.context);
    await world.provider().close();
    const place = { dataFolder, provider: "sim", clock: fakeClock() };
    await expect(serveWorld(place, `${dataFolder}/world.sock`)).rejects.toThrow("another server");
    await world.close();
    expect(["unknown", "done"]).toContain((await slow).is);
    const after = await provider.create(podIntent(2), world.context);
    expect(after).toMatchObject({ is: "failed", why: { type: "transient", code: "VP6223" } });
    await expect(provider.observe({ ids: [], lineage: "" }, world.context)).rejects.toThrow();
    await provider.close();
  });

  test("objects and hosts carry the name that the caller gave the provider", async () => {
    const world = await openSimWorld("socket");
    const provider = await openEsxiSim(setupOf(world.dataFolder));
    const { objects, hosts } = await provider.observe({ ids: [], lineage: "" }, world.context);
    expect(new Set([...objects, ...hosts].map((item) => item.provider))).toEqual(new Set(["lab"]));
    await provider.close();
    await world.close();
  });
});
