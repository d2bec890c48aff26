import { hash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { CachedText } from "../../engine/model/document.ts";

/** Raised whenever the way texts are read changes, so that old entries are not used. */
const FORMAT = "vpac.parse/1";
const BYTES_MAX = 256 * 1024 * 1024;
const FILES_MAX = 64;
/** Texts from here on have a file of their own; the smaller ones share one. */
const OWN_FILE_CHARS_MIN = 64 * 1024;
/** What the shared file may keep beyond the texts of the last run. */
const SHARED_CHARS_MAX = 32 * 1024 * 1024;
const SHARED = "small";
const NAME = /^(?:[0-9a-f]{64}|small)\.json$/;

/** A temporary file of this age has no living writer. */
const TORN_AFTER_MS = 3_600_000;

type Entries = ReadonlyMap<string, CachedText>;

export interface ParseCache {
  /** What is kept for these texts; anything wrong with an entry only means that it is not there. */
  load(sha256s: readonly string[]): Promise<Entries>;
  /** Keeps texts that were parsed anew; drops the oldest entries when there are too many. */
  keep(fresh: Entries): Promise<void>;
}

/**
 * Parsed texts by the SHA-256 of their bytes, in `cache/parse` of the data folder. A file is one
 * line with the format, its own name and a digest of the rest, then JSON: one that was cut, mixed
 * up or edited by hand is a miss. It is a cache, not a seal: who may write the data folder may as
 * well write the state.
 */
export function openParseCache(dataFolder: string): ParseCache {
  const folder = join(dataFolder, "cache", "parse");
  let shared: Entries = new Map();
  let used: ReadonlySet<string> = new Set();
  const load = async (sha256s: readonly string[]): Promise<Entries> => {
    used = new Set(sha256s);
    const entries = new Map<string, CachedText>();
    const names = await namesIn(folder);
    if (names.has(`${SHARED}.json`)) shared = (await readEntries(folder, SHARED)) ?? new Map();
    for (const sha256 of used) {
      const small = shared.get(sha256);
      if (small !== undefined) entries.set(sha256, small);
      else if (names.has(`${sha256}.json`)) {
        const own = (await readEntries(folder, sha256))?.get(sha256);
        if (own !== undefined) entries.set(sha256, own);
      }
    }
    return entries;
  };
  const keep = async (fresh: Entries): Promise<void> => {
    if (fresh.size === 0) return;
    try {
      await write(folder, fresh, { shared, used });
    } catch {
      // Without a cache the next run is slower, and nothing else.
    }
  };
  return { load, keep };
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch {
    return new Set();
  }
}

async function readEntries(folder: string, name: string): Promise<Entries | undefined> {
  const path = join(folder, `${name}.json`);
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const status = await file.stat();
      if (!status.isFile() || status.size > BYTES_MAX) return undefined;
      const entries = decode(await file.readFile(), name);
      // The time of the last use decides which entries are dropped first.
      await utimes(path, new Date(), new Date());
      return entries;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

function decode(content: Buffer, name: string): Entries | undefined {
  const end = content.indexOf("\n");
  const payload = content.subarray(end + 1);
  if (content.toString("utf8", 0, end) !== headerOf(name, payload)) return undefined;
  const entries = JSON.parse(payload.toString("utf8")) as [string, CachedText][];
  return new Map(entries);
}

const headerOf = (name: string, payload: Uint8Array): string =>
  `${FORMAT} ${name} ${hash("sha256", payload, "hex")}`;

async function write(
  folder: string,
  fresh: Entries,
  known: { readonly shared: Entries; readonly used: ReadonlySet<string> },
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await lstat(folder)).isDirectory()) return;
  const small = new Map<string, CachedText>();
  for (const [sha256, text] of fresh) {
    if (charsOf(text) < OWN_FILE_CHARS_MIN) small.set(sha256, text);
    else await writeEntries(folder, sha256, [[sha256, text]]);
  }
  if (small.size > 0) await writeEntries(folder, SHARED, sharedEntries(small, known));
  await dropOldest(folder);
}

/** The texts of this run, then earlier ones while there is room. */
function sharedEntries(
  small: Entries,
  known: { readonly shared: Entries; readonly used: ReadonlySet<string> },
): [string, CachedText][] {
  const entries = [...small];
  const isUsed = ([sha256]: readonly [string, unknown]): boolean => known.used.has(sha256);
  const others = [...known.shared].filter(([sha256]) => !small.has(sha256));
  let chars = 0;
  for (const entry of [...others.filter(isUsed), ...others.filter((each) => !isUsed(each))]) {
    chars += charsOf(entry[1]);
    if (!isUsed(entry) && chars > SHARED_CHARS_MAX) break;
    entries.push(entry);
  }
  return entries;
}

/** Length of the text up to the end of its last document. */
const charsOf = (text: CachedText): number => text.documents.at(-1)?.endOffset ?? 0;

async function writeEntries(
  folder: string,
  name: string,
  entries: readonly (readonly [string, CachedText])[],
): Promise<void> {
  const payload = Buffer.from(JSON.stringify(entries));
  const temporary = join(folder, `${randomBytes(8).toString("hex")}.tmp`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(`${headerOf(name, payload)}\n`);
    await file.writeFile(payload);
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, `${name}.json`));
}

/** Removes the files used least recently, and what an interrupted run left behind. */
async function dropOldest(folder: string): Promise<void> {
  const files: { readonly name: string; readonly mtimeMs: number; readonly size: number }[] = [];
  for (const name of await readdir(folder)) {
    const { mtimeMs, size } = await stat(join(folder, name));
    if (NAME.test(name)) files.push({ name, mtimeMs, size });
    else if (Date.now() - mtimeMs > TORN_AFTER_MS) await rm(join(folder, name), { force: true });
  }
  files.sort((left, right) => right.mtimeMs - left.mtimeMs);
  let bytes = 0;
  for (const [index, { name, size }] of files.entries()) {
    bytes += size;
    const isKept = bytes <= BYTES_MAX && index < FILES_MAX;
    if (!isKept) await rm(join(folder, name), { force: true });
  }
}
