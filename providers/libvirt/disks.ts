import { Buffer } from "node:buffer";
import { ProviderError } from "../../engine/contract/provider.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import { CODES } from "./codes.ts";
import type { HeldDomain } from "./domains.ts";
import { bootDiskBytes } from "./image.ts";
import { type Layout, layoutOn, seedOf, volumeNames } from "./layout.ts";
import type { HostLink } from "./link.ts";
import { type Operation, refusal } from "./operation.ts";
import type { MachineRecord } from "./record.ts";
import { BLOCK_RESIZE } from "./rpc/flags.ts";
import type { StorageVolume } from "./rpc/shapes.ts";
import { findVolumes, volumeBytes, writeVolume } from "./volumes.ts";
import type { World } from "./world.ts";
import { isActive } from "./writing.ts";

/**
 * Throws a refusal where the volumes of a machine cannot be brought to a wish; asked before the
 * machine is stopped for it.
 */
export async function refuseDisks(
  world: World,
  held: HeldDomain,
  { wanted, link }: { readonly wanted: MachineRecord; readonly link: HostLink },
  operation: Operation,
): Promise<void> {
  const { record } = held;
  if (record === undefined || wanted.origin === "adopted") return;
  if (canonicalJson(record.attributes) === canonicalJson(wanted.attributes)) return;
  const subject = { objectId: held.dom.uuid, record: wanted };
  const layout = await layoutOn(link, subject, { settings: world.settings, operation });
  const stated = bootDiskBytes(wanted.attributes);
  const isSame = stated === bootDiskBytes(record.attributes);
  if (record.stage !== "made" || layout.root === undefined || stated === undefined || isSame)
    return;
  const bytes = await rootBytes(held, operation);
  const { capacityBytes } = layout.root.spec;
  if (bytes === undefined || bytes <= capacityBytes) return;
  const why =
    `the disk of machine "${held.facts.name}" has ${bytes} bytes and cannot become smaller: ` +
    `bootDiskCapacity asks for ${capacityBytes}`;
  throw refusal("invalid", CODES.diskShrinks, why);
}

/** Size of the first disk of a machine as it is; undefined where it has none of ours. */
export async function rootBytes(
  { link, dom }: HeldDomain,
  operation: Operation,
): Promise<number | undefined> {
  const volume = await volumeOf(link, dom.uuid, { which: "root", operation });
  return volume === undefined ? undefined : volumeBytes(link, volume, operation);
}

async function volumeOf(
  link: HostLink,
  objectId: string,
  { which, operation }: { readonly which: "root" | "seed"; readonly operation: Operation },
): Promise<StorageVolume | undefined> {
  const wanted = volumeNames(objectId)[which];
  const volumes = await findVolumes(link, objectId, operation);
  return volumes.find(({ name }) => name === wanted);
}

/**
 * Brings the volumes of a machine to a wish: the first disk grows, running or not, and the seed is
 * written anew where the guest shall be told something else. A machine that runs reads its seed
 * when it starts again.
 */
export async function changeVolumes(
  held: HeldDomain,
  wanted: MachineRecord,
  layout: Layout,
  operation: Operation,
): Promise<void> {
  const { record, link } = held;
  if (record?.stage !== "made" || link.isTest) return;
  await growRoot(held, layout, operation);
  const { seed, pool } = layout;
  if (seed === undefined || !hasOtherSeed(held, wanted)) return;
  operation.log({ phase: "seed", detail: "what the guest is told at its next start" });
  await writeVolume(link, pool, { plan: seed, operation });
}

/** True when the guest shall be told something else than by the wish before. */
export function hasOtherSeed({ record, dom }: HeldDomain, wanted: MachineRecord): boolean {
  const before = record === undefined ? undefined : seedBefore(dom.uuid, record);
  const after = seedOf(dom.uuid, wanted);
  if (before === undefined || after === undefined) return before !== after;
  return Buffer.compare(before, after) !== 0;
}

/** A wish of an earlier version of vpac may be one that is refused today. */
function seedBefore(objectId: string, record: MachineRecord): Uint8Array | undefined {
  try {
    return seedOf(objectId, record);
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}

async function growRoot(held: HeldDomain, { root }: Layout, operation: Operation): Promise<void> {
  if (root === undefined) return;
  const { link, dom, run } = held;
  const { capacityBytes } = root.spec;
  const volume = await volumeOf(link, dom.uuid, { which: "root", operation });
  if (volume === undefined) return;
  const bytes = await volumeBytes(link, volume, operation);
  if (bytes === undefined || bytes >= capacityBytes) return;
  operation.log({ phase: "disks", detail: `the disk grows to ${capacityBytes} bytes` });
  if (isActive(run.state)) {
    const size = { dom, disk: root.path, size: capacityBytes, flags: BLOCK_RESIZE.bytes };
    await operation.tell(link, "DomainBlockResize", size);
  } else {
    await operation.tell(link, "StorageVolResize", { volume, capacityBytes, flags: 0 });
  }
}

/** Deletes the seed of a machine that shall not be told anything any more; not while it runs. */
export async function dropSeed(
  { link, dom, run, record }: HeldDomain,
  { seed }: Layout,
  operation: Operation,
): Promise<void> {
  if (record?.stage !== "made" || seed !== undefined || isActive(run.state)) return;
  const volume = await volumeOf(link, dom.uuid, { which: "seed", operation });
  if (volume !== undefined) await operation.tell(link, "StorageVolDelete", { volume, flags: 0 });
}
