import { expect, test } from "vitest";
import type { Writer } from "../../../engine/contract/writer.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { OpenOperation, RecordedResource } from "../../../engine/model/recorded.ts";
import { openStore, type Store } from "../../../engine/record/store.ts";
import { LINEAGE, recordedOf, resource, sha256 } from "../../support/builders.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";

function storeOn(storage: MemoryStorage): Store {
  let uuids = 0;
  let now = 0;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const entropy = { uuid: () => `uuid-${++uuids}`, u32: () => 0 };
  return openStore(storage, { clock, entropy, digest: sha256, workspace: "default" });
}

const REQUEST = {
  operation: "apply",
  who: "me@here",
  info: "",
  lockTimeoutMs: 0,
  lineage: LINEAGE,
};

async function writing(storage: MemoryStorage): Promise<Writer> {
  const start = await storeOn(storage).beginWrite(REQUEST);
  if (start.is !== "writing") throw new Error(`not writing: ${JSON.stringify(start)}`);
  return start.writer;
}

function wish(address: Address, over: Partial<RecordedResource> = {}): RecordedResource {
  return recordedOf(resource(address), { revision: "", ...over });
}

function creating(
  address: Address,
  intent: string,
  over: Partial<OpenOperation> = {},
): OpenOperation {
  const record = wish(address);
  const what = { address, objectId: record.id, provider: "sim", verb: "create" } as const;
  return { run: "run-1", step: "s-1", intent, ...what, wish: record, ...over };
}

const DONE = { is: "done", revision: "r1", condition: "ok" } as const;
const RUN = { run: "run-1", plan: "p", planDigest: "sha256:p", mode: "apply", steps: 1 };

/** A state of `serials` commits with one more resource each. */
async function committed(storage: MemoryStorage, serials: number): Promise<void> {
  for (let index = 0; index < serials; index++) {
    const writer = await writing(storage);
    await writer.begin(creating(`vm/a/m-${index}`, `i-${index}`));
    await writer.end(`i-${index}`, DONE);
    await writer.commit();
    await writer.close();
  }
}

async function codesOf(storage: MemoryStorage): Promise<readonly string[]> {
  return (await storeOn(storage).read()).diagnostics.map(({ code }) => code);
}

test("a folder that was never used reads as serial 0 with nothing in it", async () => {
  const { value, diagnostics } = await storeOn(new MemoryStorage()).read();
  expect(diagnostics).toEqual([]);
  expect(value).toMatchObject({ serial: 0, fence: 0, lineage: "" });
  expect(value.resources.size).toBe(0);
});

test("what was committed is read again, with the next serial and the writer's fence", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 2);
  const { value } = await storeOn(storage).read();
  expect(value).toMatchObject({ serial: 2, fence: 2, lineage: LINEAGE });
  expect([...value.resources.keys()]).toEqual(["vm/a/m-0", "vm/a/m-1"]);
  expect(value.resources.get("vm/a/m-0")).toMatchObject({ revision: "r1", condition: "ok" });
});

test("the state document has Terraform's top level and our own data under vpac", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 1);
  const document = JSON.parse(storage.text("state.json")) as Record<string, unknown>;
  expect(Object.keys(document)).toEqual([
    "lineage",
    "outputs",
    "resources",
    "serial",
    "version",
    "vpac",
  ]);
  expect(document).toMatchObject({ version: 4, serial: 1, lineage: LINEAGE, outputs: {} });
  expect(document["resources"]).toEqual([
    {
      instances: [{ attributes: { id: "id-vm/a/m-0" }, schema_version: 0 }],
      mode: "managed",
      name: "a/m-0",
      provider: "vpac",
      type: "vm",
    },
  ]);
});

test("a writer that dies after an end record has lost nothing", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.startRun(RUN);
  await writer.begin(creating("vm/a/x", "i-1"));
  await writer.end("i-1", { ...DONE, host: "esx-1", outputs: { ip: "10.0.0.1" } });
  await writer.begin(creating("vm/a/y", "i-2"));
  const { value, diagnostics } = await storeOn(storage).read();
  expect(diagnostics).toEqual([]);
  expect(value.resources.get("vm/a/x")).toMatchObject({
    host: "esx-1",
    outputs: { ip: "10.0.0.1" },
  });
  expect(value.openOperations.map(({ intent }) => intent)).toEqual(["i-2"]);
  expect(value.unfinishedRun).toBe("run-1");
});

const ENDINGS = [
  { name: "failed closes the operation and records nothing", is: "failed", open: [], records: 0 },
  { name: "unknown leaves the operation open", is: "unknown", open: ["i-1"], records: 0 },
] as const;

test.for(ENDINGS)("an end that is $name", async ({ is, open, records }) => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/x", "i-1"));
  await writer.end("i-1", { is, code: "c", message: "m" });
  for (const value of [writer.recorded, (await storeOn(storage).read()).value]) {
    expect(value.openOperations.map(({ intent }) => intent)).toEqual(open);
    expect(value.resources.size).toBe(records);
  }
});

test("a replacement made first leaves the removal of the old object owed", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 1);
  const writer = await writing(storage);
  const next = wish("vm/a/m-0", { id: "new-id" });
  await writer.begin(creating("vm/a/m-0", "i-new", { objectId: "new-id", wish: next }));
  await writer.end("i-new", DONE);
  expect(writer.recorded.openOperations).toMatchObject([
    { verb: "remove", objectId: "id-vm/a/m-0" },
  ]);
  const removal = creating("vm/a/m-0", "i-old", { verb: "remove", objectId: "id-vm/a/m-0" });
  const { wish: _none, ...withoutWish } = removal;
  await writer.begin(withoutWish);
  await writer.end("i-old", DONE);
  expect(writer.recorded.openOperations).toEqual([]);
  expect(writer.recorded.resources.get("vm/a/m-0")?.id).toBe("new-id");
});

test("records of the same turn share one sync", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.startRun(RUN);
  const before = storage.syncs;
  await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      writer.begin(creating(`vm/a/m-${index}`, `i-${index}`)),
    ),
  );
  expect(storage.syncs - before).toBeLessThanOrEqual(3);
});

test("a second writer is told who holds the lock", async () => {
  const storage = new MemoryStorage();
  await writing(storage);
  const start = await storeOn(storage).beginWrite({ ...REQUEST, who: "other", lockTimeoutMs: 900 });
  expect(start).toMatchObject({ is: "busy", holder: { who: "me@here", operation: "apply" } });
});

test("I8: a writer whose lock was broken cannot commit over its successor", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 1);
  const first = await writing(storage);
  await first.begin(creating("vm/a/first", "i-first"));
  storage.holder = undefined;
  const second = await writing(storage);
  await second.begin(creating("vm/a/second", "i-second"));
  await first.end("i-first", DONE);
  await expect(first.commit()).rejects.toMatchObject({ diagnostic: { code: "VP5020" } });
  await second.end("i-second", DONE);
  expect(await second.commit()).toBe(2);
  await expect(first.commit()).rejects.toMatchObject({ diagnostic: { code: "VP5020" } });
  const { value, diagnostics } = await storeOn(storage).read();
  expect(diagnostics).toEqual([]);
  expect(value.resources.has("vm/a/second")).toBe(true);
});

test("records that a fenced writer adds after the takeover have no effect, and are told of", async () => {
  const storage = new MemoryStorage();
  const first = await writing(storage);
  await first.begin(creating("vm/a/x", "i-1"));
  storage.holder = undefined;
  const second = await writing(storage);
  await second.startRun(RUN);
  await first.end("i-1", DONE);
  const { value, diagnostics } = await storeOn(storage).read();
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ["VP5011", "warning"],
  ]);
  expect(value.openOperations.map(({ intent }) => intent)).toEqual(["i-1"]);
});

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

test("after one refused record the journal takes no other, but a state may still be written", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.begin(creating("vm/a/x", "i-1"));
  storage.guard = (what) => {
    if (what === "append") throw new Error("ENOSPC");
  };
  await expect(writer.end("i-1", DONE)).rejects.toMatchObject({ diagnostic: { code: "VP5021" } });
  storage.guard = () => undefined;
  await expect(writer.begin(creating("vm/a/y", "i-2"))).rejects.toThrow();
  expect(await writer.commit()).toBe(1);
  const { value } = await storeOn(storage).read();
  expect(value.resources.has("vm/a/x")).toBe(true);
  expect(value.openOperations).toEqual([]);
});

test("T20: a plan is used up once", async () => {
  const storage = new MemoryStorage();
  const writer = await writing(storage);
  await writer.consumePlan("sha256:p");
  await expect(writer.consumePlan("sha256:p")).rejects.toMatchObject({
    diagnostic: { code: "VP5022" },
  });
  expect((await storeOn(storage).read()).value.consumedPlans).toEqual(["sha256:p"]);
});

const EDITS = [
  {
    name: "remove what is not recorded",
    edit: { is: "remove", address: "vm/a/none" },
    code: "VP5024",
  },
  {
    name: "move onto a recorded address",
    edit: { is: "move", from: "vm/a/m-0", resource: wish("vm/a/m-1") },
    code: "VP5025",
  },
  { name: "put over a record", edit: { is: "put", resource: wish("vm/a/m-0") }, code: "VP5025" },
] as const;

test.for(EDITS)("editing by hand cannot $name", async ({ edit, code }) => {
  const storage = new MemoryStorage();
  await committed(storage, 2);
  const writer = await writing(storage);
  await expect(writer.edit([edit])).rejects.toMatchObject({ diagnostic: { code } });
});

test("records can be moved and removed by hand, and the state before is kept", async () => {
  const storage = new MemoryStorage();
  await committed(storage, 2);
  const writer = await writing(storage);
  const moved = { ...writer.lookup("vm/a/m-0")!, address: "vm/b/m-0" as Address };
  await writer.edit([
    { is: "move", from: "vm/a/m-0", resource: moved },
    { is: "remove", address: "vm/a/m-1" },
  ]);
  await writer.commit();
  const { value } = await storeOn(storage).read();
  expect([...value.resources.keys()]).toEqual(["vm/b/m-0"]);
  expect(storage.text("state-2.json")).toContain("vm/a/m-1");
});

test("what a dead process wrote is made durable before the next writer builds on it", async () => {
  const storage = new MemoryStorage();
  const first = await writing(storage);
  await first.begin(creating("vm/a/x", "i-1"));
  storage.holder = undefined;
  const order: string[] = [];
  storage.guard = (what, name) => {
    if (name.startsWith("journal-")) order.push(`${what} ${name}`);
  };
  await (await writing(storage)).startRun(RUN);
  expect(order.slice(0, 2)).toEqual(["sync journal-0-1.ndjson", "create journal-0-2.ndjson"]);
});

test("the digest of the state changes when a plan is used up, and with nothing else but facts", async () => {
  const storage = new MemoryStorage();
  const digest = async (): Promise<string> => (await storeOn(storage).read()).value.digest;
  const writer = await writing(storage);
  await writer.startRun(RUN);
  const started = await digest();
  await writer.endRun("run-1", true);
  expect(await digest()).toBe(started);
  await writer.consumePlan("sha256:p");
  expect(await digest()).not.toBe(started);
  expect(writer.recorded.digest).toBe(await digest());
  await writer.commit();
  expect(writer.recorded.digest).toBe(await digest());
});
