import { describe, expect, test } from "vitest";
import type { Action } from "../../../../engine/model/change.ts";
import type {
  Automation,
  BalanceSettings,
  DesiredResource,
  DisruptionGroup,
  MigrationLimits,
} from "../../../../engine/model/desired.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { BALANCE_OFF, type BalanceRequest } from "../../../../engine/place/problem/balance.ts";
import { buildProblem } from "../../../../engine/place/problem/problem.ts";
import { change } from "../../../support/answers.ts";
import {
  desiredState,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  workload,
} from "../../../support/builders.ts";

interface Story {
  readonly resources?: readonly DesiredResource[];
  readonly balance?: Partial<BalanceSettings>;
  readonly request?: BalanceRequest;
  readonly action?: Action;
  readonly power?: "on" | "suspended";
  readonly movesLive?: boolean;
  readonly disruption?: readonly DisruptionGroup[];
  /** Recent moves of everything. */
  readonly moved?: number;
  readonly migration?: MigrationLimits;
}

const WEB = pod("pod/shop/web");
const FULL = { automation: "full" } as const;

/** Everything declared runs on host `a`, and nothing has to change. */
function build(story: Story): PlacementProblem {
  const { resources = [WEB], action = "noop", power = "on", movesLive = true } = story;
  const records = resources.map((item) => recordedOf(item, { host: "a" }));
  const seen = records.map((record) => observedOf(record, { power }));
  const reading = { provider: "sim", complete: true, asOf: "1", error: undefined };
  const balance = { ...BALANCE_OFF, ...story.balance };
  return buildProblem({
    desired: desiredState(resources, {
      balance,
      disruption: story.disruption ?? [],
      ...(story.migration === undefined ? {} : { migration: story.migration }),
    }),
    observation: observation(seen, [host({ name: "a" }), host({ name: "b" })], {
      readings: [movesLive ? { ...reading, movesLive } : reading],
    }),
    recorded: recordedState(records),
    diff: { changes: resources.map(({ address }) => change(address, action)), drift: [] },
    seed: 0,
    recentMoves: new Map(
      story.moved === undefined ? [] : resources.map(({ address }) => [address, story.moved ?? 0]),
    ),
    ...(story.request === undefined ? {} : { balance: story.request }),
  });
}

test("the limits of moves at once reach the core as the documents state them", () => {
  const limits = { movesPerHostMax: 8, movesPerDatastoreMax: 2 };
  expect(build({ migration: limits }).migration).toEqual(limits);
  expect(build({})).not.toHaveProperty("migration");
});

describe("what a move costs", () => {
  const terms = workload({ localDiskBytes: 5 });
  const cases: readonly {
    readonly name: string;
    readonly story: Story;
    readonly want: Pick<PlacementWorkload, "copyBytes" | "recentMoves">;
  }[] = [
    { name: "who never moved says nothing", story: {}, want: {} },
    {
      name: "moves of late are counted for who may be moved to even the load",
      story: { balance: FULL, moved: 2 },
      want: { recentMoves: 2 },
    },
    { name: "and for nobody else", story: { moved: 2 }, want: {} },
    {
      name: "disks of one host alone are copied with the memory",
      story: { resources: [pod("pod/shop/web", { workload: terms })] },
      want: { copyBytes: terms.demand.size.memoryBytes + 5 },
    },
  ];
  for (const { name, story, want } of cases) {
    test(name, () => {
      const [first] = build(story).workloads;
      const { copyBytes, recentMoves } = first ?? {};
      expect(JSON.parse(JSON.stringify({ copyBytes, recentMoves }))).toEqual(want);
    });
  }
});

type Liberty = "isMovable" | "isBalanced" | "isPreemptible";

function libertiesOf(story: Story): Liberty[] {
  const [first] = build(story).workloads;
  const known: readonly Liberty[] = ["isMovable", "isBalanced", "isPreemptible"];
  return known.filter((name) => first?.[name] === true);
}

const shop = (automation: Automation): Pick<BalanceSettings, "namespaces"> => ({
  namespaces: new Map([["shop", { automation, threshold: undefined }]]),
});
const behaviour = (over: Partial<DesiredResource["behaviour"]>): readonly DesiredResource[] => [
  pod("pod/shop/web", { behaviour: over }),
];

describe("what may become of something that runs and could stay", () => {
  const cases: readonly (Story & { name: string; want: readonly Liberty[] })[] = [
    {
      name: "it makes room for others, and stays for balance unless told",
      want: ["isMovable", "isPreemptible"],
    },
    {
      name: "N05: with full automation it moves to even the load",
      balance: FULL,
      want: ["isMovable", "isBalanced", "isPreemptible"],
    },
    {
      name: "N05: with manual automation the plan does not move it",
      balance: { automation: "manual" },
      want: ["isMovable", "isPreemptible"],
    },
    {
      name: "N05: with manual automation a move is recommended",
      balance: { automation: "manual" },
      request: { scope: "recommended" },
      want: ["isMovable", "isBalanced", "isPreemptible"],
    },
    {
      name: "N05: what the plan moves by itself is not recommended besides",
      balance: FULL,
      request: { scope: "recommended" },
      want: ["isMovable", "isPreemptible"],
    },
    {
      name: "N05: its namespace has the word over the Environment",
      balance: { ...FULL, ...shop("manual") },
      want: ["isMovable", "isPreemptible"],
    },
    {
      name: "N05: a namespace that disables balance is not moved at all",
      balance: { ...FULL, ...shop("off") },
      request: { scope: "all" },
      want: ["isPreemptible"],
    },
    {
      name: "D19: a rebalance moves it whatever the automation",
      request: { scope: "all" },
      want: ["isMovable", "isBalanced", "isPreemptible"],
    },
    {
      name: "C15: a Job is not moved to even the load",
      balance: FULL,
      resources: [pod("pod/shop/job", { workload: workload({ lifetime: "short" }) })],
      want: ["isMovable", "isPreemptible"],
    },
    {
      name: "what is told to be left alone is not moved",
      balance: FULL,
      resources: behaviour({ balance: false }),
      want: ["isPreemptible"],
    },
    {
      name: "what is pinned is not moved",
      balance: FULL,
      resources: [pod("pod/shop/web", { workload: workload({ pinHost: "a" }) })],
      want: ["isPreemptible"],
    },
    {
      name: "what is protected is not ended for others",
      resources: behaviour({ preventDestroy: true }),
      want: ["isMovable"],
    },
    {
      name: "what is paused stays",
      balance: FULL,
      resources: behaviour({ paused: true }),
      want: [],
    },
    { name: "what is to be updated stays", balance: FULL, action: "update", want: [] },
    { name: "what is blocked stays", balance: FULL, action: "blocked", want: [] },
    { name: "what is suspended stays", balance: FULL, power: "suspended", want: [] },
    {
      name: "where nothing moves live it stays",
      balance: FULL,
      movesLive: false,
      want: ["isPreemptible"],
    },
    {
      name: "a machine is not ended for others",
      resources: [{ ...WEB, address: "vm/shop/web", kind: "vm" }],
      want: ["isMovable"],
    },
  ];
  test.for(cases)("$name", ({ want, ...story }) => {
    expect(libertiesOf(story)).toEqual(want);
  });
});

describe("the wish for balance", () => {
  test("there is none where nobody is moved by the plan", () => {
    expect(build({ balance: { automation: "manual" } }).balance).toBeUndefined();
  });

  test("one namespace with full automation is enough", () => {
    const wish = build({ balance: shop("full") }).balance;
    expect(wish).toEqual({ threshold: 3, movesMax: undefined, goal: "spread" });
  });

  test("the smaller of both limits counts, and what is asked for wins over the documents", () => {
    const balance = { ...FULL, movesMax: 5, threshold: 2 } as const;
    const request = { scope: "made", movesMax: 3, threshold: 5, goal: "pack" } as const;
    expect(build({ balance, request }).balance).toEqual({
      threshold: 5,
      movesMax: 3,
      goal: "pack",
    });
  });

  const eager = (name: string, threshold: 1 | 2 | 5): Partial<BalanceSettings> => ({
    ...FULL,
    namespaces: new Map([[name, { automation: undefined, threshold }]]),
  });
  const first = (story: Story): PlacementWorkload["threshold"] =>
    build(story).workloads[0]?.threshold;

  test("a namespace that is less eager says so at its workloads", () => {
    expect(first({ balance: eager("shop", 2) })).toBe(2);
    expect(build({ balance: eager("shop", 2) }).balance?.threshold).toBe(3);
  });

  test("what moves only when it must is not moved to even the load", () => {
    const moves = ({ isMovable, isBalanced }: Partial<PlacementWorkload> = {}): unknown => ({
      isMovable,
      isBalanced,
    });
    const calm = build({ balance: eager("shop", 1) }).workloads[0];
    expect(moves(calm)).toEqual({ isMovable: true, isBalanced: undefined });
    const calmer = build({ balance: eager("shop", 2) }).workloads[0];
    expect(moves(calmer)).toEqual({ isMovable: true, isBalanced: true });
  });

  test("a namespace that is more eager makes the wish so, and the others say what they are", () => {
    expect(build({ balance: eager("other", 5) }).balance?.threshold).toBe(5);
    expect(first({ balance: eager("other", 5) })).toBe(3);
    expect(first({ balance: eager("shop", 5) })).toBeUndefined();
  });

  test("what is asked for on the command line holds for all of them", () => {
    const request = { scope: "made", threshold: 4 } as const;
    expect(first({ balance: eager("shop", 1), request })).toBeUndefined();
  });
});

test("only budgets limit what may be ended, not how a rollout goes about its group", () => {
  const disruption: readonly DisruptionGroup[] = [
    { group: "deployment/shop/web", maxUnavailable: 0, maxSurge: 1 },
    { group: "statefulset/shop/db", maxUnavailable: 0, maxSurge: 1, budget: 2 },
  ];
  expect(build({ disruption }).disruption).toEqual([
    { group: "statefulset/shop/db", maxUnavailable: 2 },
  ]);
});
