import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import type { PodAffinityTerm, SpreadConstraint } from "../../../engine/model/scheduling.ts";
import { runPlacement } from "../../../engine/place/run.ts";
import { demand, GIB, host, MIB, pod, problem, terms } from "./builders.ts";

vi.setConfig({ testTimeout: 60_000 });

const HOSTNAME = "kubernetes.io/hostname";
const topologyKey = fc.constantFrom(HOSTNAME, "zone", "rack");
const app = fc.constantFrom("a", "b", "c");

const selectorOf = (value: string) => ({ matchLabels: { app: value }, matchExpressions: [] });

const term: fc.Arbitrary<PodAffinityTerm> = fc.tuple(app, topologyKey).map(([value, key]) => ({
  selector: selectorOf(value),
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: key,
  rule: "rule",
}));

const spread: fc.Arbitrary<SpreadConstraint> = fc.record({
  maxSkew: fc.integer({ min: 1, max: 2 }),
  topologyKey,
  whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"),
  selector: app.map(selectorOf),
  minDomains: fc.constantFrom(undefined, undefined, undefined, 3),
  nodeAffinityPolicy: fc.constant("Honor"),
  nodeTaintsPolicy: fc.constantFrom("Honor", "Ignore"),
});

const affinity = fc.record({
  required: fc.array(term, { maxLength: 1 }),
  preferred: fc.array(fc.record({ weight: fc.constantFrom(1, 50, 100), term }), { maxLength: 1 }),
});

/** Replicas of one class, of which some run already. */
const replicas = (name: string, hosts: number): fc.Arbitrary<readonly PlacementWorkload[]> =>
  fc
    .record({
      label: app,
      near: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, affinity),
      apart: fc.oneof(fc.constant(undefined), affinity),
      spread: fc.array(spread, { maxLength: 2 }),
      cpu: fc.constantFrom(100, 400),
      at: fc.array(fc.nat(hosts - 1), { maxLength: 8 }),
      waiting: fc.integer({ min: 1, max: 25 }),
    })
    .map((given) => {
      const model = pod(name, {
        labels: { app: given.label },
        demand: demand({ cpu: given.cpu, memory: 256 * MIB }),
        scheduling: terms({
          ...(given.near === undefined ? {} : { podAffinity: given.near }),
          ...(given.apart === undefined ? {} : { podAntiAffinity: given.apart }),
          spread: given.spread,
        }),
      });
      const running = given.at.map((at) => ({ ...model, at: nameOf(at), wish: "keep" as const }));
      const waiting = Array.from({ length: given.waiting }, () => model);
      return [...running, ...waiting].map((each, index) => ({
        ...each,
        key: `${model.key}-${String(index)}`,
      }));
    });

const nameOf = (index: number): string => `h${String(index).padStart(2, "0")}`;

function machineOf(
  index: number,
  { racks, isTainted }: { racks: number; isTainted: boolean },
): Host {
  const name = nameOf(index);
  const capacity = { cpuMillicores: 4000, memoryBytes: 8 * GIB, ephemeralStorageBytes: GIB };
  // Some hosts are in no rack, so that they are domains of nothing.
  const rack = index % (racks + 1);
  return host(name, {
    capacity,
    labels: {
      [HOSTNAME]: name,
      zone: `z${String(index % 3)}`,
      ...(rack === racks ? {} : { rack: `r${String(rack)}` }),
    },
    taints: isTainted ? [{ key: "k", value: "", effect: "NoSchedule" }] : [],
  });
}

/** Worlds of many domains, in which groups of hosts open and close all the time. */
const anyDomains: fc.Arbitrary<PlacementProblem> = fc
  .record({
    hosts: fc.integer({ min: 12, max: 48 }),
    racks: fc.integer({ min: 3, max: 12 }),
    tainted: fc.integer({ min: 4, max: 60 }),
    rejectedMax: fc.nat(6),
  })
  .chain(({ hosts, racks, tainted, rejectedMax }) =>
    fc
      .integer({ min: 1, max: 5 })
      .chain((classes) =>
        fc.tuple(
          ...Array.from({ length: classes }, (_item, index) =>
            replicas(`p${String(index)}`, hosts),
          ),
        ),
      )
      .map((workloads) =>
        problem({
          hosts: Array.from({ length: hosts }, (_item, index) =>
            machineOf(index, { racks, isTainted: index % tainted === tainted - 1 }),
          ),
          workloads: workloads.flat(),
          limits: { candidatesMax: 2, rejectedMax, fixesMax: 0 },
        }),
      ),
  );

describe("groups of hosts", () => {
  test("over many domains give the answer of brute force, with every reason and number", () => {
    fc.assert(
      fc.property(anyDomains, (given) => {
        const [fast, brute] = (["fast", "brute"] as const).map((search) =>
          JSON.stringify(runPlacement(given, search)),
        );
        expect(fast).toBe(brute);
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});
