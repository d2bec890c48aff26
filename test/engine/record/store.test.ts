import { expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import { LINEAGE } from "../../support/builders.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { committed, creating, DONE, REQUEST, RUN, storeOn, wish, writing } from "./storing.ts";

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
