import fc from "fast-check";
import type { Address } from "../../../../engine/model/address.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { anyProblem } from "../arbitraries.ts";
import { GIB } from "../builders.ts";

const POOL = "supervisornamespace/shop" as Address;

const POWER = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };

const oddities = fc.record({
  state: fc.constantFrom<Partial<Host>>(
    {},
    {},
    {},
    { connection: "standby" },
    { connection: "disconnected" },
    { unschedulable: true },
    { memoryPressure: true },
    { runtimes: ["vmx"] },
    { datastores: ["d1"], networks: ["n1"] },
    { provider: "other" },
    {
      taints: [
        { key: "k", value: "a", effect: "NoExecute" },
        { key: "l", value: "", effect: "NoSchedule" },
      ],
    },
  ),
});

const wish = fc.record({
  pinHost: fc.constantFrom(undefined, undefined, undefined, undefined, "h0", "gone"),
  nodeName: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, "h1", "lost"),
  datastores: fc.constantFrom<string[]>([], [], [], ["d1"], ["d1", "d2"]),
  networks: fc.constantFrom<string[]>([], [], [], ["n1"]),
  provider: fc.constantFrom(undefined, undefined, undefined, "sim", "third"),
  cluster: fc.constantFrom(undefined, undefined, undefined, "c1", "c2", "c9"),
  gpus: fc.constantFrom(0, 0, 0, 1, 2),
  storageGib: fc.constantFrom(0, 0, 0, 1, 3),
  limitGib: fc.constantFrom(undefined, undefined, undefined, 1, 64),
  qos: fc.constantFrom("Burstable", "Burstable", "BestEffort", undefined),
  isPooled: fc.boolean(),
  zone: fc.constantFrom(undefined, undefined, undefined, "z0", "z9"),
  isMovable: fc.boolean(),
  isPreemptible: fc.boolean(),
  gang: fc.constantFrom(undefined, undefined, undefined, undefined, "g1"),
});

type Wish = typeof wish extends fc.Arbitrary<infer Given> ? Given : never;

function wishing(workload: PlacementWorkload, given: Wish): PlacementWorkload {
  const { demand, scheduling } = workload;
  const running = workload.at !== undefined;
  const affinity =
    given.zone === undefined
      ? scheduling.nodeAffinity
      : {
          preferred: [],
          required: [
            {
              matchExpressions: [{ key: "zone", operator: "In" as const, values: [given.zone] }],
              matchFields: [],
            },
          ],
        };
  const { qos: _qos, ...rest } = demand;
  return {
    ...workload,
    pinHost: given.pinHost,
    pool: given.isPooled ? POOL : undefined,
    scheduling: {
      ...scheduling,
      nodeName: given.nodeName,
      nodeAffinity: affinity,
      datastores: given.datastores,
      networks: given.networks,
      cluster: given.cluster,
    },
    demand: {
      ...rest,
      ...(given.qos === undefined ? {} : { qos: given.qos as "Burstable" }),
      request: {
        ...demand.request,
        ephemeralStorageBytes: given.storageGib * GIB,
        extended: given.gpus === 0 ? {} : { gpu: given.gpus },
      },
      limit: given.limitGib === undefined ? {} : { memoryBytes: given.limitGib * GIB },
    },
    ...(given.provider === undefined ? {} : { provider: given.provider }),
    ...(running && given.isMovable ? { isMovable: true as const } : {}),
    ...(running && given.isPreemptible ? { isPreemptible: true as const } : {}),
    ...(given.gang === undefined || running ? {} : { gang: given.gang }),
  };
}

/** Small worlds in which every kind of obstacle stands in somebody's way. */
export const troubledProblem: fc.Arbitrary<PlacementProblem> = anyProblem.chain((base) =>
  fc
    .record({
      oddities: fc.tuple(...base.hosts.map(() => oddities)),
      wishes: fc.tuple(...base.workloads.map(() => fc.option(wish, { nil: undefined, freq: 2 }))),
      gpus: fc.constantFrom(0, 1, 2),
      quotaGib: fc.constantFrom(undefined, 1, 4),
      isExpandable: fc.constantFrom(undefined, undefined, false),
      cap: fc.constantFrom(undefined, undefined, undefined, 50, 100),
      isPowerful: fc.boolean(),
    })
    .map(
      (given): PlacementProblem => ({
        ...base,
        hosts: base.hosts.map((host, index): Host => {
          const allocatable = { ...host.allocatable, extended: { gpu: given.gpus } };
          return { ...host, allocatable, ...given.oddities[index]?.state };
        }),
        workloads: base.workloads.map((workload, index) => {
          const wanted = given.wishes[index];
          return wanted === undefined ? workload : wishing(workload, wanted);
        }),
        pools: [
          {
            address: POOL,
            parent: undefined,
            cpuMillicoresLimit: given.quotaGib === undefined ? undefined : given.quotaGib * 1000,
            memoryBytesLimit: given.quotaGib === undefined ? undefined : given.quotaGib * GIB,
            ...(given.isExpandable === undefined ? {} : { isExpandable: given.isExpandable }),
            shares: "normal",
            source: { path: "", document: 0, pointer: "" },
          },
        ],
        policies: base.policies.map((policy) => ({
          ...policy,
          ...(given.cap === undefined ? {} : { cpuOvercommitPercentMax: given.cap }),
          ...(given.isPowerful ? { power: POWER } : {}),
        })),
      }),
    ),
);
