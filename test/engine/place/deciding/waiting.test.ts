import { describe, expect, test } from "vitest";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { type Batch, orderBatches } from "../../../../engine/place/deciding/order.ts";
import { settle } from "../../../../engine/place/deciding/seating.ts";
import { Waiting } from "../../../../engine/place/deciding/waiting.ts";
import { demand, host, pod, problem, running, terms } from "../builders.ts";

const small = (name: string, given: Partial<PlacementWorkload> = {}): PlacementWorkload =>
  pod(name, { demand: demand({ cpu: 100 }), ...given });
const large = (name: string): PlacementWorkload => pod(name, { demand: demand({ cpu: 900 }) });

function world(workloads: readonly PlacementWorkload[]): { ledger: Ledger; waiting: Waiting } {
  const ledger = new Ledger(problem({ hosts: [host("a"), host("b")] }));
  return { ledger, waiting: settle(workloads, { ledger, placed: new Map() }) };
}

const names = (waiting: Waiting): readonly string[] =>
  waiting.map(({ workload }) => workload.key.replace("pod/shop/", ""));
const namesIn = (batches: readonly Batch[]): readonly (readonly string[])[] =>
  batches.map(({ members }) => names(members));

describe("who waits for a host", () => {
  test("those that keep their place do not, and the others come in key order", () => {
    const { waiting } = world([small("d"), running("c", "a"), large("b"), small("a")]);
    expect(names(waiting)).toEqual(["a", "b", "d"]);
    expect(names(waiting.rest(1))).toEqual(["b", "d"]);
    expect(waiting.areNewcomers).toBe(true);
  });

  test("each is told with its class, its seat and where it may stay", () => {
    const leaves = small("r", { at: "b", wish: "repair" });
    const { ledger, waiting } = world([leaves, small("s", { at: "a" }), small("t")]);
    const [first, second, third] = waiting;
    expect(first).toMatchObject({ workload: leaves, seat: { host: 1 }, mayStay: undefined });
    expect(second).toMatchObject({ seat: undefined, mayStay: 0 });
    expect(third).toMatchObject({ seat: undefined, mayStay: undefined });
    expect(ledger.workloads).toEqual(Float64Array.of(0, 1));
    expect(waiting.areNewcomers).toBe(false);
  });

  test("batches have the members of one class each, the larger ones first", () => {
    const { ledger, waiting } = world([small("a"), large("b"), small("c"), large("d")]);
    const batches = orderBatches(waiting, ledger, () => 2);
    expect(namesIn(batches)).toEqual([
      ["b", "d"],
      ["a", "c"],
    ]);
    for (const { workloadClass, members } of batches) {
      for (const each of members) expect(each.workloadClass).toBe(workloadClass);
    }
  });

  test("classes that want the same come in turns, by key", () => {
    const other = { scheduling: terms({ images: ["web"] }) };
    const { ledger, waiting } = world([small("a"), small("b", other), small("c"), small("d")]);
    expect(namesIn(orderBatches(waiting, ledger, () => 2))).toEqual([["a"], ["b"], ["c", "d"]]);
  });

  test("of some that are known already each stays the same, in key order", () => {
    const { ledger, waiting } = world([small("a"), large("b"), small("c")]);
    const known = [...waiting].reverse();
    const again = Waiting.of(known, ledger.classes);
    expect([...again]).toEqual(known.toReversed());
    expect(again.at(2)).toBe(known[0]);
    expect(again.at(3)).toBeUndefined();
  });
});
