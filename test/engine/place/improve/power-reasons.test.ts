import { describe, expect, test } from "vitest";
import type { PlacementPolicy } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type {
  BalanceWish,
  PlacementProblem,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";
import { type PowerReason, powerReason } from "../../../../engine/place/improve/power-reasons.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, host, MIB, policy, pod, problem, running } from "../builders.ts";
import { movable } from "./worlds.ts";

/** One per cent of a host of the builders, in CPU; memory next to nothing. */
const percent = (count: number): Partial<PlacementWorkload> => ({
  demand: demand({ cpu: count * 160, memory: MIB }),
});
const DPM = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };
const asleep = host("s", { connection: "standby" });

const wish = (threshold: BalanceWish["threshold"], movesMax?: number): BalanceWish => ({
  threshold,
  movesMax,
  goal: "spread",
});

interface Story {
  /** Per cent of what runs on hosts a, b, ...; a negative figure may not move. */
  readonly uses: readonly (readonly number[])[];
  readonly hosts?: readonly Host[];
  readonly policy?: Partial<PlacementPolicy>;
  readonly given?: Partial<PlacementProblem>;
  readonly new?: number;
  /** Absent: plans even the load. */
  readonly isBalanced?: false;
}

function reasonFor(name: string, story: Story): PowerReason | undefined {
  const names = story.uses.map((_use, index) => String.fromCodePoint(97 + index));
  const onHost = (use: readonly number[], at: string): readonly PlacementWorkload[] =>
    use.map((count, index) =>
      count < 0
        ? running(`${at}${index}`, at, percent(-count))
        : movable(`${at}${index}`, at, percent(count)),
    );
  const given = problem({
    hosts: [...names.map((each) => host(each)), ...(story.hosts ?? [])],
    workloads: [
      ...story.uses.flatMap((use, index) => onHost(use, names[index] ?? "")),
      ...(story.new === undefined ? [] : [pod("new", percent(story.new))]),
    ],
    policies: [policy({ power: DPM, ...story.policy })],
    ...(story.isBalanced === false ? {} : { balance: wish(2) }),
    ...story.given,
  });
  return powerReason({ problem: given, placement: place(given) }, name);
}

describe("why a host sleeps, wakes or does neither", () => {
  const spare: Partial<PlacementPolicy> = {
    admission: { kind: "dedicated", hosts: ["b"] },
  };
  const cases: readonly (readonly [PowerReason["code"], string, Story, RegExp])[] = [
    ["made", "b", { uses: [[40], [11]] }, /b uses 11 %, below 45 %/],
    [
      "advised",
      "b",
      { uses: [[40], [11]], given: { power: { onNeed: ["b"], onLoad: [] } } },
      /b uses 11 %/,
    ],
    ["made", "s", { uses: [[90]], hosts: [asleep], new: 20 }, /s wakes for pod\/shop\/new/],
    ["no-policy", "b", { uses: [[40], [11]], given: { policies: [policy()] } }, /no policy/],
    ["not-asked", "b", { uses: [[40], [11]], isBalanced: false }, /even the load/],
    ["threshold", "b", { uses: [[40], [11]], given: { balance: wish(1) } }, /threshold 1/],
    ["in-band", "b", { uses: [[50], [45]] }, /45 %, not less than 45 %/],
    ["hosts-min", "a", { uses: [[20]] }, /keeps 1 of its hosts awake/],
    ["cluster-busy", "b", { uses: [[-82], [11]] }, /host a uses 82 %, above 81 %/],
    ["failover-host", "b", { uses: [[40], []], policy: spare }, /a lost host ran/],
    [
      "failover",
      "b",
      { uses: [[30], [10]], policy: { hostFailuresToTolerate: 1 } },
      /could not lose as many hosts/,
    ],
    ["immovable", "b", { uses: [[-50], [-11]] }, /pod\/shop\/b0 runs there/],
    ["moves-max", "b", { uses: [[40], [11]], given: { balance: wish(2, 0) } }, /more moves/],
    ["no-refuge", "b", { uses: [[40], [22, 22]] }, /pod\/shop\/b\d finds no other host .* 63 %/],
    ["not-needed", "s", { uses: [[80]], hosts: [asleep] }, /more than 81 %/],
    ["cluster-free", "s", { uses: [[-85], [-10]], hosts: [asleep] }, /no more than 63 %/],
    [
      "others-wake",
      "t",
      {
        uses: [[-95], [-95], [-95], [-95]],
        hosts: [asleep, host("t", { connection: "standby" })],
        given: { power: { onNeed: ["s", "t"], onLoad: [] } },
      },
      /those that wake/,
    ],
  ];
  test.for(cases)("%s, for %s", ([code, name, story, message]) => {
    const found = reasonFor(name, story);
    expect(found?.code).toBe(code);
    expect(found?.message).toMatch(message);
  });

  test("nothing is said of a host that is out, or not there", () => {
    const lost = host("x", { connection: "disconnected" });
    expect(reasonFor("x", { uses: [[40]], hosts: [lost] })).toBeUndefined();
    expect(reasonFor("nowhere", { uses: [[40]] })).toBeUndefined();
  });
});
