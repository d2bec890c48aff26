import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DamagedJournalError } from "../../../providers/esxi-sim/journal.ts";
import { create, find, idOf, observe, plainIntent, podIntent } from "../../contract/subjects.ts";
import type { SimWorld } from "../../support/esxi-sim.ts";
import { inWorld, isDone, openBeside } from "./world.ts";

const WRITER = fileURLToPath(new URL("writer.ts", import.meta.url));

const folderOf = (world: SimWorld): string => join(world.dataFolder, "sim", "sim");
const lockOf = (world: SimWorld): string => join(folderOf(world), "lock");
const journalOf = (world: SimWorld): string => join(folderOf(world), "journal-00000000.ndjson");

/** Runs the writer in a process of its own; kills it hard after so many acknowledged Pods. */
function runWriter(
  world: SimWorld,
  range: { readonly first: number; readonly count: number },
  killAfter?: number,
): Promise<readonly number[]> {
  const args = [WRITER, world.dataFolder, String(range.first), String(range.count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    const made = printed.split("\n").length - 1;
    if (killAfter !== undefined && made >= killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code !== 0 && killAfter === undefined) reject(new Error(`the writer ended with ${code}`));
      else resolve(printed.split("\n").slice(0, -1).map(Number));
    });
  });
}

const podsOf = async (world: SimWorld) =>
  (await observe(world)).objects.filter((object) => object.kind === "pod");

describe("a world that several processes share", () => {
  test.for([1, 7, 40])("kill -9 of a writer after %i Pods loses and doubles nothing", (killAfter) =>
    inWorld(async (world) => {
      const made = await runWriter(world, { first: 1, count: 150 }, killAfter);
      expect(made.length).toBeGreaterThanOrEqual(killAfter);
      const found = new Map((await podsOf(world)).map((pod) => [pod.id, pod]));
      for (const number of made) expect(found.get(idOf(number))?.power).toBe("on");
      for (let number = 1; number <= 150; number++) {
        expect(await create(world, podIntent(number))).toMatchObject({ is: "done" });
      }
      const pods = await podsOf(world);
      expect(pods).toHaveLength(150);
      expect(pods.every((pod) => pod.status["phase"] === "Running")).toBe(true);
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(new Set(vms.map((vm) => vm.partOf)).size).toBe(150);
      expect(vms).toHaveLength(150);
    }),
  );

  test("two processes that write at once both find all their work", () =>
    inWorld(async (world) => {
      const [left, right] = await Promise.all([
        runWriter(world, { first: 1, count: 60 }),
        runWriter(world, { first: 1001, count: 60 }),
      ]);
      expect([...left, ...right]).toHaveLength(120);
      const pods = await podsOf(world);
      expect(pods.map((pod) => pod.power)).toEqual(Array.from({ length: 120 }, () => "on"));
      expect(new Set(pods.map((pod) => pod.status["address"])).size).toBe(120);
    }));

  test("two processes that make the same Pods make each once", () =>
    inWorld(async (world) => {
      const range = { first: 1, count: 60 };
      await Promise.all([runWriter(world, range), runWriter(world, range)]);
      expect(await podsOf(world)).toHaveLength(60);
      const vms = world.admin.list().filter((object) => object.kind === "podvm");
      expect(vms).toHaveLength(60);
    }));

  test("what one process writes the other reads, in both directions", () =>
    inWorld(async (world) => {
      const { provider } = openBeside(world);
      await create(world, plainIntent(1));
      await provider.create(plainIntent(2), world.context);
      await create(world, plainIntent(3));
      const scope = { ids: [], lineage: "" };
      const mine = await observe(world);
      const theirs = await provider.observe(scope, world.context);
      expect(mine.objects.map((object) => object.id)).toEqual(
        theirs.objects.map((object) => object.id),
      );
      expect(mine.asOf).toBe(theirs.asOf);
    }));

  test("the lock of a dead process is taken over", () =>
    inWorld(async (world) => {
      const dead = { host: "", processId: 2 ** 22 + 1, startedAt: "1" };
      const host = JSON.parse(await heldLock(world)) as { host: string };
      symlinkSync(JSON.stringify({ ...dead, host: host.host }), lockOf(world));
      expect(isDone(await create(world, plainIntent(1)))).toBe(true);
      expect(readdirSync(folderOf(world)).filter((name) => name.startsWith("lock"))).toEqual([]);
    }));

  test("the lock of a process with the same number that started later counts as dead", () =>
    inWorld(async (world) => {
      const held = JSON.parse(await heldLock(world)) as object;
      const reused = JSON.stringify({ ...held, processId: process.pid, startedAt: "1" });
      symlinkSync(reused, lockOf(world));
      expect(isDone(await create(world, plainIntent(1)))).toBe(true);
    }));

  test("the lock of a living process is waited for, not stolen", () =>
    inWorld(async (world) => {
      symlinkSync(await heldLock(world), lockOf(world));
      const outcome = await create(world, plainIntent(1));
      expect(outcome.is).toBe("unknown");
      expect(readlinkSync(lockOf(world))).not.toBe("");
      rmSync(lockOf(world));
      expect(isDone(await create(world, plainIntent(1)))).toBe(true);
    }));
});

/** What a writer puts into the lock, read while one holds it. */
async function heldLock(world: SimWorld): Promise<string> {
  const { store } = openBeside(world);
  let text = "";
  await store.write(() => {
    text = readlinkSync(lockOf(world));
  });
  return text;
}

describe("a journal that was cut or changed", () => {
  test("every cut of the last bytes is a prefix of what happened", () =>
    inWorld(async (world) => {
      await create(world, plainIntent(1));
      const before = statSync(journalOf(world)).size;
      await create(world, podIntent(2));
      const whole = readFileSync(journalOf(world));
      for (let size = whole.length; size > before; size -= 97) {
        truncateSync(journalOf(world), size);
        const { provider, store } = openBeside(world);
        const objects = [...store.read().objects.values()];
        expect(objects.some((object) => object.id === idOf(1))).toBe(true);
        expect(isDone(await provider.create(podIntent(2), world.context))).toBe(true);
        const again = openBeside(world).store.read();
        const vms = [...again.objects.values()].filter((object) => object.kind === "podvm");
        expect(vms).toHaveLength(1);
        expect(again.objects.get(idOf(2))?.phase).toBe("Running");
        writeFileSync(journalOf(world), whole);
      }
    }));

  test("a torn tail is left behind by the next writer and read past by everybody", () =>
    inWorld(async (world) => {
      await create(world, plainIntent(1));
      appendFileSync(journalOf(world), '1234abcd {"q":99,"p":"');
      await world.reopen();
      expect(await find(world, idOf(1))).toBeDefined();
      expect(isDone(await create(world, plainIntent(2)))).toBe(true);
      await world.reopen();
      expect((await find(world, idOf(2)))?.name).toBe("config-2");
    }));

  test("a byte changed in the middle is damage, not a shorter history", () =>
    inWorld(async (world) => {
      for (let number = 1; number <= 5; number++) await create(world, plainIntent(number));
      const bytes = readFileSync(journalOf(world));
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(journalOf(world), bytes);
      expect(() => openBeside(world).store.read()).toThrow(DamagedJournalError);
      await world.reopen();
      await expect(observe(world)).rejects.toThrow("are gone");
    }));

  test("a world that cannot be read any more begins anew when it is reset", () =>
    inWorld(async (world) => {
      await create(world, plainIntent(1));
      writeFileSync(join(folderOf(world), "world.json"), "");
      await world.reopen();
      await expect(observe(world)).rejects.toThrow();
      await world.admin.reset();
      expect(world.admin.list()).toEqual([]);
      expect(isDone(await create(world, plainIntent(2)))).toBe(true);
    }));

  test("a snapshot that does not fit its checksum is refused", () =>
    inWorld(async (world) => {
      writeFileSync(join(folderOf(world), "world.json"), "00000000\n{}");
      await world.reopen();
      await expect(observe(world)).rejects.toThrow("does not fit its checksum");
    }));

  test("a record that lost a race to another is void", () =>
    inWorld(async (world) => {
      await create(world, plainIntent(1));
      const lines = readFileSync(journalOf(world), "utf8").split("\n");
      appendFileSync(journalOf(world), `${lines.at(-2) ?? ""}\n`);
      expect(isDone(await create(world, plainIntent(2)))).toBe(true);
      await world.reopen();
      const { objects } = await observe(world);
      expect(objects.filter((object) => object.kind === "configmap")).toHaveLength(2);
    }));

  test("T7: a journal behind a link is not written", () =>
    inWorld(async (world) => {
      const outside = join(world.dataFolder, "outside");
      writeFileSync(outside, "untouched");
      rmSync(journalOf(world));
      symlinkSync(outside, journalOf(world));
      await world.reopen();
      expect((await create(world, plainIntent(1))).is).toBe("unknown");
      expect(readFileSync(outside, "utf8")).toBe("untouched");
    }));

  test("files are for their owner alone", () =>
    inWorld(async (world) => {
      await create(world, plainIntent(1));
      expect(statSync(folderOf(world)).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(folderOf(world))) {
        expect(statSync(join(folderOf(world), name)).mode & 0o077).toBe(0);
      }
    }));
});

describe("compaction", () => {
  const big = (number: number) =>
    plainIntent(number, { attributes: { data: { text: "x".repeat(100_000) } } });

  test("a long journal becomes a snapshot; readers and writers of before go on", () =>
    inWorld(async (world) => {
      const beside = openBeside(world);
      await beside.provider.create(plainIntent(1000), world.context);
      for (let number = 1; number <= 60; number++) await create(world, big(number));
      expect(existsSync(join(folderOf(world), "world.json"))).toBe(true);
      expect(readdirSync(folderOf(world)).filter((name) => name.startsWith("journal")).length).toBe(
        2,
      );
      expect(beside.store.read().objects.has(idOf(60))).toBe(true);
      await beside.provider.create(plainIntent(1001), world.context);
      expect(await find(world, idOf(1001))).toBeDefined();
      await world.reopen();
      expect((await observe(world)).objects.length).toBe(64);
      expect(world.admin.trace(idOf(1)).map((event) => event.event)).toEqual(["create"]);
    }));

  test("a reset takes every object away and keeps the fences", () =>
    inWorld(async (world) => {
      mkdirSync(join(world.dataFolder, "state"));
      await create(world, podIntent(1));
      await world.admin.reset();
      expect(world.admin.list()).toEqual([]);
      expect(readdirSync(join(world.dataFolder, "state"))).toEqual([]);
      const zombie = podIntent(2, { host: undefined, tag: { ...podIntent(2).tag, fence: 1 } });
      expect(await create(world, zombie)).toMatchObject({ is: "failed", why: { code: "VP6205" } });
    }));
});
