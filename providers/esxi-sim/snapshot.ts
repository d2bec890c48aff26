import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readWhole, syncFolder, writeAll } from "./files.ts";
import { checksumOf, checksumText, DamagedJournalError, type JournalPosition } from "./journal.ts";
import { applyChange, emptyWorld, type World, type WorldMeta, type WorldObject } from "./world.ts";

const FILE = "world.json";
const FORMAT = "vpac.sim/1";

/** The whole world at one revision; the journal of the same generation continues it. */
interface SnapshotBody {
  readonly format: string;
  readonly generation: number;
  readonly revision: number;
  readonly checksum: string;
  readonly timeMs: number;
  readonly meta: WorldMeta;
  readonly objects: readonly WorldObject[];
}

export interface LoadedWorld {
  readonly world: World;
  readonly generation: number;
  readonly position: JournalPosition;
}

export const snapshotPath = (folder: string): string => join(folder, FILE);

/** Tells snapshots apart without reading them. */
export function snapshotMark(folder: string): string {
  const stat = statSync(snapshotPath(folder), { throwIfNoEntry: false });
  return stat === undefined ? "none 0" : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/** Reads the snapshot; an empty world of generation 0 when there is none yet. */
export function loadSnapshot(folder: string): LoadedWorld {
  const bytes = readWhole(snapshotPath(folder));
  if (bytes.length === 0 && !existsSync(snapshotPath(folder))) {
    const start = { revision: 0, checksum: "", bytes: 0 };
    return { world: emptyWorld(), generation: 0, position: start };
  }
  const lineEnd = bytes.indexOf("\n");
  const json = bytes.subarray(lineEnd + 1);
  if (bytes.toString("utf8", 0, Math.max(0, lineEnd)) !== checksumOf(json)) {
    throw new DamagedJournalError(`${snapshotPath(folder)} does not fit its checksum`);
  }
  const body = JSON.parse(json.toString("utf8")) as SnapshotBody;
  if (body.format !== FORMAT) {
    throw new DamagedJournalError(`${snapshotPath(folder)} has the unknown format ${body.format}`);
  }
  const world = emptyWorld();
  world.timeMs = body.timeMs;
  world.meta = body.meta;
  for (const object of body.objects) applyChange(world, ["put", object], object.revision);
  world.revision = body.revision;
  const position = { revision: body.revision, checksum: body.checksum, bytes: 0 };
  return { world, generation: body.generation, position };
}

/** Replaces the snapshot by a rename; the caller holds the lock. */
export function saveSnapshot(folder: string, loaded: LoadedWorld): void {
  const pieces = piecesOf(loaded);
  const checksum = pieces.reduce((sum, piece) => crc32(piece, sum), 0);
  const path = snapshotPath(folder);
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = openSync(fresh, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  writeAll(file, Buffer.from(`${checksumText(checksum)}\n`));
  for (const piece of pieces) writeAll(file, piece);
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, path);
  syncFolder(folder);
}

/** Objects that are made a text at once: a world of ten thousand would be 10 MB in one piece. */
const PIECE_OBJECTS = 256;

/** The JSON of the snapshot in pieces, as bytes: these are not kept twice. */
function piecesOf({ world, generation, position }: LoadedWorld): readonly Buffer[] {
  const head: Omit<SnapshotBody, "objects"> = {
    format: FORMAT,
    generation,
    revision: world.revision,
    checksum: position.checksum,
    timeMs: world.timeMs,
    meta: world.meta,
  };
  const pieces = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"objects":[`)];
  let texts: string[] = [];
  let separator = "";
  const flush = (): void => {
    if (texts.length === 0) return;
    pieces.push(Buffer.from(separator + texts.join(",")));
    separator = ",";
    texts = [];
  };
  for (const object of world.objects.values()) {
    texts.push(JSON.stringify(object));
    if (texts.length === PIECE_OBJECTS) flush();
  }
  flush();
  pieces.push(Buffer.from("]}"));
  return pieces;
}
