import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostHeap } from "../../../../engine/place/basics/argmin-heap.ts";

/** A heap over a list of costs, with the plain answer beside it. */
function heapOf(costs: number[]): { heap: HostHeap; sorted: () => number[]; inside: Set<number> } {
  const compare = (left: number, right: number): number =>
    (costs[left] ?? 0) - (costs[right] ?? 0) || left - right;
  const heap = new HostHeap(costs.length, compare);
  const inside = new Set(costs.map((_cost, index) => index));
  heap.fill([...inside]);
  return { heap, sorted: () => [...inside].sort(compare), inside };
}

describe("the heap of hosts", () => {
  test("an empty heap has no best host", () => {
    const { heap } = heapOf([]);
    expect(heap.best()).toBeUndefined();
    expect(heap.top(3)).toEqual([]);
    expect(heap.length).toBe(0);
  });

  test("equal hosts come in index order", () => {
    const { heap } = heapOf([5, 5, 5, 5]);
    expect(heap.top(4)).toEqual([0, 1, 2, 3]);
  });

  test("top takes nothing out", () => {
    const { heap } = heapOf([3, 1, 2]);
    expect(heap.top(2)).toEqual([1, 2]);
    expect(heap.top(5)).toEqual([1, 2, 0]);
    expect(heap.length).toBe(3);
  });

  test("removing and updating an unknown host does nothing", () => {
    const { heap } = heapOf([3, 1, 2]);
    heap.remove(1);
    heap.remove(1);
    heap.update(1);
    expect(heap.top(3)).toEqual([2, 0]);
  });

  test("whatever is changed, removed or put back, the order is that of a sort", () => {
    const step = fc.record({
      host: fc.nat(19),
      what: fc.constantFrom("update", "remove", "insert"),
      cost: fc.nat(9),
    });
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }),
        fc.array(step, { maxLength: 60 }),
        (costs, steps) => {
          const { heap, sorted, inside } = heapOf(costs);
          for (const { host, what, cost } of steps) {
            if (what === "remove") {
              heap.remove(host);
              inside.delete(host);
            } else if (what === "insert") {
              if (!inside.has(host)) costs[host] = cost;
              heap.insert(host);
              inside.add(host);
            } else {
              costs[host] = cost;
              heap.update(host);
            }
            expect(heap.length).toBe(inside.size);
            expect(heap.best()).toBe(sorted()[0]);
            expect(heap.top(inside.size)).toEqual(sorted());
          }
        },
      ),
    );
  });
});
