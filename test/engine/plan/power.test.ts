import { describe, expect, test } from "vitest";
import type { DesiredResource, PlacementPolicy } from "../../../engine/model/desired.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { PowerAdvice } from "../../../engine/model/placement.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import { check } from "../../../engine/plan/check.ts";
import { assemble } from "../../../engine/plan/plan.ts";
import { change, decision, outlook } from "../../support/answers.ts";
import { host, pod, recordedOf, resource, sha256 } from "../../support/builders.ts";
import { inputOf, isAfter, type Scene, stepAt } from "./support.ts";

const declared = (over: Partial<Host> = {}): DesiredResource =>
  resource("host/esx-02", {
    host: host({ name: "esx-02", ...over }),
    attributes: { spec: {} },
  });

const NEEDED: PowerAdvice = {
  host: "esx-02",
  to: "on",
  message: "esx-02 wakes for pod/shop/new",
  for: "pod/shop/new",
};
const BY_LOAD: PowerAdvice = { host: "esx-02", to: "on", message: "above 81 %" };
const SLEEP: PowerAdvice = { host: "esx-02", to: "standby", message: "below 45 %" };

const policy = (isAutomatic: boolean, cluster?: string): PlacementPolicy => ({
  cluster,
  scoring: "LeastAllocated",
  chooser: "drs",
  hostFailuresToTolerate: 0,
  power: {
    targetPercent: 63,
    bandPercent: 18,
    hostsMin: 1,
    ...(isAutomatic ? { isAutomatic } : {}),
  },
});

interface Story {
  readonly advice: PowerAdvice;
  readonly policies?: readonly PlacementPolicy[];
  /** Undefined: nobody declares the host. */
  readonly wish?: DesiredResource | undefined;
  readonly powersHosts?: boolean;
}

/** A Pod on host esx-02 that leaves, and one that comes, so that both have to be in order. */
function scene({ advice, policies = [], wish, powersHosts = true }: Story): Scene {
  const leaving = pod("pod/shop/old");
  const coming = pod("pod/shop/new");
  const records = [
    recordedOf(leaving, { host: "esx-02" }),
    ...(wish === undefined ? [] : [recordedOf(wish)]),
  ];
  const isSleeping = advice.to === "on";
  const hosts = [
    host({ name: "esx-01" }),
    host({ name: "esx-02", connection: isSleeping ? "standby" : "connected" }),
  ];
  const reading = { provider: "sim", complete: true, asOf: "1", error: undefined };
  const base = inputOf({
    wish: [coming, ...(wish === undefined ? [] : [wish])],
    records,
    changes: [
      change(leaving.address, "delete", { observedHost: "esx-02" }),
      change(coming.address, "create", { needsHost: true }),
      ...(wish === undefined ? [] : [change(wish.address, "noop")]),
    ],
    hosts,
    desired: { policies },
    placement: {
      decisions: [decision(coming.address, isSleeping ? "esx-02" : "esx-01")],
      hosts: hosts.map(({ name }) => outlook(name)),
      power: [advice],
    },
  });
  const readings = [powersHosts ? { ...reading, powersHosts } : reading];
  return { changes: [], input: { ...base, observation: { ...base.observation, readings } } };
}

const planned = (story: Story): Plan => assemble(inputOf(scene(story)));

describe("a host that placement would wake or put to sleep", () => {
  const wish = declared();
  const cases: readonly (Story & { readonly name: string; readonly mode: string | undefined })[] = [
    { name: "is woken for whoever needs it", advice: NEEDED, wish, mode: "wake" },
    { name: "is left to a human where the load asks", advice: BY_LOAD, wish, mode: undefined },
    { name: "is left awake to be put to sleep", advice: SLEEP, wish, mode: undefined },
    {
      name: "is woken for the load where the documents say so",
      advice: BY_LOAD,
      wish,
      policies: [policy(true)],
      mode: "wake",
    },
    {
      name: "sleeps where the policy of its cluster says so",
      advice: SLEEP,
      wish,
      policies: [policy(false), policy(true, "cluster-1")],
      mode: "standby",
    },
    {
      name: "is left alone where the policy of its cluster says otherwise",
      advice: SLEEP,
      wish,
      policies: [policy(true), policy(false, "cluster-1")],
      mode: undefined,
    },
    {
      name: "is left alone where nobody declares it",
      advice: SLEEP,
      policies: [policy(true)],
      mode: undefined,
    },
    {
      name: "is left alone where the provider cannot do it",
      advice: NEEDED,
      wish,
      powersHosts: false,
      mode: undefined,
    },
    {
      name: "is not woken where the documents want it out of service",
      advice: NEEDED,
      wish: declared({ connection: "maintenance" }),
      mode: undefined,
    },
  ];
  for (const { name, mode, ...story } of cases) {
    test(name, () => {
      const plan = planned(story);
      const made = plan.steps.filter(({ address }) => address === "host/esx-02");
      expect(made.map((step) => step.mode)).toEqual(mode === undefined ? [] : [mode]);
      const isMade = mode === undefined ? {} : { isMade: true };
      expect(plan.placement.power).toEqual([{ ...story.advice, ...isMade }]);
      expect(plan.summary.update).toBe(made.length);
    });
  }

  test("is woken in a plan of moves alone only where something needs it", () => {
    const madeBy = (advice: PowerAdvice): readonly string[] => {
      const input = inputOf(scene({ advice, wish, policies: [policy(true)] }));
      const { steps } = assemble({ ...input, isMovesOnly: true });
      return steps.flatMap(({ address, mode }) => (address === "host/esx-02" ? [mode] : []));
    };
    expect([madeBy(NEEDED), madeBy(BY_LOAD), madeBy(SLEEP)]).toEqual([["wake"], [], []]);
  });

  test("is awake before anything comes, and the plan says why", () => {
    const story = { advice: NEEDED, wish };
    const plan = planned(story);
    const waking = stepAt(plan, "host/esx-02");
    expect(isAfter(plan, stepAt(plan, "pod/shop/new"), waking)).toBe(true);
    const shown = plan.changes.find(({ address }) => address === "host/esx-02");
    expect(shown?.reasons).toEqual([{ code: "wakes", detail: NEEDED.message }]);
    const { desired, observation, recorded } = inputOf(scene(story));
    const found = check(plan, { desired, observation, recorded, digest: sha256 });
    expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("sleeps once everything has left it", () => {
    const plan = planned({ advice: SLEEP, wish, policies: [policy(true)] });
    const sleeping = stepAt(plan, "host/esx-02");
    expect(isAfter(plan, sleeping, stepAt(plan, "pod/shop/old"))).toBe(true);
  });
});
