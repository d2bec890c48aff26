import { closeSync, constants, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readWhole, syncFolder, writeAll } from "./files.ts";
import { checksumOf, DamagedJournalError, type JournalPosition } from "./journal.ts";
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

/** Reads the snapshot; an empty world of generation 0 when there is none yet. */
export function loadSnapshot(folder: string): LoadedWorld {
  const text = readWhole(snapshotPath(folder)).toString("utf8");
  if (text === "" && !existsSync(snapshotPath(folder))) {
    const start = { revision: 0, checksum: "", bytes: 0 };
    return { world: emptyWorld(), generation: 0, position: start };
  }
  const lineEnd = text.indexOf("\n");
  const json = text.slice(lineEnd + 1);
  if (text.slice(0, lineEnd) !== checksumOf(json)) {
    throw new DamagedJournalError(`${snapshotPath(folder)} does not fit its checksum`);
  }
  const body = JSON.parse(json) as SnapshotBody;
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
  const { world, generation, position } = loaded;
  const body: SnapshotBody = {
    format: FORMAT,
    generation,
    revision: world.revision,
    checksum: position.checksum,
    timeMs: world.timeMs,
    meta: world.meta,
    objects: [...world.objects.values()],
  };
  const json = JSON.stringify(body);
  const path = snapshotPath(folder);
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = openSync(fresh, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  writeAll(file, Buffer.from(`${checksumOf(json)}\n${json}`));
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, path);
  syncFolder(folder);
}
