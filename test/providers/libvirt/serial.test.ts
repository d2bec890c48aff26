import { describe, expect, test } from "vitest";
import { gateOf, Queue } from "../../../providers/libvirt/serial.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a gate", () => {
  test("lets so many in at once, and the others in order", async () => {
    const gate = gateOf(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const work = (number: number) => async (): Promise<void> => {
      most = Math.max(most, ++inside);
      order.push(number);
      await turn();
      inside--;
    };
    await Promise.all([1, 2, 3, 4, 5].map((number) => gate(work(number))));
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  test("is left by work that fails", async () => {
    const gate = gateOf(1);
    await expect(gate(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await gate(() => Promise.resolve("next"))).toBe("next");
  });
});

describe("a queue", () => {
  test("does work of one key one after the other, and that of two keys at once", async () => {
    const queue = new Queue();
    const seen: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      seen.push(`${name} begins`);
      await turn();
      seen.push(`${name} ends`);
    };
    await Promise.all([
      queue.run("a", work("a1")),
      queue.run("a", work("a2")),
      queue.run("b", work("b1")),
    ]);
    const ofA = seen.filter((text) => text.startsWith("a"));
    expect(ofA).toEqual(["a1 begins", "a1 ends", "a2 begins", "a2 ends"]);
    expect(seen.indexOf("b1 begins")).toBeLessThan(seen.indexOf("a1 ends"));
  });

  test("goes on after work that failed", async () => {
    const queue = new Queue();
    const failed = queue.run("a", () => Promise.reject(new Error("no")));
    const next = queue.run("a", () => Promise.resolve("done"));
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("done");
  });
});
