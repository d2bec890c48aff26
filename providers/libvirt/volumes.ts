import { CODES } from "./codes.ts";
import type { HostLink } from "./link.ts";
import { type Layout, volumeNames, type VolumePlan } from "./layout.ts";
import type { Pool } from "./image.ts";
import { LibvirtError } from "./rpc/errors.ts";
import { type Operation, refusal } from "./operation.ts";
import { type Copy, copyWithProgress } from "./progress.ts";
import type { StorageVolume } from "./rpc/shapes.ts";
import { seedContentBytes } from "./seed/image.ts";
import { readVolume, volumeXml } from "./xml/volume.ts";

/** Longest time in which no byte of a copy comes across; the whole takes what it takes. */
const STALL_MS = 60_000;

/** Which pools are listed. */
const POOLS = { inactive: 1, active: 2 } as const;

/** Makes the volumes of a machine that has never run, and finishes what an earlier call left. */
export async function makeVolumes(
  link: HostLink,
  { pool, root, seed, console }: Layout,
  operation: Operation,
): Promise<void> {
  for (const plan of [console, root, seed]) {
    if (plan !== undefined) await writeVolume(link, pool, { plan, operation });
  }
}

/** Makes one volume where it is missing, and writes what shall be in it. */
export async function writeVolume(
  link: HostLink,
  pool: Pool,
  { plan, operation }: { readonly plan: VolumePlan; readonly operation: Operation },
): Promise<void> {
  const { volume, isFresh } = await makeVolume(link, pool, { plan, operation });
  const { content } = plan;
  if (content === undefined) return;
  const { signal, deadlineMs } = operation;
  const streams = await link.streams({ signal, deadlineMs });
  // A fresh volume reads as zeros wherever nothing was written.
  const bytes = isFresh ? content.subarray(0, seedContentBytes(content)) : content;
  await operation.change(() => streams.upload(volume, bytes, { signal, deadlineMs }));
}

interface MadeVolume {
  readonly volume: StorageVolume;
  /** Nothing was ever written to it. */
  readonly isFresh: boolean;
}

async function makeVolume(
  link: HostLink,
  pool: Pool,
  { plan, operation }: { readonly plan: VolumePlan; readonly operation: Operation },
): Promise<MadeVolume> {
  const { name } = plan.spec;
  const found = await operation.find(link, "StorageVolLookupByName", { pool: pool.ref, name });
  if (found !== undefined) {
    const { volume } = found;
    if (await isAsPlanned(link, volume, { plan, operation })) return { volume, isFresh: false };
    // Half made: the machine has never run, so there is nothing in it.
    await operation.tell(link, "StorageVolDelete", { volume, flags: 0 });
  }
  const wish = { pool: pool.ref, xml: volumeXml(plan.spec), flags: 0 };
  const make = async (): Promise<MadeVolume> => ({
    volume: (await operation.tell(link, "StorageVolCreateXML", wish)).volume,
    isFresh: true,
  });
  try {
    return await make();
  } catch (error) {
    // A file that the pool has not seen yet: it is read anew, and the leftover made again.
    if (!(error instanceof LibvirtError) || found !== undefined) throw error;
    await operation.ask(link, "StoragePoolRefresh", { pool: pool.ref, flags: 0 });
    const late = await operation.find(link, "StorageVolLookupByName", { pool: pool.ref, name });
    if (late === undefined) throw error;
    const { volume } = late;
    if (await isAsPlanned(link, volume, { plan, operation })) return { volume, isFresh: false };
    await operation.tell(link, "StorageVolDelete", { volume, flags: 0 });
    return make();
  }
}

async function isAsPlanned(
  link: HostLink,
  volume: StorageVolume,
  { plan, operation }: { readonly plan: VolumePlan; readonly operation: Operation },
): Promise<boolean> {
  const { xml } = await operation.ask(link, "StorageVolGetXMLDesc", { volume, flags: 0 });
  const facts = readVolume(xml);
  const { format, backing, capacityBytes } = plan.spec;
  return (
    facts.format === format &&
    facts.backingPath === backing?.path &&
    (facts.capacityBytes ?? 0) >= capacityBytes
  );
}

/** Size of a volume as its guest sees it. */
export async function volumeBytes(
  link: HostLink,
  volume: StorageVolume,
  operation: Operation,
): Promise<number | undefined> {
  const { xml } = await operation.ask(link, "StorageVolGetXMLDesc", { volume, flags: 0 });
  return readVolume(xml).capacityBytes;
}

/** The volumes of a machine on a host, in any active pool. */
export async function findVolumes(
  link: HostLink,
  objectId: string,
  operation: Operation,
): Promise<readonly StorageVolume[]> {
  const names = Object.values(volumeNames(objectId));
  const wanted = { needResults: 1, flags: POOLS.active };
  const { pools } = await operation.ask(link, "ConnectListAllStoragePools", wanted);
  const found = await Promise.all(
    pools.flatMap((pool) =>
      names.map((name) => operation.find(link, "StorageVolLookupByName", { pool, name })),
    ),
  );
  return found.flatMap((answer) => (answer === undefined ? [] : [answer.volume]));
}

/**
 * Throws a refusal where a pool in which vpac makes volumes is not active: nobody can tell whether
 * volumes of a machine are in it.
 */
export async function refuseIdlePools(link: HostLink, operation: Operation): Promise<void> {
  const wanted = { needResults: 1, flags: POOLS.inactive };
  const { pools } = await operation.ask(link, "ConnectListAllStoragePools", wanted);
  const idle = pools.find(({ name }) => link.settings.pools.includes(name));
  if (idle === undefined) return;
  const why =
    `storage pool "${idle.name}" of host "${link.name}" is not active, and may hold volumes of ` +
    "the machine: start the pool";
  throw refusal("transient", CODES.poolMissing, why);
}

/** Deletes the volumes of a machine on a host; true when there was one. */
export async function deleteVolumes(
  link: HostLink,
  objectId: string,
  operation: Operation,
): Promise<boolean> {
  await refuseIdlePools(link, operation);
  const volumes = await findVolumes(link, objectId, operation);
  for (const volume of volumes) {
    try {
      await operation.tell(link, "StorageVolDelete", { volume, flags: 0 });
    } catch (error) {
      if (!(await isGone(link, volume, operation))) throw error;
    }
  }
  return volumes.length > 0;
}

/** A file that is gone already makes libvirt refuse; the pool then learns that it is gone. */
async function isGone(
  link: HostLink,
  volume: StorageVolume,
  operation: Operation,
): Promise<boolean> {
  const found = await operation.find(link, "StoragePoolLookupByName", { name: volume.pool });
  if (found === undefined) return true;
  const { pool } = found;
  await operation.ask(link, "StoragePoolRefresh", { pool, flags: 0 });
  const { name } = volume;
  return (await operation.find(link, "StorageVolLookupByName", { pool, name })) === undefined;
}

/** Copies the bytes of a volume to the volume of the same name on another host. */
export async function copyVolume(
  way: {
    readonly from: HostLink;
    readonly to: HostLink;
    readonly objectId: string;
    readonly name: string;
    readonly bytesMax?: number;
  },
  operation: Operation,
): Promise<void> {
  const { from, to, objectId, name, bytesMax } = way;
  const named = (list: readonly StorageVolume[]): StorageVolume | undefined =>
    list.find((volume) => volume.name === name);
  const source = named(await findVolumes(from, objectId, operation));
  const target = named(await findVolumes(to, objectId, operation));
  if (source === undefined || target === undefined) {
    const host = source === undefined ? from.name : to.name;
    throw refusal("conflict", CODES.volumeWrong, `host "${host}" has no volume "${name}"`);
  }
  const { deadlineMs } = operation;
  const limits = { signal: operation.signal, deadlineMs };
  const [reader, writer] = await Promise.all([from.streams(limits), to.streams(limits)]);
  const length = bytesMax === undefined ? {} : { length: bytesMax };
  const { allocationBytes } = await operation.ask(from, "StorageVolGetInfo", { volume: source });
  const copy: Copy = {
    what: `volume "${name}"`,
    totalBytes: bytesMax === undefined ? allocationBytes : 0,
    stallMs: STALL_MS,
    read: (signal) => reader.download(source, { signal, deadlineMs, ...length }),
    write: (bytes, signal) => writer.upload(target, bytes, { signal, deadlineMs }),
  };
  await operation.change(() => copyWithProgress(copy, operation));
}
