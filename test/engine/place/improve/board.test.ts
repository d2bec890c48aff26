import { describe, expect, test } from "vitest";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import { Board } from "../../../../engine/place/improve/board.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import { host, problem, terms } from "../builders.ts";
import { movable } from "./worlds.ts";

/** A workload that has to be on a host with another one of the app. */
const near = (app: string): Partial<PlacementWorkload> => {
  const term = {
    selector: { matchLabels: { app }, matchExpressions: [] },
    namespaces: [],
    namespaceSelector: undefined,
    topologyKey: "kubernetes.io/hostname",
    rule: "near",
  };
  return {
    labels: { app },
    scheduling: terms({ podAffinity: { required: [term], preferred: [] } }),
  };
};

const boardOf = (...workloads: readonly PlacementWorkload[]): Board => {
  const hosts = ["a", "b", "c"].map((name) => host(name));
  const given = problem({ hosts, workloads });
  return new Board(given, settlePlacement(given, "fast"));
};

const keysOf = ({ units }: Board): readonly (readonly string[])[] =>
  units.map((unit) => unit.map(({ workload }) => workload.key));

const [A, B, C] = [0, 1, 2];

describe("a board", () => {
  const pair = (app: string, at: string): readonly PlacementWorkload[] => [
    movable(`${app}-1-${at}`, at, near(app)),
    movable(`${app}-2-${at}`, at, near(app)),
  ];

  test("moves what is bound to each other as one, in the place of the first", () => {
    const board = boardOf(...pair("x", "a"), movable("between", "a"), movable("w", "b"));
    expect(keysOf(board)).toEqual([
      ["pod/shop/between"],
      ["pod/shop/w"],
      ["pod/shop/x-1-a", "pod/shop/x-2-a"],
    ]);
  });

  test.for([
    [8, 1],
    [9, 9],
  ] as const)("takes up to eight that are bound to each other as one: %i", ([count, want]) => {
    const members = Array.from({ length: count }, (_item, index) =>
      movable(`x-${index}`, "a", near("x")),
    );
    expect(keysOf(boardOf(...members))).toHaveLength(want);
  });

  test("serves on where the groups stay what they are", () => {
    const board = boardOf(...pair("x", "a"), movable("z", "b"));
    expect([board.move(0, C), board.move(1, A)]).toEqual([true, true]);
    expect([board.settle(), [...board.home], board.mark()]).toEqual([true, [C, A], 0]);
    expect(board.seats().get("pod/shop/x-2-a")?.host).toBe(C);
    expect(board.move(0, B)).toBe(true);
    expect(board.seats().get("pod/shop/x-2-a")?.host).toBe(B);
  });

  test("has served its time once two groups have become one", () => {
    const board = boardOf(...pair("x", "a"), ...pair("x", "b"));
    expect(board.move(0, B)).toBe(true);
    expect(board.settle()).toBe(false);
  });
});
