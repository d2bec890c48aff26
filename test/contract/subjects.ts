import type {
  DestroyPermit,
  Intent,
  Inventory,
  Outcome,
  UpdateIntent,
} from "../../engine/contract/provider.ts";
import { type JsonObject, objectAt } from "../../engine/model/json.ts";
import type { ObservedObject, OwnershipTag } from "../../engine/model/observation.ts";
import type { StepMode } from "../../engine/model/plan.ts";
import type { ContractWorld, Subject } from "./harness.ts";

export const OUR_LINEAGE = "0b5e1f4e-6c11-8a55-9d2c-5c1c6a6f4a01";
export const OTHER_LINEAGE = "9d3c2b1a-0f4e-4d2c-8b1a-7e6f5d4c3b2a";

/** An id of the form that the plan makes. */
export const idOf = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

export const tagOf = (address: string, over: Partial<OwnershipTag> = {}): OwnershipTag => ({
  lineage: OUR_LINEAGE,
  address: address as OwnershipTag["address"],
  fence: 5,
  intent: `intent-of-${address}`,
  ...over,
});

const SIZING = {
  vcpus: 1,
  cpuMillicores: 1000,
  memoryBytes: 2 ** 30,
  reservation: { cpuMillicores: 100, memoryBytes: 2 ** 26 },
  overheadBytes: 0,
  shares: "normal",
};

/** A small VM that fits on every host of the suite. */
export function vmIntent(number: number, over: Partial<Intent> = {}): Intent {
  const name = over.name ?? `vm-${number}`;
  const address = `vm/shop/${name}` as const;
  return {
    objectId: idOf(number),
    tag: tagOf(address),
    address,
    kindKey: "vmoperator.vmware.com/VirtualMachine",
    apiVersion: "vmoperator.vmware.com/v1alpha6",
    kind: "vm",
    namespace: "shop",
    name,
    attributes: {
      metadata: { labels: { app: "web" } },
      spec: { className: "small", imageName: "debian-12" },
      sizing: SIZING,
    },
    host: "host-a",
    source: "shop.yaml:1",
    deadlineMs: 60_000,
    ...over,
  };
}

/** A vSphere Pod with two containers. */
export function podIntent(number: number, over: Partial<Intent> = {}): Intent {
  const name = over.name ?? `pod-${number}`;
  const address = `pod/shop/${name}` as const;
  return vmIntent(number, {
    address,
    tag: tagOf(address),
    kindKey: "core/Pod",
    apiVersion: "v1",
    kind: "pod",
    name,
    attributes: {
      metadata: { labels: { app: "front" } },
      spec: {
        containers: [
          { name: "web", image: "nginx:1.27" },
          { name: "log", image: "busybox:1.36" },
        ],
      },
      sizing: SIZING,
    },
    ...over,
  });
}

/** An object without a machine: kept and passed through. */
export function plainIntent(number: number, over: Partial<Intent> = {}): Intent {
  const name = over.name ?? `config-${number}`;
  const address = `configmap/shop/${name}` as const;
  return vmIntent(number, {
    address,
    tag: tagOf(address),
    kindKey: "core/ConfigMap",
    apiVersion: "v1",
    kind: "configmap",
    name,
    attributes: { data: { colour: "blue", shape: "round" } },
    host: undefined,
    ...over,
  });
}

const labelled = (attributes: JsonObject, labels: JsonObject): JsonObject => ({
  ...attributes,
  metadata: { ...objectAt(attributes, "metadata"), labels },
});

/** A machine that changes by its labels while it runs, and by its class while it is off. */
const machineSubject = (make: Subject["make"]): Subject => ({
  is: "machine",
  make,
  edited: (attributes) => labelled(attributes, { app: "web", tier: "gold" }),
  editedAgain: (attributes) => labelled(attributes, { app: "api" }),
  resized: (attributes) => ({
    ...attributes,
    spec: { ...objectAt(attributes, "spec"), className: "large" },
  }),
  refused: (intent) => ({ ...intent, host: "no-such-host" }),
});

export const VM: Subject = machineSubject(vmIntent);
export const POD: Subject = machineSubject(podIntent);
export const PLAIN: Subject = {
  is: "plain",
  make: plainIntent,
  edited: (attributes) => ({ ...attributes, data: { colour: "green" } }),
  editedAgain: (attributes) => ({ ...attributes, data: { colour: "red", size: "large" } }),
};

/** One object of every sort, numbered from 1. */
export const oneOfEach = (world: ContractWorld): readonly Intent[] =>
  world.subjects.map(({ make }, index) => make(index + 1));

/** The sorts that are machines. */
export const machinesOf = (world: ContractWorld): readonly Subject[] =>
  world.subjects.filter(({ is }) => is === "machine");

/** An object of the first sort, which is also that of foreign objects. */
export const first = (world: ContractWorld, number: number, over?: Partial<Intent>): Intent =>
  world.subjects[0].make(number, over);

/** The two hosts of a world with machines. */
export function hostsOf(world: ContractWorld): readonly [string, string] {
  if (world.hosts === undefined) throw new Error("the rule needs machines, the world has no hosts");
  return world.hosts;
}

/** The same object, wished differently by a later step. */
export function updateOf(
  intent: Intent,
  mode: StepMode,
  over: Partial<UpdateIntent> = {},
): UpdateIntent {
  return {
    ...intent,
    tag: { ...intent.tag, intent: `${mode}-of-${intent.address}` },
    mode,
    fromRevision: undefined,
    ...over,
  };
}

/** Only the executor can mint a permit; the suite plays the executor. */
export function permitOf(intent: Intent, over: Partial<DestroyPermit> = {}): DestroyPermit {
  const { objectId, tag, address, kindKey, apiVersion, kind, namespace, name } = intent;
  return {
    objectId,
    tag: { ...tag, intent: `remove-of-${address}` },
    address,
    kindKey,
    apiVersion,
    kind,
    namespace,
    name,
    planDigest: "sha256:0",
    fromRevision: undefined,
    deadlineMs: 60_000,
    ...over,
  } as unknown as DestroyPermit;
}

export const observe = (world: ContractWorld, ids: readonly string[] = []): Promise<Inventory> =>
  world.provider().observe({ ids, lineage: OUR_LINEAGE }, world.context);

export async function find(world: ContractWorld, id: string): Promise<ObservedObject | undefined> {
  return (await observe(world, [id])).objects.find((object) => object.id === id);
}

export const create = (world: ContractWorld, intent: Intent): Promise<Outcome> =>
  world.provider().create(intent, world.context);

export const update = (world: ContractWorld, intent: UpdateIntent): Promise<Outcome> =>
  world.provider().update(intent, world.context);

export const remove = (world: ContractWorld, permit: DestroyPermit): Promise<Outcome> =>
  world.provider().remove(permit, world.context);

/** Everything but the moment: two readings of an untouched world are equal. */
export async function pictureOf(world: ContractWorld): Promise<string> {
  const { objects, hosts } = await observe(world);
  return JSON.stringify({ objects, hosts });
}
