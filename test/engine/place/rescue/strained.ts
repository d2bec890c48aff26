import fc from "fast-check";
import type { Address } from "../../../../engine/model/address.ts";
import type { Admission } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { anyWorld } from "../any-world.ts";
import { GIB } from "../builders.ts";
import { troubledProblem } from "./arbitraries.ts";

const TOP = "pool/top" as Address;
const SUB = "pool/sub" as Address;
const GROUPS = ["deploy/shop/web", "deploy/shop/api"] as const;
const POWER = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };
const source = { path: "", document: 0, pointer: "" };

/** As many as there are workloads; more are drawn alike. */
const COUNT = 24;

const percent = fc.constantFrom(10, 40, 70);

const admission: fc.Arbitrary<Admission | undefined> = fc.oneof(
  fc.constantFrom<Admission | undefined>(
    undefined,
    undefined,
    { kind: "capacity" },
    { kind: "percentage" },
    { kind: "slots" },
    { kind: "slots", cpuMillicores: 1000, memoryBytes: GIB },
    { kind: "dedicated", hosts: ["h0"] },
    { kind: "dedicated", hosts: ["h0", "h1"] },
    { kind: "simulation" },
  ),
  fc
    .record({ cpuPercent: percent, memoryPercent: percent })
    .map((kept): Admission => ({ kind: "percentage", ...kept })),
);

const pools: fc.Arbitrary<PlacementProblem["pools"]> = fc
  .record({
    limit: fc.constantFrom(undefined, 2, 4, 8),
    subLimit: fc.constantFrom(undefined, undefined, 2),
    reserved: fc.constantFrom(undefined, 0, 2, 4),
    subReserved: fc.constantFrom(undefined, undefined, 1),
    isExpandable: fc.boolean(),
    isSubExpandable: fc.boolean(),
  })
  .map((given) => {
    const amounts = (
      cpusAndGib = 0,
    ): NonNullable<PlacementProblem["pools"][number]["reservation"]> => ({
      cpuMillicores: cpusAndGib * 1000,
      memoryBytes: cpusAndGib * GIB,
    });
    const pool = (
      address: Address,
      parent: Address | undefined,
      limit: number | undefined,
      reservation: Partial<PlacementProblem["pools"][number]>,
    ): PlacementProblem["pools"][number] => ({
      address,
      parent,
      cpuMillicoresLimit: limit === undefined ? undefined : limit * 1000,
      memoryBytesLimit: limit === undefined ? undefined : limit * GIB,
      ...reservation,
      shares: "normal",
      source,
    });
    const { reserved, subReserved, isExpandable, isSubExpandable } = given;
    return [
      pool(
        TOP,
        undefined,
        given.limit,
        reserved === undefined ? {} : { reservation: amounts(reserved), isExpandable },
      ),
      pool(
        SUB,
        TOP,
        given.subLimit,
        subReserved === undefined
          ? {}
          : { reservation: amounts(subReserved), isExpandable: isSubExpandable },
      ),
    ];
  });

const strain = fc.record({
  gpuMilli: fc.constantFrom(0, 0, 0, 250, 800, 2000),
  pool: fc.constantFrom(undefined, undefined, TOP, SUB),
  group: fc.constantFrom(undefined, ...GROUPS),
  gang: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, "g", "k"),
  priority: fc.constantFrom(undefined, 0, 5, 20),
  mayMove: fc.boolean(),
  mayEnd: fc.boolean(),
  mustLeave: fc.constantFrom(false, false, false, false, true),
  isNeverAbove: fc.constantFrom(false, false, false, true),
  isLeaving: fc.constantFrom(false, false, false, false, true),
  isOff: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
});

type Strain = typeof strain extends fc.Arbitrary<infer Given> ? Given : never;

function strained(workload: PlacementWorkload, given: Strain): PlacementWorkload {
  const { demand, scheduling, wish } = workload;
  const { request } = demand;
  const isNew = workload.at === undefined;
  const extended = { ...request.extended, "vpac.dev/gpu-milli": given.gpuMilli };
  return {
    ...workload,
    demand: given.gpuMilli === 0 ? demand : { ...demand, request: { ...request, extended } },
    pool: given.pool ?? workload.pool,
    group: given.group as Address | undefined,
    poweredOn: !given.isOff,
    wish: given.mustLeave && wish === "keep" ? "repair" : wish,
    scheduling: {
      ...scheduling,
      priority: given.priority ?? scheduling.priority,
      ...(given.isNeverAbove ? { preemptionPolicy: "Never" } : {}),
    },
    ...(given.gang !== undefined && isNew ? { gang: given.gang } : {}),
    ...(given.mayMove && !isNew ? { isMovable: true } : {}),
    ...(given.mayEnd && !isNew ? { isPreemptible: true } : {}),
  };
}

/**
 * Worlds in which nearly everything may happen for a newcomer and is in its way: others move, end,
 * leave, wake up and are balanced, within budgets, pools and what is kept for failures.
 */
export const strainedProblem: fc.Arbitrary<PlacementProblem> = fc
  .record({
    base: fc.oneof(anyWorld, troubledProblem),
    strains: fc.array(strain, { minLength: COUNT, maxLength: COUNT }),
    milli: fc.constantFrom(0, 0, 1000, 2000),
    pools,
    admission,
    failures: fc.constantFrom(0, 0, 1, 2),
    cap: fc.constantFrom(undefined, undefined, undefined, 50, 100),
    hasPower: fc.boolean(),
    budgets: fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, 1)),
    threshold: fc.constantFrom(undefined, undefined, undefined, 1, 3, 5),
    goal: fc.constantFrom("spread", "pack"),
    movesPerHostMax: fc.constantFrom(1, 4),
  })
  .map(({ base, ...given }): PlacementProblem => {
    const strainOf = (index: number): Strain => given.strains[index % COUNT] as Strain;
    const workloads = base.workloads.map((each, index) => strained(each, strainOf(index)));
    const leaves = (each: PlacementWorkload, index: number): boolean =>
      each.wish === "keep" && each.at !== undefined && strainOf(index).isLeaving;
    const { threshold, goal } = given;
    return {
      ...base,
      hosts: base.hosts.map((host): Host => {
        const { allocatable } = host;
        const extended = { ...allocatable.extended, "vpac.dev/gpu-milli": given.milli };
        return { ...host, allocatable: { ...allocatable, extended } };
      }),
      workloads: workloads.filter((each, index) => !leaves(each, index)),
      leaving: workloads.filter((each, index) => leaves(each, index)),
      pools: [...base.pools, ...given.pools],
      policies: base.policies.map((policy) => ({
        ...policy,
        hostFailuresToTolerate: given.failures,
        ...(given.admission === undefined ? {} : { admission: given.admission }),
        ...(given.cap === undefined ? {} : { cpuOvercommitPercentMax: given.cap }),
        ...(given.hasPower ? { power: POWER } : {}),
      })),
      disruption: GROUPS.map((group, index) => ({
        group: group as Address,
        maxUnavailable: given.budgets[index] ?? 0,
      })),
      migration: { movesPerHostMax: given.movesPerHostMax, movesPerDatastoreMax: 8 },
      ...(threshold === undefined
        ? {}
        : {
            balance: {
              threshold: threshold as 1 | 3 | 5,
              movesMax: undefined,
              goal: goal as "spread" | "pack",
            },
          }),
    };
  });
