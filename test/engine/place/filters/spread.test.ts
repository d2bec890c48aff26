import { describe, expect, test } from "vitest";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { LabelSelector, SpreadConstraint } from "../../../../engine/model/scheduling.ts";
import { place } from "../../../../engine/place/place.ts";
import { host, pod, problem, running, terms } from "../builders.ts";
import { decide, web } from "./asked.ts";

describe("topology spread", () => {
  const zones = [
    host("a", { labels: { zone: "1" } }),
    host("b", { labels: { zone: "1" } }),
    host("c", { labels: { zone: "2" } }),
    host("d"),
  ];
  const constraint = (given: Partial<SpreadConstraint> = {}): SpreadConstraint => ({
    maxSkew: 1,
    topologyKey: "zone",
    whenUnsatisfiable: "DoNotSchedule",
    selector: web,
    minDomains: undefined,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
    ...given,
  });
  const replicas = (...at: readonly string[]): readonly PlacementWorkload[] =>
    at.map((name, index) => running(`old-${String(index)}`, name, { labels: { app: "web" } }));
  const feasible = (
    given: Partial<SpreadConstraint>,
    others: readonly PlacementWorkload[],
    wanted: Partial<PlacementWorkload> = {},
  ): readonly string[] => {
    const scheduling = terms({ ...wanted.scheduling, spread: [constraint(given)] });
    const decision = decide(zones, { labels: { app: "web" }, ...wanted, scheduling }, others);
    return (decision?.candidates ?? []).map((each) => each.host).sort();
  };

  test("hosts without the label are out, whatever runs", () => {
    expect(feasible({}, [])).toEqual(["a", "b", "c"]);
    const found = decide(zones.slice(3), { scheduling: terms({ spread: [constraint()] }) });
    expect(found?.rejected[0]).toMatchObject({ code: "spread-label", curable: false });
  });

  test("the fuller zone is out when the skew would pass maxSkew", () => {
    expect(feasible({}, replicas("a"))).toEqual(["c"]);
    expect(feasible({ maxSkew: 2 }, replicas("a"))).toEqual(["a", "b", "c"]);
    expect(feasible({}, replicas("a", "c"))).toEqual(["a", "b", "c"]);
  });

  test("a workload that does not match itself adds nothing to the skew", () => {
    expect(feasible({}, replicas("a"), { labels: { app: "db" } })).toEqual(["a", "b", "c"]);
    expect(feasible({}, replicas("a", "b"), { labels: { app: "db" } })).toEqual(["c"]);
  });

  test("fewer zones than minDomains count as an empty one", () => {
    expect(feasible({ minDomains: 3 }, replicas("a", "c"))).toEqual([]);
    expect(feasible({ minDomains: 2 }, replicas("a", "c"))).toEqual(["a", "b", "c"]);
  });

  test("an empty selector counts nobody, as upstream has it", () => {
    const empty: LabelSelector = { matchLabels: {}, matchExpressions: [] };
    expect(feasible({ selector: empty }, replicas("a", "a"))).toEqual(["a", "b", "c"]);
  });

  test("workloads of other namespaces do not count", () => {
    const others = replicas("a").map((each) => ({ ...each, namespace: "other" }));
    expect(feasible({}, others)).toEqual(["a", "b", "c"]);
  });

  test("nodeAffinityPolicy: zones the workload cannot use count only when ignored", () => {
    const wanted = { scheduling: terms({ nodeSelector: { zone: "1" } }) };
    expect(feasible({ nodeAffinityPolicy: "Honor" }, replicas("a"), wanted)).toEqual(["a", "b"]);
    expect(feasible({ nodeAffinityPolicy: "Ignore" }, replicas("a"), wanted)).toEqual([]);
  });

  test("nodeTaintsPolicy: tainted zones count unless honoured", () => {
    const taints = [{ key: "k", value: "", effect: "NoSchedule" }] as const;
    const tainted = zones.map((each) => (each.name === "c" ? { ...each, taints } : each));
    const chosen = (nodeTaintsPolicy: "Honor" | "Ignore"): string | undefined =>
      decide(
        tainted,
        {
          labels: { app: "web" },
          scheduling: terms({ spread: [constraint({ nodeTaintsPolicy })] }),
        },
        replicas("a"),
      )?.chosen;
    expect(chosen("Honor")).toBe("b");
    expect(chosen("Ignore")).toBeUndefined();
  });

  test("ScheduleAnyway only prefers the emptier zone", () => {
    const soft = { whenUnsatisfiable: "ScheduleAnyway" } as const;
    expect(feasible(soft, replicas("a", "b"))).toEqual(["a", "b", "c", "d"]);
    const scheduling = terms({ spread: [constraint(soft)] });
    const wanted = { labels: { app: "web" }, scheduling };
    expect(decide(zones.slice(0, 3), wanted, replicas("a", "b"))?.chosen).toBe("c");
  });

  test("replicas placed in one plan spread as they come", () => {
    const scheduling = terms({ spread: [constraint()] });
    const workloads = ["0", "1", "2", "3"].map((name) =>
      pod(name, { labels: { app: "web" }, scheduling }),
    );
    const chosen = place(problem({ hosts: zones, workloads })).decisions.map((each) => each.chosen);
    expect(chosen.filter((name) => name === "c")).toHaveLength(2);
    expect(chosen.filter((name) => name === "a" || name === "b")).toHaveLength(2);
  });
});
