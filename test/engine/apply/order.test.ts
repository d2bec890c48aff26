import { expect, test } from "vitest";
import type { Intent, Outcome } from "../../../engine/contract/provider.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { applied, chain, done, failed, scripted } from "./applied.ts";

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
