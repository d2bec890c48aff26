import { describe, expect, test } from "vitest";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import type {
  LabelSelector,
  PodAffinity,
  PodAffinityTerm,
} from "../../../../engine/model/scheduling.ts";
import { place } from "../../../../engine/place/place.ts";
import { host, pod, problem, running, terms } from "../builders.ts";
import { decide, web } from "./asked.ts";

const term = (given: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  selector: web,
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: "rack",
  rule: "placementrule/shop/r",
  ...given,
});

const required = (given: Partial<PodAffinityTerm> = {}): PodAffinity => ({
  required: [term(given)],
  preferred: [],
});

describe("affinity between workloads", () => {
  const racks = [
    host("a", { labels: { rack: "1" } }),
    host("b", { labels: { rack: "1" } }),
    host("c", { labels: { rack: "2" } }),
    host("d"),
  ];
  const old = running("old", "a", { labels: { app: "web" } });
  const feasible = (
    wanted: Partial<PlacementWorkload>,
    others: readonly PlacementWorkload[] = [old],
  ): readonly string[] =>
    (decide(racks, wanted, others)?.candidates ?? []).map((each) => each.host).sort();

  const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] };
  const team: LabelSelector = { matchLabels: { team: "shop" }, matchExpressions: [] };
  const cases: readonly { name: string; given: Partial<PodAffinityTerm>; apart: string[] }[] = [
    { name: "the whole rack is taken", given: {}, apart: ["c", "d"] },
    {
      name: "a host without the label is free",
      given: { topologyKey: "none" },
      apart: ["a", "b", "c", "d"],
    },
    {
      name: "a host is a domain of its own",
      given: { topologyKey: "kubernetes.io/hostname" },
      apart: ["b", "c", "d"],
    },
    {
      name: "no selector matches nobody",
      given: { selector: undefined },
      apart: ["a", "b", "c", "d"],
    },
    {
      name: "an empty selector matches everybody",
      given: { selector: everything },
      apart: ["c", "d"],
    },
    {
      name: "another namespace does not count",
      given: { namespaces: ["other"] },
      apart: ["a", "b", "c", "d"],
    },
    {
      name: "a listed namespace counts",
      given: { namespaces: ["shop", "other"] },
      apart: ["c", "d"],
    },
    { name: "namespaces by label", given: { namespaceSelector: team }, apart: ["c", "d"] },
    {
      name: "namespaces by another label",
      given: { namespaceSelector: { matchLabels: { team: "x" }, matchExpressions: [] } },
      apart: ["a", "b", "c", "d"],
    },
    { name: "all namespaces", given: { namespaceSelector: everything }, apart: ["c", "d"] },
  ];
  test.for([...cases])("anti-affinity: $name", ({ given, apart }) => {
    expect(feasible({ scheduling: terms({ podAntiAffinity: required(given) }) })).toEqual(apart);
  });

  test("anti-affinity is symmetric: who runs already keeps others off", () => {
    const shy = running("shy", "a", { scheduling: terms({ podAntiAffinity: required() }) });
    expect(feasible({ labels: { app: "web" } }, [shy])).toEqual(["c", "d"]);
    expect(feasible({ labels: { app: "db" } }, [shy])).toEqual(["a", "b", "c", "d"]);
    const found = decide(racks, { labels: { app: "web" } }, [shy])?.rejected[0];
    expect(found).toMatchObject({ code: "anti-affinity-of-others", curable: true });
    expect(found?.message).toContain("placementrule/shop/r");
  });

  test("affinity goes where a match is", () => {
    expect(feasible({ scheduling: terms({ podAffinity: required() }) })).toEqual(["a", "b"]);
    const nowhere = decide(racks, { scheduling: terms({ podAffinity: required() }) });
    expect(nowhere?.rejectedCounts).toEqual({ affinity: 4 });
    expect(nowhere?.rejected[0]?.curable).toBe(false);
  });

  test("the first of a group that matches itself may go anywhere with the label", () => {
    const wanted = { labels: { app: "web" }, scheduling: terms({ podAffinity: required() }) };
    expect(feasible(wanted, [])).toEqual(["a", "b", "c"]);
    expect(feasible(wanted)).toEqual(["a", "b"]);
  });

  test("several affinity terms need one workload that matches all of them", () => {
    const both: PodAffinity = {
      required: [term(), term({ selector: { matchLabels: { tier: "1" }, matchExpressions: [] } })],
      preferred: [],
    };
    const wanted = { scheduling: terms({ podAffinity: both }) };
    const tier = running("tier", "b", { labels: { tier: "1" } });
    expect(feasible(wanted, [old, tier])).toEqual([]);
    const match = running("match", "c", { labels: { app: "web", tier: "1" } });
    expect(feasible(wanted, [old, tier, match])).toEqual(["c"]);
  });

  test("a workload may wait for one that is placed later in the same plan", () => {
    const given = problem({
      hosts: racks,
      workloads: [
        pod("aaa", { scheduling: terms({ podAffinity: required(), priority: 9 }) }),
        pod("zzz", { labels: { app: "web" }, scheduling: terms({ nodeSelector: { rack: "2" } }) }),
      ],
    });
    const decisions = place(given).decisions;
    expect(decisions.map(({ key, chosen }) => [key, chosen])).toEqual([
      ["pod/shop/zzz", "c"],
      ["pod/shop/aaa", "c"],
    ]);
  });
});
