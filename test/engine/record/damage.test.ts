import { expect, test } from "vitest";
import { sha256 } from "../../support/builders.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { codesOf, committed, creating, DONE, REQUEST, storeOn, writing } from "./storing.ts";

test("any flipped bit in any journal record is found", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/x", "i-1"));
  await writer.end("i-1", DONE);
  const name = "journal-0-1.ndjson";
  const whole = storage.files.get(name)!;
  for (let bit = 0; bit < whole.length * 8; bit += 13) {
    const damaged = Uint8Array.from(whole);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    storage.files.set(name, damaged);
    expect(await codesOf(storage), `bit ${bit}`).toContain("VP5010");
  }
  storage.files.set(name, whole);
  expect(await codesOf(storage)).toEqual([]);
});

test("a journal cut anywhere reads as far as its last whole record", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/x", "i-1"));
  const begun = storage.files.get("journal-0-1.ndjson")!.length;
  await writer.end("i-1", DONE);
  const whole = storage.files.get("journal-0-1.ndjson")!;
  for (let size = begun; size < whole.length; size += 7) {
    storage.files.set("journal-0-1.ndjson", whole.slice(0, size));
    const { value, diagnostics } = await storeOn(storage).read();
    expect(diagnostics, `cut at ${size}`).toEqual([]);
    expect(value.openOperations).toHaveLength(1);
  }
});

test("zeros where a write was cut off count as not written", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/x", "i-1"));
  const whole = storage.files.get("journal-0-1.ndjson")!;
  storage.files.set("journal-0-1.ndjson", Buffer.concat([whole, new Uint8Array(512)]));
  expect(await codesOf(storage)).toEqual([]);
});

test("a record taken out of the middle is an error, not a shorter history", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/x", "i-1"));
  await writer.end("i-1", DONE);
  const lines = storage.text("journal-0-1.ndjson").split("\n");
  storage.put("journal-0-1.ndjson", [lines[0], ...lines.slice(2)].join("\n"));
  expect(await codesOf(storage)).toContain("VP5010");
});

const BROKEN = [
  { name: "is empty", damage: () => "", code: "VP5001" },
  { name: "is cut short", damage: (text: string) => text.slice(0, 300), code: "VP5002" },
  {
    name: "has another letter",
    damage: (text: string) => text.replace("m-0", "m-9"),
    code: "VP5002",
  },
  { name: "is no state", damage: () => "[]", code: "VP5002" },
  {
    name: "is of a newer format",
    damage: (text: string) => text.replace('"formatVersion":1', '"formatVersion":2'),
    code: "VP5004",
  },
  {
    name: "is of another workspace",
    damage: (text: string) =>
      withChecksum(text.replace('"workspace":"default"', '"workspace":"prod"')),
    code: "VP5005",
  },
];

function withChecksum(text: string): string {
  const open = text.replace(/"sha256":"[0-9a-f]{64}"(?=,"workspace")/, '"sha256":""');
  return open.replace('"sha256":"","workspace"', `"sha256":"${sha256(open)}","workspace"`);
}

test.for(BROKEN)(
  "a state file that $name stops every writer and names the backup",
  async (entry) => {
    const storage = new MemoryStorage();
    await committed(storage, 3);
    storage.put("state.json", entry.damage(storage.text("state.json")));
    const { diagnostics } = await storeOn(storage).read();
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      [entry.code, "error"],
    ]);
    expect(diagnostics[0]?.help.join()).toContain("state-3.json");
    expect(await storeOn(storage).beginWrite(REQUEST)).toMatchObject({ is: "broken" });
    expect(storage.holder).toBeUndefined();
  },
);

test("a missing state file beside backups is an error, never no state", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 2);
  storage.files.delete("state.json");
  expect(await codesOf(storage)).toEqual(["VP5003"]);
});

test("the named backup heals the state when it is copied back", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 2);
  storage.put("state.json", "");
  storage.put("state.json", storage.text("state-2.json"));
  const { value, diagnostics } = await storeOn(storage).read();
  expect(diagnostics).toEqual([]);
  expect(value.resources.size).toBe(2);
});

test("a state put back from before a later journal is found out", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 2);
  const old = storage.text("state.json");
  await committed(storage, 1);
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/z", "i-z"));
  storage.put("state.json", old);
  expect(await codesOf(storage)).toEqual(["VP5006"]);
});

test("the last ten states are kept, the current one among them", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 13);
  const backups = await storeOn(storage).backups();
  expect(backups.map(({ serial }) => serial)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
  expect((await storage.list()).filter((name) => name.startsWith("journal-3-"))).toEqual([]);
});

const POINTS = ["create", "append", "sync", "rename", "syncFolder"] as const;

test.for(POINTS)("a disk that refuses %s leaves the old state or the new one", async (point) => {
  for (let nth = 1; nth < 20; nth++) {
    const storage = new MemoryStorage();
    await committed(storage, 1);
    let left = nth;
    storage.guard = (what) => {
      if (what === point && --left === 0) throw new Error("ENOSPC: no space left");
    };
    const outcome = await oneChange(storage);
    storage.guard = () => undefined;
    storage.holder = undefined;
    const { value, diagnostics } = await storeOn(storage).read();
    expect(diagnostics).toEqual([]);
    if (outcome.isCommitted) expect(value.resources.has("vm/a/new")).toBe(true);
    expect(value.resources.has("vm/a/m-0")).toBe(true);
    await committed(storage, 1);
    if (left > 0) break;
  }
});

async function oneChange(storage: MemoryStorage): Promise<{ readonly isCommitted: boolean }> {
  const writer = await writing(storage);
  try {
    await writer.begin(creating("vm/a/new", "i-new"));
    await writer.end("i-new", DONE);
    await writer.commit();
    return { isCommitted: true };
  } catch (error) {
    expect(error).toMatchObject({ diagnostic: { code: "VP5021" } });
    return { isCommitted: false };
  }
}
