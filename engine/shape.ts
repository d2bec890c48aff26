/** A machine of given amounts that asks for nothing else, as a capacity answer counts it. */
import type { Amounts } from "./model/demand.ts";
import type { PlacementWorkload } from "./model/placement.ts";
import { FREE_TERMS } from "./model/scheduling.ts";
import { vmDemand } from "./resolve/demand.ts";

const MILLICORES = 1000;

/** The same as a Pod of a plain cluster: without overhead, and one of its Node's Pods. */
export function podShape({ cpuMillicores, memoryBytes }: Amounts): PlacementWorkload {
  const amounts = { cpuMillicores, memoryBytes };
  const machine = reservedShape(amounts);
  return {
    ...machine,
    demand: { ...machine.demand, overheadBytes: 0, qos: "Guaranteed" },
    scheduling: { ...FREE_TERMS, runtime: "crx" },
  };
}

/** A VM with all of its CPU and memory reserved. */
export function reservedShape(amounts: Amounts): PlacementWorkload {
  const { cpuMillicores, memoryBytes } = amounts;
  const vcpus = Math.max(1, Math.ceil(cpuMillicores / MILLICORES));
  const reservation = { cpuMillicores, memoryBytes };
  return {
    key: "shape",
    namespace: "",
    labels: {},
    demand: vmDemand({ size: { vcpus, ...reservation }, reservation, limit: {} }),
    scheduling: FREE_TERMS,
    at: undefined,
    wish: "place",
    pinHost: undefined,
    pool: undefined,
    group: undefined,
    active: undefined,
    poweredOn: true,
  };
}
