import { type Problem, ProviderError } from "../../engine/contract/provider.ts";
import { arrayAt, type JsonObject, objectAt, stringAt } from "../../engine/model/json.ts";
import { mebibytes } from "../../engine/model/quantity.ts";
import { machineFor } from "./admission.ts";
import { CODES } from "./codes.ts";
import { knownHost } from "./hosts.ts";
import { bootDiskBytes, bytesOf, imageOf, type Pool, usablePool } from "./image.ts";
import type { HostLink } from "./link.ts";
import { bindingOn } from "./numa.ts";
import type { Operation } from "./operation.ts";
import type { MachineRecord } from "./record.ts";
import { guestInterfaces, guestSetupOf } from "./seed/guest-setup.ts";
import { SEED_BYTES, type SeedFormat, seedImage } from "./seed/image.ts";
import type { LibvirtSettings } from "./settings.ts";
import type { Binding } from "./xml/binding.ts";
import type { DiskSpec, DomainSpec, InterfaceSpec, KernelSpec } from "./xml/domain.ts";
import type { DomainMetadata } from "./xml/metadata.ts";
import type { VolumeSpec } from "./xml/volume.ts";

const MEBIBYTE = 2 ** 20;

/** A machine by its id and the record that its domain carries or shall carry. */
export interface Subject {
  readonly objectId: string;
  readonly record: MachineRecord;
}

/** One volume of a machine: where it is, what it shall be, what is written into it. */
export interface VolumePlan {
  readonly path: string;
  readonly spec: VolumeSpec;
  /** Absent: the volume stays as it was made. */
  readonly content?: Uint8Array;
}

/** Where everything of a machine is on one host. */
export interface Layout {
  readonly pool: Pool;
  readonly root: VolumePlan | undefined;
  readonly seed: VolumePlan | undefined;
  readonly console: VolumePlan;
  /** Files on the host that the machine starts from, instead of its disk. */
  readonly kernel: KernelSpec | undefined;
  readonly binding: Binding | undefined;
}

/** Names of the volumes of a machine, in whatever pool they are. */
export const volumeNames = (
  objectId: string,
): { readonly root: string; readonly seed: string; readonly console: string } => ({
  root: `vpac-${objectId}-root.qcow2`,
  seed: `vpac-${objectId}-seed.img`,
  console: `vpac-${objectId}-console.log`,
});

/**
 * Looks up the pool and the image of a machine on a host and says where its volumes are. Throws a
 * refusal when one of them cannot be used; nothing is changed.
 */
export async function layoutOn(
  link: HostLink,
  { objectId, record }: Subject,
  { settings, operation }: { readonly settings: LibvirtSettings; readonly operation: Operation },
): Promise<Layout> {
  const { attributes } = record;
  const storageClass = stringAt(attributes, "spec", "storageClass");
  const classPool = storageClass === undefined ? undefined : settings.storageClasses[storageClass];
  const pool = await usablePool(link, classPool ?? link.settings.pool, operation);
  const names = volumeNames(objectId);
  const at = (spec: VolumeSpec): VolumePlan => ({ path: `${pool.path}/${spec.name}`, spec });
  const image = await imageOf(link, { attributes, pool }, operation);
  const capacityBytes = diskBytes(attributes, image?.capacityBytes);
  const isWithDisk = image !== undefined || capacityBytes > 0;
  const backing = image?.file;
  const seed = link.isTest ? undefined : seedOf(objectId, record);
  return {
    pool,
    root: isWithDisk
      ? at({ name: names.root, capacityBytes, format: "qcow2", ...(backing && { backing }) })
      : undefined,
    seed:
      seed === undefined
        ? undefined
        : {
            ...at({ name: names.seed, capacityBytes: SEED_BYTES, format: "raw" }),
            content: seed,
          },
    console: at({ name: names.console, capacityBytes: 0, format: "raw" }),
    kernel: kernelOf(attributes, pool),
    binding: bindingOn(await knownHost(link, operation), record.numa),
  };
}

/** Size of the first disk: that of the image, or more where the wish says so. */
function diskBytes(attributes: JsonObject, imageBytes: number | undefined): number {
  const wanted = bootDiskBytes(attributes) ?? 0;
  const declared = bytesOf(objectAt(attributes, "image")["size"]) ?? 0;
  return Math.max(wanted, imageBytes ?? declared);
}

/**
 * What the guest is set up from; only machines that start from an image read it. Throws
 * `ProviderError` where the wish cannot be told to a guest.
 */
export function seedOf(
  objectId: string,
  { attributes, name }: MachineRecord,
): Uint8Array | undefined {
  const image = objectAt(attributes, "image");
  if (stringAt(image, "source") === undefined || image["bootstrap"] === "none") return undefined;
  const result = guestSetupOf(attributes, { objectId, name });
  if (result === undefined) return undefined;
  if (result.setup !== undefined) {
    const format: SeedFormat = image["bootstrap"] === "config-drive" ? "config-2" : "nocloud";
    return seedImage(format, result.setup);
  }
  const [first] = result.problems;
  const problem: Problem = {
    type: "invalid",
    code: CODES.setupWrong,
    message: `machine "${name}" cannot be set up: ${first?.message ?? ""}`,
    fields: result.problems,
  };
  throw new ProviderError(problem);
}

/** The domain document's data for a machine that lies so. */
export function domainSpecOf(
  { objectId, record }: Subject,
  layout: Layout,
  domain: {
    readonly name: string;
    readonly metadata: DomainMetadata;
    readonly link: HostLink;
    readonly settings: LibvirtSettings;
  },
): DomainSpec {
  const { attributes } = record;
  const machine = machineFor(attributes);
  const { link, settings, name, metadata } = domain;
  return {
    type: link.isTest ? "test" : settings.domainType,
    name,
    uuid: objectId,
    memoryBytes: mebibytes(machine.memoryBytes) * MEBIBYTE,
    vcpus: machine.vcpus,
    binding: layout.binding,
    kernel: layout.kernel,
    disks: disksOf(layout),
    interfaces: interfacesOf(objectId, attributes, settings),
    consolePath: layout.console.path,
    metadata,
  };
}

function disksOf({ root, seed }: Layout): readonly DiskSpec[] {
  const disks: DiskSpec[] = [];
  if (root !== undefined) {
    const { format, backing } = root.spec;
    const below = backing === undefined ? [] : [backing];
    disks.push({ target: "vda", path: root.path, format, readOnly: false, backing: below });
  }
  if (seed !== undefined) {
    const target = root === undefined ? "vda" : "vdb";
    disks.push({ target, path: seed.path, format: "raw", readOnly: true, backing: [] });
  }
  return disks;
}

function kernelOf(attributes: JsonObject, pool: Pool): KernelSpec | undefined {
  const image = objectAt(attributes, "image");
  const file = (key: string): string | undefined => {
    const path = stringAt(image, key);
    return path === undefined || path.startsWith("/") ? path : `${pool.path}/${path}`;
  };
  const path = file("kernel");
  if (path === undefined) return undefined;
  return { path, initrdPath: file("initrd"), commandLine: stringAt(image, "cmdline") };
}

function interfacesOf(
  objectId: string,
  attributes: JsonObject,
  { network, networks }: LibvirtSettings,
): readonly InterfaceSpec[] {
  const spec = objectAt(attributes, "spec");
  const cards = arrayAt(spec, "network", "interfaces");
  return guestInterfaces(spec, objectId).map(({ mac, mtu }, index) => {
    const wanted = stringAt(cards[index], "network", "name");
    const name = wanted === undefined || wanted === "" ? network : (networks[wanted] ?? wanted);
    return { mac, source: { network: name }, ...(mtu === undefined ? {} : { mtu }) };
  });
}
