import { describe, expect, test } from "vitest";
import type { BalanceSettings, DesiredResource } from "../../engine/model/desired.ts";
import { BALANCE_OFF } from "../../engine/place/problem/balance.ts";
import { type MovesRequest, onlyMoves, placeAll } from "../../engine/placing.ts";
import { change } from "../support/answers.ts";
import {
  demand,
  desiredState,
  GIB,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  workload,
} from "../support/builders.ts";

interface Story {
  readonly balance: Partial<BalanceSettings>;
  readonly maxMoves?: number;
  readonly moves?: MovesRequest;
  /** True: the first host is in maintenance. */
  readonly drained?: boolean;
}

const sized = (name: string, namespace: string): DesiredResource =>
  pod(`pod/${namespace}/${name}`, {
    workload: workload({ demand: demand(1000, 8 * GIB) }),
  });

/** Six Pods of two namespaces on host `a`, and two empty hosts. */
function answer({ balance, maxMoves, moves, drained = false }: Story) {
  const wish = ["1", "2", "3"].flatMap((name) => [sized(name, "shop"), sized(name, "work")]);
  const records = wish.map((item) => recordedOf(item, { host: "a" }));
  const connection = drained ? "maintenance" : "connected";
  const hosts = [host({ name: "a", connection }), host({ name: "b" }), host({ name: "c" })];
  const readings = [
    { provider: "sim", complete: true, asOf: "1", error: undefined, movesLive: true as const },
  ];
  return placeAll(
    {
      desired: desiredState(wish, { balance: { ...BALANCE_OFF, ...balance } }),
      observation: observation(
        records.map((record) => observedOf(record)),
        hosts,
        { readings },
      ),
      recorded: recordedState(records),
      diff: {
        changes: wish.map(({ address }) => change(address, "noop", { observedHost: "a" })),
        drift: [],
      },
      seed: 1,
    },
    { budgets: { maxMoves }, moves },
  );
}

const FULL = { automation: "full", threshold: 5 } as const;
const namespacesOf = (moves: readonly { readonly key: string }[]): string[] => [
  ...new Set(moves.map(({ key }) => key.split("/")[1] ?? "")),
];

describe("moves that need not be", () => {
  test("are made where the documents say so, and none is left to recommend", () => {
    const { placement, recommended } = answer({ balance: FULL });
    expect(placement.moves).toHaveLength(4);
    expect(recommended).toEqual([]);
  });

  test("are recommended where a human decides", () => {
    const { placement, recommended } = answer({ balance: { ...FULL, automation: "manual" } });
    expect(placement.moves).toEqual([]);
    expect(recommended).toHaveLength(4);
  });

  test("of one namespace are made, of the other recommended over what then is", () => {
    const own = { automation: "manual", threshold: undefined } as const;
    const namespaces = new Map([["work", own]]);
    const { placement, recommended } = answer({ balance: { ...FULL, namespaces } });
    expect(namespacesOf(placement.moves)).toEqual(["shop"]);
    expect(namespacesOf(recommended)).toEqual(["work"]);
    expect(placement.moves.length + recommended.length).toBe(4);
  });

  test("stay within the budget of all moves", () => {
    expect(answer({ balance: FULL, maxMoves: 2 }).placement.moves).toHaveLength(2);
    expect(answer({ balance: { ...FULL, movesMax: 1 }, maxMoves: 2 }).placement.moves).toHaveLength(
      1,
    );
  });

  test("give way to those that must be", () => {
    const { placement } = answer({ balance: FULL, maxMoves: 2, drained: true });
    expect(placement.moves.map(({ reason }) => reason)).toEqual(Array(6).fill("repair"));
  });

  test("are made for what is asked for, whoever decides by the documents", () => {
    const { placement, recommended } = answer({
      balance: { ...BALANCE_OFF, automation: "manual" },
      moves: { threshold: 5 },
    });
    expect(placement.moves).toHaveLength(4);
    expect(recommended).toEqual([]);
  });

  test("leave alone what its namespace is not eager enough to move", () => {
    const own = { automation: undefined, threshold: 1 } as const;
    const namespaces = new Map([["work", own]]);
    const { placement } = answer({ balance: { ...FULL, namespaces } });
    expect(namespacesOf(placement.moves)).toEqual(["shop"]);
  });
});

test("a plan of moves alone takes no other change for granted", () => {
  const changes = [
    change("pod/shop/a", "noop"),
    change("pod/shop/b", "move"),
    change("pod/shop/c", "create"),
    change("pod/shop/d", "delete"),
  ];
  const kept = onlyMoves({ changes, drift: [] }).changes.map(({ action }) => action);
  expect(kept).toEqual(["noop", "move"]);
});
