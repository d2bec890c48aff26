import type { Host } from "../../engine/model/host.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { type Machine, machineOf } from "../../engine/model/machine.ts";
import { CODES } from "./codes.ts";
import { powerOf } from "./domains.ts";
import { knownHost } from "./hosts.ts";
import type { HostLink } from "./link.ts";
import { type Operation, refusal } from "./operation.ts";
import { readNeighbours } from "./reading.ts";

const GIBIBYTE = 2 ** 30;

const MACHINE_DEFAULT: Machine = {
  vcpus: 1,
  cpuMillicores: 1000,
  memoryBytes: GIBIBYTE,
  reservedCpuMillicores: 0,
  reservedMemoryBytes: 0,
  overheadBytes: 0,
};

/** The machine that attributes ask for; a small one where they state no size. */
export const machineFor = (attributes: JsonObject): Machine =>
  machineOf(attributes) ?? MACHINE_DEFAULT;

/** What a running machine takes from its host for good. */
interface Taken {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

const takenBy = (machine: Machine): Taken => ({
  cpuMillicores: machine.reservedCpuMillicores,
  memoryBytes: machine.reservedMemoryBytes + machine.overheadBytes,
});

/**
 * Admission of a host (row D10): what its running machines reserve may not exceed what it can
 * give. Machines that are about to start count from the moment they ask, in the order in which
 * they ask, so that two that start at once cannot both take the last room.
 */
export class Admission {
  readonly #starting = new Map<HostLink, Map<string, Taken>>();

  /** Runs `start` with the room held; throws a refusal when there is none. */
  async admitted<T>(
    link: HostLink,
    { objectId, attributes }: { readonly objectId: string; readonly attributes: JsonObject },
    operation: Operation,
    start: () => Promise<T>,
  ): Promise<T> {
    const starting = this.#starting.get(link) ?? new Map<string, Taken>();
    this.#starting.set(link, starting);
    const before = new Map(starting);
    starting.set(objectId, takenBy(machineFor(attributes)));
    try {
      await refuseRoom(link, { objectId, attributes, before }, operation);
      return await start();
    } finally {
      starting.delete(objectId);
    }
  }

  /** Throws a refusal when a machine would find no room at this moment; holds nothing. */
  check(
    link: HostLink,
    machine: { readonly objectId: string; readonly attributes: JsonObject },
    operation: Operation,
  ): Promise<void> {
    const before = new Map(this.#starting.get(link) ?? []);
    return refuseRoom(link, { ...machine, before }, operation);
  }
}

async function refuseRoom(
  link: HostLink,
  wish: {
    readonly objectId: string;
    readonly attributes: JsonObject;
    readonly before: ReadonlyMap<string, Taken>;
  },
  operation: Operation,
): Promise<void> {
  const machine = machineFor(wish.attributes);
  const wanted = takenBy(machine);
  const [host, neighbours] = await Promise.all([
    knownHost(link, operation),
    readNeighbours(link, operation),
  ]);
  const taken = new Map(wish.before);
  for (const { uuid, run, attributes } of neighbours) {
    if (powerOf(run) === "off") continue;
    taken.set(uuid, takenBy(machineFor(attributes)));
  }
  taken.delete(wish.objectId);
  const load = sumOf([...taken.values()]);
  const { allocatable } = host;
  const cpuShort = load.cpuMillicores + wanted.cpuMillicores - allocatable.cpuMillicores;
  const memoryShort = load.memoryBytes + wanted.memoryBytes - allocatable.memoryBytes;
  const missing = [
    ...(cpuShort > 0 && wanted.cpuMillicores > 0 ? [`${cpuShort} millicores`] : []),
    ...(memoryShort > 0 && wanted.memoryBytes > 0 ? [`${memoryShort} bytes of memory`] : []),
  ];
  if (missing.length === 0) return;
  const short = missing.join(" and ");
  const why = `host "${link.name}" cannot reserve what the machine needs: ${short} short`;
  throw refusal("conflict", CODES.hostFull, why);
}

const sumOf = (list: readonly Taken[]): Taken =>
  list.reduce(
    (sum, taken) => ({
      cpuMillicores: sum.cpuMillicores + taken.cpuMillicores,
      memoryBytes: sum.memoryBytes + taken.memoryBytes,
    }),
    { cpuMillicores: 0, memoryBytes: 0 },
  );

/**
 * Says why none of these hosts could ever run a machine of this size (row S19), with the biggest
 * host and the missing amount; undefined when one could.
 */
export function exceedsEveryHost(hosts: readonly Host[], machine: Machine): string | undefined {
  if (hosts.some((host) => fits(host, machine))) return undefined;
  const [byMemory] = hosts.toSorted((a, b) => b.capacity.memoryBytes - a.capacity.memoryBytes);
  const [byCpu] = hosts.toSorted((a, b) => b.capacity.cpuMillicores - a.capacity.cpuMillicores);
  if (byMemory === undefined || byCpu === undefined) return undefined;
  const memoryShort = machine.memoryBytes - byMemory.capacity.memoryBytes;
  const cpuShort = machine.vcpus - Math.floor(byCpu.capacity.cpuMillicores / 1000);
  const than = "less than the machine";
  if (memoryShort > 0) {
    return `the biggest host "${byMemory.name}" has ${memoryShort} bytes of memory ${than}`;
  }
  if (cpuShort > 0) return `the biggest host "${byCpu.name}" has ${cpuShort} CPUs ${than}`;
  return `no host has both ${machine.vcpus} CPUs and ${machine.memoryBytes} bytes of memory`;
}

const fits = (host: Host, machine: Machine): boolean =>
  machine.vcpus * 1000 <= host.capacity.cpuMillicores &&
  machine.memoryBytes <= host.capacity.memoryBytes;
