import type { Outcome } from "../../engine/contract/provider.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { Host } from "../../engine/model/host.ts";
import { hostFromAttributes } from "../../engine/model/host-spec.ts";
import type { Machine } from "../../engine/model/machine.ts";
import { failed } from "./answers.ts";
import { CODES } from "./codes.ts";
import {
  type HostLoad,
  hostNamed,
  loadOn,
  type SimMachine,
  type World,
  type WorldObject,
} from "./world.ts";

/** A host as its attributes describe it, without its state and without what is measured. */
export function hostView(world: World, object: WorldObject): Host {
  const known = world.hostViews.get(object.attributes);
  if (known !== undefined) return known;
  const facts = { name: object.name, provider: "", planned: false };
  const view = hostFromAttributes(object.attributes, facts);
  world.hostViews.set(object.attributes, view);
  return view;
}

/** Every host of the world by name. */
export function hostsOf(world: World): readonly WorldObject[] {
  const hosts: WorldObject[] = [];
  for (const object of world.objects.values()) if (object.kind === "host") hosts.push(object);
  return hosts.sort((left, right) => compareText(left.name, right.name));
}

/** Why a host cannot take a machine at all: it is unknown, not ready, or of another kind. */
export function refusedByHost(
  world: World,
  name: string,
  machine: SimMachine | undefined,
): Outcome | undefined {
  const object = hostNamed(world, name);
  if (object === undefined) {
    return failed("invalid", CODES.hostUnknown, `there is no host "${name}"`);
  }
  const connection = object.connection ?? "connected";
  if (connection !== "connected") {
    const state = connection === "maintenance" ? "in maintenance" : connection;
    return failed("conflict", CODES.hostNotReady, `host "${name}" is ${state}`);
  }
  if (machine === undefined || hostView(world, object).runtimes.includes(machine.runtime))
    return undefined;
  const why = `host "${name}" has no runtime "${machine.runtime}"`;
  return failed("invalid", CODES.runtimeMissing, why);
}

/**
 * Admission of the host itself (row D10): what the powered-on machines reserve, overhead included,
 * may not exceed what the host can give. Exactly full is admitted. The machine may take the place
 * of an object, which then does not count.
 */
export function refusedByReservation(
  world: World,
  name: string,
  machine: SimMachine | undefined,
  instead?: WorldObject,
): Outcome | undefined {
  const object = hostNamed(world, name);
  if (object === undefined || machine === undefined) return undefined;
  const { allocatable } = hostView(world, object);
  const load = loadWithout(world, name, instead);
  const cpuShort = load.cpuMillicores + machine.reservedCpuMillicores - allocatable.cpuMillicores;
  const wanted = machine.reservedMemoryBytes + machine.overheadBytes;
  const memoryShort = load.memoryBytes + wanted - allocatable.memoryBytes;
  const missing = [
    ...(cpuShort > 0 && machine.reservedCpuMillicores > 0 ? [`${cpuShort} millicores`] : []),
    ...(memoryShort > 0 && wanted > 0 ? [`${memoryShort} bytes of memory`] : []),
  ];
  if (missing.length === 0) return undefined;
  const short = missing.join(" and ");
  const why = `host "${name}" cannot reserve what the machine needs: ${short} short`;
  return failed("conflict", CODES.hostFull, why);
}

function loadWithout(world: World, host: string, object: WorldObject | undefined): HostLoad {
  const load = loadOn(world, host);
  const machine = object?.machine;
  if (machine === undefined || object?.power !== "on" || object.host !== host) return load;
  const memoryBytes = machine.reservedMemoryBytes + machine.overheadBytes;
  return {
    cpuMillicores: load.cpuMillicores - machine.reservedCpuMillicores,
    memoryBytes: load.memoryBytes - memoryBytes,
    machines: load.machines - 1,
  };
}

/**
 * Says why no host of the world could ever run a machine of this size (row S19), with the biggest
 * host and the missing amount; undefined when one could. `first` is looked at before all others.
 */
export function exceedsEveryHost(
  world: World,
  machine: Machine,
  first: string | undefined,
): string | undefined {
  const guess = first === undefined ? undefined : hostNamed(world, first);
  if (guess !== undefined && fitsSize(hostView(world, guess), machine)) return undefined;
  let biggest: Host | undefined;
  for (const object of hostsOf(world)) {
    const host = hostView(world, object);
    if (fitsSize(host, machine)) return undefined;
    if (isBigger(host, biggest, machine)) biggest = host;
  }
  if (biggest === undefined) return undefined;
  const memoryShort = machine.memoryBytes - biggest.capacity.memoryBytes;
  if (memoryShort > 0) {
    const { name } = biggest;
    return `the biggest host "${name}" has ${memoryShort} bytes of memory less than the machine`;
  }
  const cpuShort = machine.vcpus - Math.floor(biggest.capacity.cpuMillicores / 1000);
  return `the biggest host "${biggest.name}" has ${cpuShort} CPUs less than the machine`;
}

const fitsSize = (host: Host, machine: Machine): boolean =>
  machine.vcpus * 1000 <= host.capacity.cpuMillicores &&
  machine.memoryBytes <= host.capacity.memoryBytes;

/** Biggest in the resource that the machine misses: memory first. */
function isBigger(host: Host, biggest: Host | undefined, machine: Machine): boolean {
  if (biggest === undefined) return true;
  const memory = host.capacity.memoryBytes - biggest.capacity.memoryBytes;
  if (machine.memoryBytes > biggest.capacity.memoryBytes) return memory > 0;
  return host.capacity.cpuMillicores > biggest.capacity.cpuMillicores;
}
