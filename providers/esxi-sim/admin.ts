import type { Problem } from "../../engine/contract/provider.ts";
import { formatAddress } from "../../engine/model/address.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { Amounts } from "../../engine/model/demand.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import type { OwnershipTag, PowerState } from "../../engine/model/observation.ts";
import type { MeasuredUsage } from "../../engine/model/usage.ts";
import { CODES } from "./codes.ts";
import { evictNext } from "./eviction.ts";
import { withinGuest } from "./guest.ts";
import { failHost, restoreHost, setMaintenance } from "./host-lifecycle.ts";
import type { PastEvent } from "./history.ts";
import { isMachineKind, machineFor } from "./machines.ts";
import { dropObject } from "./remove.ts";
import type { WorldStore } from "./store.ts";
import { powerOff, powerOn } from "./vm-lifecycle.ts";
import {
  type Fault,
  type FaultSettings,
  findByName,
  hostNamed,
  type World,
  type WorldObject,
} from "./world.ts";

/** One line of `vpac sim list`. Parts of other objects name them in `partOf`. */
export interface ListedObject {
  readonly id: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly host: string | undefined;
  readonly power: PowerState | undefined;
  readonly phase: string | undefined;
  readonly tag: OwnershipTag | undefined;
  readonly partOf: string | undefined;
}

/** What an administrator of the simulated platform is told when something cannot be done. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Measured use, as amounts or in percent of the machine's size; what is absent stays. */
export interface LoadWish {
  readonly cpuPercent?: number | undefined;
  readonly cpuMillicores?: number | undefined;
  readonly memoryPercent?: number | undefined;
  readonly memoryBytes?: number | undefined;
  /** Further figures, which replace those before. */
  readonly usage?: MeasuredUsage | undefined;
}

/** A VM that somebody else makes. */
export interface ForeignMachine {
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  readonly tag?: OwnershipTag | undefined;
  readonly attributes?: JsonObject;
}

/**
 * Hands on the simulated world behind vpac's back, as an administrator with a vSphere client has.
 * Nothing here knows or touches vpac's state. Objects are named by address or by id.
 */
export class WorldAdmin {
  readonly #store: WorldStore;

  constructor(store: WorldStore) {
    this.#store = store;
  }

  list(): readonly ListedObject[] {
    const listed = [...this.#store.read().objects.values()].map((object) => listedOf(object));
    return listed.sort(
      (left, right) =>
        compareText(left.kind, right.kind) ||
        compareText(left.namespace ?? "", right.namespace ?? "") ||
        compareText(left.name, right.name) ||
        compareText(left.id, right.id),
    );
  }

  trace(target: string): readonly PastEvent[] {
    const object = find(this.#store.read(), target);
    return this.#store.trace(object.id);
  }

  powerOn(target: string): Promise<void> {
    return this.#store.write((transaction) => {
      const machine = findMachine(transaction.world, target);
      const refusal = powerOn(transaction, machine.id);
      if (refusal !== undefined) throw refused(refusal.message);
    });
  }

  powerOff(target: string): Promise<void> {
    return this.#store.write((transaction) => {
      powerOff(transaction, findMachine(transaction.world, target).id, false);
    });
  }

  remove(target: string): Promise<void> {
    return this.#store.write((transaction) => {
      dropObject(transaction, find(transaction.world, target));
    });
  }

  failHost(name: string): Promise<void> {
    return this.#store.write((transaction) => {
      failHost(transaction, findHost(transaction.world, name));
    });
  }

  restoreHost(name: string): Promise<void> {
    return this.#store.write((transaction) => {
      restoreHost(transaction, findHost(transaction.world, name));
    });
  }

  maintenance(name: string): Promise<void> {
    return this.#store.write((transaction) => {
      setMaintenance(transaction, findHost(transaction.world, name));
    });
  }

  /** A host runs short of memory: one Pod has to go. Returns the address of the Pod. */
  pressHost(name: string): Promise<string> {
    return this.#store.write((transaction) => {
      const evicted = evictNext(transaction, findHost(transaction.world, name));
      if (evicted === undefined) throw refused(`host "${name}" runs no Pod that could be evicted`);
      return formatAddress(find(transaction.world, evicted));
    });
  }

  load(target: string, wish: LoadWish): Promise<Amounts> {
    return this.#store.write((transaction) => {
      const object = findMachine(transaction.world, target);
      const load = withinGuest(object, loadOf(object, wish));
      const { usage } = wish;
      const measured = usage === undefined ? { load } : { load, usage };
      transaction.record({ changes: [["note", object.id, measured]] });
      return load;
    });
  }

  /** Undefined turns faults off. */
  setFaults(faults: FaultSettings | undefined): Promise<void> {
    return this.#store.write((transaction) => {
      transaction.record({ changes: [["meta", { faults: faults ?? null }]] });
    });
  }

  /** Meets the next writing call of anybody. */
  failNext(nextFault: Fault): Promise<void> {
    return this.#store.write((transaction) => {
      transaction.record({ changes: [["meta", { nextFault }]] });
    });
  }

  /** Makes a running VM without vpac's doing, as somebody with a vSphere client would. */
  makeMachine(wish: ForeignMachine): Promise<string> {
    return this.#store.write((transaction) => {
      const { name, namespace, host, tag } = wish;
      const attributes = wish.attributes ?? { spec: { hardware: { cpus: 1, memory: "1Gi" } } };
      const machine = machineFor("vm", attributes);
      const object: WorldObject = {
        id: `made-by-hand-${transaction.world.revision}`,
        kind: "vm",
        kindKey: "vmoperator.vmware.com/VirtualMachine",
        apiVersion: "vmoperator.vmware.com/v1alpha6",
        namespace,
        name,
        attributes,
        host,
        ...(tag === undefined ? {} : { tag }),
        ...(machine === undefined ? {} : { machine }),
        power: "off",
        revision: 0,
      };
      transaction.record({ changes: [["put", object]] });
      powerOn(transaction, object.id);
      return object.id;
    });
  }

  reset(): Promise<void> {
    return this.#store.reset();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

function listedOf(object: WorldObject): ListedObject {
  const { id, kind, namespace, name, host, power, phase, tag, owner } = object;
  return { id, kind, namespace, name, host, power, phase, tag, partOf: owner };
}

function loadOf(object: WorldObject, wish: LoadWish): Amounts {
  const { machine, load } = object;
  const share = (percent: number | undefined, size: number | undefined): number | undefined =>
    percent === undefined ? undefined : Math.round((percent * (size ?? 0)) / 100);
  return {
    cpuMillicores:
      wish.cpuMillicores ??
      share(wish.cpuPercent, machine?.cpuMillicores) ??
      load?.cpuMillicores ??
      0,
    memoryBytes:
      wish.memoryBytes ?? share(wish.memoryPercent, machine?.memoryBytes) ?? load?.memoryBytes ?? 0,
  };
}

const refused = (message: string): AdminError =>
  new AdminError({ type: "invalid", code: CODES.hostNotReady, message });

const missing = (message: string): AdminError =>
  new AdminError({ type: "notFound", code: CODES.notFound, message });

/** Finds by id, by address, or by kind and name. */
function find(world: World, target: string): WorldObject {
  const byId = world.objects.get(target);
  if (byId !== undefined) return byId;
  const [kind, second, third] = target.split("/");
  if (kind !== undefined && second !== undefined) {
    const found =
      third === undefined
        ? findByName(world, kind, undefined, second)
        : findByName(world, kind, second, third);
    if (found[0] !== undefined) return found[0];
  }
  throw missing(`the simulated world has no object "${target}"`);
}

function findMachine(world: World, target: string): WorldObject {
  const object = find(world, target);
  if (isMachineKind(object.kind) && object.phase !== "Succeeded") return object;
  throw refused(`${formatAddress(object)} is no machine`);
}

function findHost(world: World, name: string): WorldObject {
  const host = hostNamed(world, name.startsWith("host/") ? name.slice("host/".length) : name);
  if (host === undefined) throw missing(`the simulated world has no host "${name}"`);
  return host;
}
