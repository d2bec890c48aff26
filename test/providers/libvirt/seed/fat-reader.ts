import { Buffer } from "node:buffer";

/** What a FAT16 volume holds, read by the description of the format and not by our writer. */
export interface FatContents {
  readonly label: string;
  readonly rootLabel: string | undefined;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly clusters: number;
}

interface Geometry {
  readonly image: Buffer;
  readonly fat: number;
  readonly data: number;
  readonly clusterBytes: number;
}

/** Reads every file by its long name; throws where the two tables differ or a chain is broken. */
export function readFat(bytes: Uint8Array): FatContents {
  const image = Buffer.from(bytes);
  const sector = image.readUInt16LE(11);
  const fat = image.readUInt16LE(14) * sector;
  const fatBytes = image.readUInt16LE(22) * sector;
  const first = image.subarray(fat, fat + fatBytes);
  if (image.readUInt16LE(510) !== 0xaa55) throw new Error("no signature");
  if (!first.equals(image.subarray(fat + fatBytes, fat + 2 * fatBytes))) {
    throw new Error("the two tables differ");
  }
  const root = fat + 2 * fatBytes;
  const data = root + image.readUInt16LE(17) * 32;
  const clusterBytes = image.readUInt8(13) * sector;
  const geometry: Geometry = { image, fat, data, clusterBytes };
  const files = new Map<string, Buffer>();
  const listing = image.subarray(root, data);
  readFolder(geometry, listing, "", files);
  return {
    label: image.toString("latin1", 43, 54).trimEnd(),
    rootLabel: labelIn(listing),
    files,
    clusters: (image.length - data) / clusterBytes,
  };
}

function labelIn(listing: Buffer): string | undefined {
  for (let at = 0; at < listing.length; at += 32) {
    if (listing[at + 11] === 0x08) return listing.toString("latin1", at, at + 11).trimEnd();
  }
  return undefined;
}

function chainOf({ image, fat, data, clusterBytes }: Geometry, start: number): Buffer {
  const parts: Buffer[] = [];
  for (let cluster = start; cluster >= 2 && cluster < 0xfff8; ) {
    const at = data + (cluster - 2) * clusterBytes;
    parts.push(image.subarray(at, at + clusterBytes));
    if (parts.length > 65536) throw new Error("a chain without end");
    cluster = image.readUInt16LE(fat + 2 * cluster);
  }
  return Buffer.concat(parts);
}

function readFolder(
  geometry: Geometry,
  listing: Buffer,
  path: string,
  files: Map<string, Buffer>,
): void {
  let long = "";
  for (let at = 0; at < listing.length && listing[at] !== 0; at += 32) {
    const entry = listing.subarray(at, at + 32);
    if (entry[11] === 0x0f) {
      long = longPart(entry) + long;
      continue;
    }
    if (entry[11] !== 0x08 && entry[0] !== 0x2e) readEntry(geometry, entry, path + long, files);
    long = "";
  }
}

function readEntry(
  geometry: Geometry,
  entry: Buffer,
  path: string,
  files: Map<string, Buffer>,
): void {
  const content = chainOf(geometry, entry.readUInt16LE(26));
  if (entry[11] === 0x10) readFolder(geometry, content, `${path}/`, files);
  else files.set(path, content.subarray(0, entry.readUInt32LE(28)));
}

function longPart(entry: Buffer): string {
  const units = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30].map((at) => entry.readUInt16LE(at));
  const end = units.indexOf(0);
  return String.fromCharCode(...(end === -1 ? units : units.slice(0, end)));
}
