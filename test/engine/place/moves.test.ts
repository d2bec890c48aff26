import { expect, test } from "vitest";
import { place } from "../../../engine/place/place.ts";
import { host, problem, running } from "./builders.ts";

test("hosts, peak and proof tell what is so once the moves are made", () => {
  const hosts = [host("a"), host("b")];
  const workloads = ["one", "two", "three", "four"].map((name) => ({
    ...running(name, "a"),
    isMovable: true as const,
    isBalanced: true as const,
  }));
  const still = place(problem({ hosts, workloads }));
  const balance = { threshold: 5, movesMax: undefined, goal: "spread" } as const;
  const { moves, hosts: after, proof } = place(problem({ hosts, workloads, balance }));
  expect(moves.length).toBeGreaterThan(0);
  const counts = after.map((item) => [item.name, item.before.workloads, item.after.workloads]);
  expect(counts).toEqual([
    ["a", 4, 4 - moves.length],
    ["b", 0, moves.length],
  ]);
  expect(proof.boundPpm).toBe(still.proof.boundPpm);
  expect(proof.peakPpm).toBeLessThan(still.proof.peakPpm);
});
