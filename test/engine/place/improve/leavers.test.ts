import { describe, expect, it } from "vitest";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { PodAffinityTerm } from "../../../../engine/model/scheduling.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, problem, terms } from "../builders.ts";

const TOGETHER: PodAffinityTerm = {
  selector: { matchLabels: { app: "db" }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule: "db-together",
};

/** Runs on host `a`, which it has to leave, and has to be with the others of `db`. */
const leaver = (name: string, gib: number): PlacementWorkload =>
  pod(name, {
    at: "a",
    wish: "repair",
    isMovable: true,
    labels: { app: "db" },
    demand: demand({ memory: gib * GIB }),
    scheduling: terms({ podAffinity: { required: [TOGETHER], preferred: [] } }),
  });

const maintenance = (gib: number): PlacementProblem =>
  problem({
    hosts: [host("a", { connection: "maintenance" }), host("b"), host("c")],
    workloads: [leaver("p1", gib), leaver("p2", gib), leaver("p3", gib)],
  });

const chosenOf = (given: PlacementProblem): readonly (string | undefined)[] =>
  place(given).decisions.map(({ chosen }) => chosen);

describe("a host in maintenance", () => {
  it("is left by all that have to be together", () => {
    const chosen = chosenOf(maintenance(10));
    expect(chosen).toHaveLength(3);
    expect(new Set(chosen).size).toBe(1);
    expect(["b", "c"]).toContain(chosen[0]);
  });

  it("keeps all of them where no host has room for all", () => {
    expect(chosenOf(maintenance(30))).toEqual([undefined, undefined, undefined]);
  });
});
