import { Buffer } from "node:buffer";

/** A file of the volume; the path's folders are made as needed. */
export interface FatFile {
  /** Segments of letters, digits, `.`, `_` and `-`, joined by `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What does not fit on a volume. */
export class FatError extends Error {
  override readonly name = "FatError";
}

const SECTOR = 512;
const ENTRY = 32;
const FAT_SECTORS = 32;
const ROOT_SECTORS = 32;
const SECTORS = 8192;
const FIRST_FAT = SECTOR;
const ROOT = FIRST_FAT + 2 * FAT_SECTORS * SECTOR;
const DATA = ROOT + ROOT_SECTORS * SECTOR;
/** One sector each. FAT16 begins at 4085 clusters: with fewer a reader would take it for FAT12. */
const CLUSTERS = SECTORS - DATA / SECTOR;
const END_OF_CHAIN = 0xffff;
/** 1980-01-01, the first day that FAT knows: equal contents give equal bytes on every day. */
const DATE = 0x0021;
const SERIAL = 0x76706163;
const FOLDER = 0x10;
const LABEL = 0x08;
const LONG_NAME = 0x0f;

/** Every volume has this size; nearly all of it is zero. */
export const FAT_VOLUME_BYTES: number = SECTORS * SECTOR;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, Uint8Array>;
}

interface Volume {
  readonly bytes: Buffer;
  nextCluster: number;
}

/**
 * A FAT16 volume with long names, as Linux and Windows read it. The label is written as it is
 * given: cloud-init looks for lower case. Equal input gives equal bytes.
 */
export function fatVolume(label: string, files: readonly FatFile[]): Uint8Array {
  const root = treeOf(files);
  const volume: Volume = { bytes: Buffer.alloc(FAT_VOLUME_BYTES), nextCluster: 2 };
  writeBootSector(volume.bytes, label);
  setCluster(volume, 0, 0xfff8);
  setCluster(volume, 1, END_OF_CHAIN);
  const entries = [rawEntry(padded(label, 11), LABEL, 0, 0), ...writeFolder(volume, root, 0)];
  const listing = Buffer.concat(entries);
  if (listing.length > ROOT_SECTORS * SECTOR) throw new FatError("too many files in the root");
  listing.copy(volume.bytes, ROOT);
  const secondFat = FIRST_FAT + FAT_SECTORS * SECTOR;
  volume.bytes.copyWithin(secondFat, FIRST_FAT, secondFat);
  return volume.bytes;
}

const newFolder = (): Folder => ({ folders: new Map(), files: new Map() });

function treeOf(files: readonly FatFile[]): Folder {
  const root = newFolder();
  for (const { path, bytes } of files) {
    const segments = path.split("/");
    if (!segments.every((segment) => /^[\w.-]{1,64}$/.test(segment) && !/^\.+$/.test(segment))) {
      throw new FatError(`"${path}" cannot be the path of a file on the volume`);
    }
    let folder = root;
    for (const segment of segments.slice(0, -1)) {
      const found: Folder = folder.folders.get(segment) ?? newFolder();
      folder.folders.set(segment, found);
      folder = found;
    }
    folder.files.set(segments.at(-1) ?? "", bytes);
  }
  return root;
}

function padded(text: string, length: number): Buffer {
  if (!/^[ -~]*$/.test(text) || text.length > length) {
    throw new FatError(`"${text}" does not fit into ${length} letters`);
  }
  return Buffer.from(text.padEnd(length, " "), "latin1");
}

/** The BIOS parameter block of a FAT16 volume. */
function writeBootSector(bytes: Buffer, label: string): void {
  bytes.set([0xeb, 0x3c, 0x90]);
  bytes.write("MSWIN4.1", 3, "latin1");
  bytes.writeUInt16LE(SECTOR, 11);
  bytes.writeUInt8(1, 13);
  bytes.writeUInt16LE(1, 14);
  bytes.writeUInt8(2, 16);
  bytes.writeUInt16LE((ROOT_SECTORS * SECTOR) / ENTRY, 17);
  bytes.writeUInt16LE(SECTORS, 19);
  bytes.writeUInt8(0xf8, 21);
  bytes.writeUInt16LE(FAT_SECTORS, 22);
  bytes.writeUInt16LE(32, 24);
  bytes.writeUInt16LE(4, 26);
  bytes.writeUInt8(0x80, 36);
  bytes.writeUInt8(0x29, 38);
  bytes.writeUInt32LE(SERIAL, 39);
  padded(label, 11).copy(bytes, 43);
  bytes.write("FAT16   ", 54, "latin1");
  bytes.set([0x55, 0xaa], 510);
}

function setCluster({ bytes }: Volume, cluster: number, value: number): void {
  bytes.writeUInt16LE(value, FIRST_FAT + 2 * cluster);
}

/** Takes neighbouring clusters for that many bytes; the answer is the first, 0 for none. */
function allocate(volume: Volume, length: number): number {
  const count = Math.ceil(length / SECTOR);
  const first = volume.nextCluster;
  if (count === 0) return 0;
  if (first + count > CLUSTERS + 2) {
    throw new FatError(`the files need more than the ${FAT_VOLUME_BYTES} bytes of the volume`);
  }
  for (let cluster = first; cluster < first + count - 1; cluster++) {
    setCluster(volume, cluster, cluster + 1);
  }
  setCluster(volume, first + count - 1, END_OF_CHAIN);
  volume.nextCluster += count;
  return first;
}

const offsetOf = (cluster: number): number => DATA + (cluster - 2) * SECTOR;

/** Writes what is in the folder; the answer is its entries. `own` is its cluster, 0 the root's. */
function writeFolder(volume: Volume, { folders, files }: Folder, own: number): readonly Buffer[] {
  const entries: Buffer[] = [];
  for (const [name, inner] of folders) {
    const first = writeSubfolder(volume, inner, own);
    entries.push(...namedEntries(name, entries.length, FOLDER, [first, 0]));
  }
  for (const [name, bytes] of files) {
    const first = allocate(volume, bytes.length);
    if (first !== 0) volume.bytes.set(bytes, offsetOf(first));
    entries.push(...namedEntries(name, entries.length, 0, [first, bytes.length]));
  }
  return entries;
}

/** A folder has its place before what is in it, since that points back to it. */
function writeSubfolder(volume: Volume, folder: Folder, parent: number): number {
  const names = [...folder.folders.keys(), ...folder.files.keys()];
  const count = names.reduce((sum, name) => sum + 1 + longParts(name), 2);
  const first = allocate(volume, count * ENTRY);
  const dots = [
    rawEntry(padded(".", 11), FOLDER, first, 0),
    rawEntry(padded("..", 11), FOLDER, parent, 0),
  ];
  const listing = Buffer.concat([...dots, ...writeFolder(volume, folder, first)]);
  listing.copy(volume.bytes, offsetOf(first));
  return first;
}

/** UTF-16 units in each entry of a long name. */
const LONG_UNITS = 13;

const longParts = (name: string): number => Math.ceil(name.length / LONG_UNITS);

/**
 * The long name, last part first, and the entry itself under a short name that nobody reads.
 * `index` makes the short name the only one of its kind in the folder.
 */
function namedEntries(
  name: string,
  index: number,
  attributes: number,
  [cluster, size]: readonly [cluster: number, size: number],
): readonly Buffer[] {
  const short = shortName(name, index);
  const parts = Array.from({ length: longParts(name) }, (_, part) => longEntry(name, part, short));
  return [...parts.reverse(), rawEntry(short, attributes, cluster, size)];
}

function shortName(name: string, index: number): Buffer {
  const letters = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9_-]/g, "");
  const dot = name.lastIndexOf(".");
  const base = letters(dot > 0 ? name.slice(0, dot) : name);
  const tail = `~${index + 1}`;
  const extension = dot > 0 ? letters(name.slice(dot + 1)).slice(0, 3) : "";
  return padded(`${(base.slice(0, 8 - tail.length) + tail).padEnd(8, " ")}${extension}`, 11);
}

function longEntry(name: string, part: number, short: Buffer): Buffer {
  const entry = Buffer.alloc(ENTRY);
  const isLast = part === longParts(name) - 1;
  entry.writeUInt8((part + 1) | (isLast ? 0x40 : 0), 0);
  entry.writeUInt8(LONG_NAME, 11);
  entry.writeUInt8(checksumOf(short), 13);
  for (let unit = 0; unit < LONG_UNITS; unit++) {
    const at = part * LONG_UNITS + unit;
    entry.writeUInt16LE(unitAt(name, at), placeOf(unit));
  }
  return entry;
}

/** A name ends with one zero; what is left of the entry is filled with ones. */
function unitAt(name: string, at: number): number {
  if (at < name.length) return name.charCodeAt(at);
  return at === name.length ? 0 : 0xffff;
}

/** The units of a long name stand in three groups around older fields. */
function placeOf(unit: number): number {
  if (unit < 5) return 1 + 2 * unit;
  return unit < 11 ? 14 + 2 * (unit - 5) : 28 + 2 * (unit - 11);
}

/** Binds the parts of a long name to their short one. */
function checksumOf(short: Buffer): number {
  return short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}

function rawEntry(name: Buffer, attributes: number, cluster: number, size: number): Buffer {
  const entry = Buffer.alloc(ENTRY);
  name.copy(entry, 0);
  entry.writeUInt8(attributes, 11);
  entry.writeUInt16LE(DATE, 16);
  entry.writeUInt16LE(DATE, 18);
  entry.writeUInt16LE(DATE, 24);
  entry.writeUInt16LE(cluster, 26);
  entry.writeUInt32LE(size, 28);
  return entry;
}
