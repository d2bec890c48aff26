import type { Amounts, Demand } from "../../model/demand.ts";
import type { DesiredResource, WorkloadTerms } from "../../model/desired.ts";
import { type JsonObject, objectAt } from "../../model/json.ts";
import { type Machine, machineOf } from "../../model/machine.ts";
import type { ObservedObject } from "../../model/observation.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import { FREE_TERMS } from "../../model/scheduling.ts";
import type { MeasuredUsage } from "../../model/usage.ts";

/** Where a declared workload is now and what is asked for it. */
export interface Situation {
  readonly wish: PlacementWorkload["wish"];
  readonly at: string | undefined;
  readonly active: Amounts | undefined;
  readonly usage?: MeasuredUsage | undefined;
}

/** A declared workload as the core sees it. */
export function desiredWorkload(
  resource: DesiredResource,
  terms: WorkloadTerms,
  situation: Situation,
): PlacementWorkload {
  return {
    key: resource.address,
    namespace: resource.namespace ?? "",
    labels: labelsOf(resource.attributes),
    demand: terms.demand,
    scheduling: terms.scheduling,
    at: situation.at,
    wish: situation.wish,
    pinHost: terms.pinHost,
    pool: terms.pool,
    group: terms.group,
    ...measuredOf(situation),
    poweredOn: terms.poweredOn,
    provider: resource.provider,
    ...(terms.gang === undefined ? {} : { gang: terms.gang }),
    ...copyOf(terms),
  };
}

/** A move copies the memory, and the disks that no other host reaches. */
const copyOf = ({ demand, localDiskBytes }: WorkloadTerms): Pick<PlacementWorkload, "copyBytes"> =>
  localDiskBytes === undefined ? {} : { copyBytes: demand.size.memoryBytes + localDiskBytes };

/** An object that runs without our terms; undefined when it is no sized machine. */
export function observedWorkload(
  object: ObservedObject,
  key: string,
): PlacementWorkload | undefined {
  const machine = machineOf(object.attributes);
  if (machine === undefined) return undefined;
  const isPod = object.kind === "pod";
  return {
    key,
    namespace: object.namespace ?? "",
    labels: labelsOf(object.attributes),
    demand: object.terms?.demand ?? demandOf(machine, isPod),
    // Nobody declared it to us: it stays, so it asks for nothing but what others must respect.
    scheduling: object.terms?.scheduling ?? { ...FREE_TERMS, runtime: isPod ? "crx" : "vmx" },
    at: object.host,
    wish: object.terms?.isDisplaced === true ? "repair" : "keep",
    pinHost: undefined,
    pool: undefined,
    group: undefined,
    ...measuredOf(object),
    poweredOn: true,
    provider: object.provider,
    ...(object.terms?.isEnding === true ? { isEnding: true } : {}),
  };
}

const measuredOf = ({
  active,
  usage,
}: Pick<Situation, "active" | "usage">): Pick<PlacementWorkload, "active" | "usage"> =>
  usage === undefined ? { active } : { active, usage };

/** What a running machine tells of its demand: its reservation is what it once requested. */
function demandOf(machine: Machine, isPod: boolean): Demand {
  const reservation = {
    cpuMillicores: machine.reservedCpuMillicores,
    memoryBytes: machine.reservedMemoryBytes,
  };
  return {
    request: { ...reservation, ephemeralStorageBytes: 0, extended: {}, nonZero: reservation },
    limit: {},
    size: {
      vcpus: machine.vcpus,
      cpuMillicores: machine.cpuMillicores,
      memoryBytes: machine.memoryBytes,
    },
    reservation,
    overheadBytes: machine.overheadBytes,
    shares: "normal",
    ...(isPod ? { qos: "Burstable" as const } : {}),
  };
}

/** Labels as matched by selectors; values that are no text are left out. */
export function labelsOf(attributes: JsonObject): Readonly<Record<string, string>> {
  const labels = objectAt(attributes, "metadata", "labels");
  const values = Object.values(labels);
  if (values.every((value) => typeof value === "string")) {
    return labels as Readonly<Record<string, string>>;
  }
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) {
    if (typeof value === "string") texts[key] = value;
  }
  return texts;
}
