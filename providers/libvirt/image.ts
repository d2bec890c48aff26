import type { ProviderError } from "../../engine/contract/provider.ts";
import { type JsonObject, objectAt, stringAt } from "../../engine/model/json.ts";
import { memoryBytes } from "../../engine/model/quantity.ts";
import { CODES } from "./codes.ts";
import type { HostLink } from "./link.ts";
import { type Operation, refusal } from "./operation.ts";
import { POOL_STATE } from "./rpc/flags.ts";
import type { Result } from "./rpc/protocol.ts";
import type { ImageFile } from "./xml/domain.ts";
import { readPool } from "./xml/inventory.ts";
import { readVolume, type VolumeFacts } from "./xml/volume.ts";

/** A storage pool that can be used. */
export interface Pool {
  readonly ref: Result<"StoragePoolLookupByName">["pool"];
  readonly path: string;
}

/** The pool of that name; refuses where it is missing, stopped or without a folder. */
export async function usablePool(
  link: HostLink,
  name: string,
  operation: Operation,
): Promise<Pool> {
  const found = await operation.find(link, "StoragePoolLookupByName", { name });
  if (found === undefined) throw poolRefusal(link, name, "is not there");
  const { pool } = found;
  const [info, { xml }] = await Promise.all([
    operation.ask(link, "StoragePoolGetInfo", { pool }),
    operation.ask(link, "StoragePoolGetXMLDesc", { pool, flags: 0 }),
  ]);
  if (info.state !== POOL_STATE.running) throw poolRefusal(link, name, "is not active");
  const path = readPool(xml).targetPath;
  if (path === undefined) throw poolRefusal(link, name, "has no folder for its volumes");
  return { ref: pool, path: path.replace(/\/+$/, "") };
}

const poolRefusal = (link: HostLink, name: string, why: string): ProviderError =>
  refusal("invalid", CODES.poolMissing, `storage pool "${name}" of host "${link.name}" ${why}`);

interface Image {
  readonly file: ImageFile;
  readonly capacityBytes: number | undefined;
}

/** The image that the disk of a machine lies over; undefined for machines without one. */
export async function imageOf(
  link: HostLink,
  { attributes, pool }: { readonly attributes: JsonObject; readonly pool: Pool },
  operation: Operation,
): Promise<Image | undefined> {
  const image = objectAt(attributes, "image");
  const source = stringAt(image, "source");
  if (source === undefined) return undefined;
  const format = stringAt(image, "format") === "raw" ? "raw" : "qcow2";
  const volume = await imageVolume(link, { source, pool }, operation);
  if (volume === undefined) return outsideImage(link, { source, format, size: image["size"] });
  const { xml } = await operation.ask(link, "StorageVolGetXMLDesc", { volume, flags: 0 });
  const facts = readVolume(xml);
  refuseImage(link, { source, format, facts });
  const path = facts.path ?? volume.key;
  return { file: { path, format }, capacityBytes: facts.capacityBytes };
}

/** A file that is in no pool: it is taken as stated, as libvirt shows nothing of it. */
function outsideImage(
  link: HostLink,
  image: {
    readonly source: string;
    readonly format: ImageFile["format"];
    readonly size: JsonObject[string];
  },
): Image {
  const { source, format } = image;
  const size = bytesOf(image.size);
  const isPath = source.startsWith("/");
  if (isPath && size !== undefined) return { file: { path: source, format }, capacityBytes: size };
  const where = isPath ? ": no pool has it, and the MachineImage states no size" : "";
  const why = `image "${source}" is not on host "${link.name}"${where}`;
  throw refusal("invalid", CODES.imageMissing, why);
}

/** An image may not lead to other files of the host, nor be something else than is said (T13). */
function refuseImage(
  link: HostLink,
  image: {
    readonly source: string;
    readonly format: ImageFile["format"];
    readonly facts: VolumeFacts;
  },
): void {
  const { source, format, facts } = image;
  const what = `image "${source}" on host "${link.name}"`;
  if (facts.backingPath !== undefined) {
    throw refusal("forbidden", CODES.imageUnsafe, `${what} lies over "${facts.backingPath}"`);
  }
  if (facts.format === undefined || facts.format === format || link.isTest) return;
  throw refusal("invalid", CODES.imageUnsafe, `${what} is ${facts.format}, not ${format}`);
}

type Volume = Result<"StorageVolLookupByName">["volume"];

/** A file that was copied into the folder of a pool is seen after the pool is read anew. */
async function imageVolume(
  link: HostLink,
  { source, pool }: { readonly source: string; readonly pool: Pool },
  operation: Operation,
): Promise<Volume | undefined> {
  const look = async (): Promise<Volume | undefined> => {
    const found = source.startsWith("/")
      ? await operation.find(link, "StorageVolLookupByPath", { path: source })
      : await operation.find(link, "StorageVolLookupByName", { pool: pool.ref, name: source });
    return found?.volume;
  };
  const known = await look();
  if (known !== undefined) return known;
  await operation.ask(link, "StoragePoolRefresh", { pool: pool.ref, flags: 0 });
  return look();
}

/** An amount as the documents write it; undefined where it is none. */
export function bytesOf(value: JsonObject[string]): number | undefined {
  return typeof value === "string" || typeof value === "number" ? memoryBytes(value) : undefined;
}

/** Size that the wish states for the first disk; undefined where it states none. */
export const bootDiskBytes = (attributes: JsonObject): number | undefined =>
  bytesOf(objectAt(attributes, "spec", "advanced")["bootDiskCapacity"]);
