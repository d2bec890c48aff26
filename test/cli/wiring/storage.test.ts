import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import type { LockFile } from "../../../cli/wiring/lock.ts";
import { type FileStorage, openStorage } from "../../../cli/wiring/storage.ts";
import type { LockOwner } from "../../../engine/contract/storage.ts";

const root = mkdtempSync(join(tmpdir(), "vpac-storage-"));
let folders = 0;
const children: ChildProcess[] = [];

afterAll(() => rmSync(root, { recursive: true, force: true }));

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Place {
  readonly folder: string;
  readonly storage: FileStorage;
  readonly warnings: readonly string[];
}

function place(): Place {
  const folder = join(root, `case-${++folders}`, "state");
  const warnings: string[] = [];
  return {
    folder,
    storage: openStorage(folder, { warn: (text) => warnings.push(text) }),
    warnings,
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function owner(id: string): LockOwner {
  const createdAt = "2026-11-22T00:00:00.000Z";
  return { id, operation: "apply", who: "me", createdAt, processId: 0, info: "" };
}

async function holdInChild(folder: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("hold-lock.ts", import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [text] = (await once(child.stdout!, "data")) as [Buffer];
  expect(text.toString()).toBe("held\n");
  return child;
}

test("reading and listing make no folder", async () => {
  const { folder, storage } = place();
  expect(await storage.list()).toEqual([]);
  expect(await storage.read("state.json")).toBeUndefined();
  expect(() => statSync(folder)).toThrow();
});

test("T22: the folder has mode 0700 and files 0600 whatever the umask is", async () => {
  const { folder, storage } = place();
  const before = process.umask(0);
  try {
    await storage.close(await storage.create("state.json", bytes("x")));
  } finally {
    process.umask(before);
  }
  expect(modeOf(folder)).toBe("700");
  expect(modeOf(join(folder, "state.json"))).toBe("600");
});

test("T22: laxer modes are tightened, and told", async () => {
  const { folder, storage, warnings } = place();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "state.json"), "x");
  chmodSync(join(folder, "state.json"), 0o644);
  await storage.list();
  await storage.read("state.json");
  expect([modeOf(folder), modeOf(join(folder, "state.json"))]).toEqual(["700", "600"]);
  expect(warnings).toHaveLength(2);
});

test("appends add to what is there, and a cut takes it away", async () => {
  const { storage } = place();
  const handle = await storage.create("journal-0-1.ndjson", bytes("one\n"));
  await storage.append(handle, bytes("two\n"));
  await storage.sync(handle);
  await storage.close(handle);
  const again = await storage.open("journal-0-1.ndjson");
  await storage.append(again, bytes("thr"));
  await storage.truncate(again, 8);
  await storage.close(again);
  expect(new TextDecoder().decode(await storage.read("journal-0-1.ndjson"))).toBe("one\ntwo\n");
});

test("an existing name is never overwritten by create", async () => {
  const { storage } = place();
  await storage.close(await storage.create("state-1.json", bytes("first")));
  await expect(storage.create("state-1.json", bytes("second"))).rejects.toThrow("EEXIST");
});

const PLANTED = ["state.json", "journal-0-1.ndjson", "state.json.new-1"];

test.for(PLANTED)("T7: a link planted as %s leads nowhere", async (name) => {
  const { folder, storage } = place();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const outside = join(folder, "..", "outside");
  writeFileSync(outside, "untouched");
  symlinkSync(outside, join(folder, name));
  await expect(storage.read(name)).rejects.toThrow("symbolic link");
  await expect(storage.open(name)).rejects.toThrow();
  await expect(storage.create(name, bytes("x"))).rejects.toThrow();
  expect(readFileSync(outside, "utf8")).toBe("untouched");
});

test("T7: a state folder that is a link is refused", async () => {
  const { folder, storage } = place();
  mkdirSync(join(folder, ".."), { recursive: true });
  const elsewhere = mkdtempSync(join(root, "elsewhere-"));
  symlinkSync(elsewhere, folder);
  await expect(storage.create("state.json", bytes("x"))).rejects.toThrow("not a folder");
  expect(readdirSync(elsewhere)).toEqual([]);
});

test("a folder in place of a file is refused", async () => {
  const { folder, storage } = place();
  mkdirSync(join(folder, "state.json"), { recursive: true, mode: 0o700 });
  await expect(storage.read("state.json")).rejects.toThrow("not a regular file");
});

test("a name that leaves the folder is refused", async () => {
  const { storage } = place();
  await expect(async () => storage.create("../x", bytes("x"))).rejects.toThrow("no name");
});

test("one lock at a time; free again after release", async () => {
  const { storage } = place();
  const first = await storage.lock(owner("first"));
  expect(first.is).toBe("held");
  const second = await storage.lock(owner("second"));
  expect(second).toMatchObject({ is: "busy", holder: { id: "first", processId: process.pid } });
  expect(await storage.lockHolder()).toMatchObject({ id: "first" });
  if (first.is === "held") await first.release();
  expect(await storage.lockHolder()).toBeUndefined();
  expect((await storage.lock(owner("second"))).is).toBe("held");
});

test("the lock file names its owner, machine and process, and nobody else can read it", async () => {
  const { folder, storage } = place();
  await storage.lock(owner("first"));
  const lock = JSON.parse(readFileSync(join(folder, "lock"), "utf8")) as LockFile;
  expect(lock).toMatchObject({ id: "first", operation: "apply", processId: process.pid });
  expect(Object.keys(lock)).toEqual(
    expect.arrayContaining(["host", "user", "bootId", "processStart", "processNamespace"]),
  );
  expect(modeOf(join(folder, "lock"))).toBe("600");
});

test("T31: the lock of a killed process is taken over at once", async () => {
  const { folder, storage } = place();
  const child = await holdInChild(folder);
  expect((await storage.lock(owner("mine"))).is).toBe("busy");
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
  expect(await storage.lockHolder()).toBeUndefined();
  const startMs = performance.now();
  const taken = await storage.lock(owner("mine"));
  expect(taken.is).toBe("held");
  expect(performance.now() - startMs).toBeLessThan(1_000);
  expect(await storage.lockHolder()).toMatchObject({ id: "mine" });
  if (taken.is === "held") await taken.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("T31: a holder that is stopped, not dead, keeps its lock", async () => {
  const { folder, storage } = place();
  const child = await holdInChild(folder);
  child.kill("SIGSTOP");
  expect((await storage.lock(owner("mine"))).is).toBe("busy");
});

/** Rewrites the lock of this process as another one's. */
function disguise(folder: string, over: Partial<LockFile>): void {
  const path = join(folder, "lock");
  const lock = JSON.parse(readFileSync(path, "utf8")) as LockFile;
  writeFileSync(path, JSON.stringify({ ...lock, ...over }));
}

const HOLDERS = [
  {
    name: "of another machine is never stolen",
    over: { host: "elsewhere", processId: 1 },
    is: "busy",
  },
  { name: "from before a reboot is dead", over: { bootId: "another-boot" }, is: "held" },
  { name: "whose number another process has now is dead", over: { processStart: "1" }, is: "held" },
  { name: "whose process is gone is dead", over: { processId: 2 ** 22 + 1 }, is: "held" },
  {
    name: "of another container is not judged by its number",
    over: { processNamespace: "pid:[1]", processId: 2 ** 22 + 1 },
    is: "busy",
  },
];

test.for(HOLDERS)("T31: a lock $name", async ({ over, is }) => {
  const { folder, storage } = place();
  await storage.lock(owner("first"));
  disguise(folder, over);
  expect((await storage.lock(owner("second"))).is).toBe(is);
});

test("a lock file that cannot be read is nobody's to remove but by its name", async () => {
  const { folder, storage } = place();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "lock"), "");
  expect(await storage.lock(owner("mine"))).toMatchObject({ is: "busy", holder: { id: "lock" } });
  expect(await storage.breakLock("other")).toBe(false);
  expect(await storage.breakLock("lock")).toBe(true);
  expect((await storage.lock(owner("mine"))).is).toBe("held");
});

test("a lock is broken by its id alone", async () => {
  const { storage } = place();
  await storage.lock(owner("first"));
  expect(await storage.breakLock("second")).toBe(false);
  expect(await storage.breakLock("first")).toBe(true);
  expect((await storage.lock(owner("second"))).is).toBe("held");
});

test("of many who take over from a dead holder at once, at most one gets the lock", async () => {
  for (let round = 0; round < 10; round++) {
    const { folder, storage } = place();
    await storage.lock(owner("dead"));
    disguise(folder, { processId: 2 ** 22 + 1 });
    const ids = Array.from({ length: 12 }, (_, index) => `rival-${index}`);
    const results = await Promise.all(ids.map((id) => storage.lock(owner(id))));
    const held = results.filter(({ is }) => is === "held");
    expect(held.length).toBeLessThanOrEqual(1);
    const holder = await storage.lockHolder();
    if (held.length === 0) expect(holder).toBeUndefined();
    else expect(holder?.id).toMatch(/^rival-/);
  }
});

test("the list is sorted and holds every name", async () => {
  const { storage } = place();
  await storage.close(await storage.create("state.json", bytes("x")));
  await storage.close(await storage.create("state-1.json", bytes("x")));
  expect(await storage.list()).toEqual(["state-1.json", "state.json"]);
});
