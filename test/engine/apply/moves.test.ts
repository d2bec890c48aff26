import { describe, expect, test } from "vitest";
import { recentMoves, type RecordedResource } from "../../../engine/model/recorded.ts";
import { openStore } from "../../../engine/record/store.ts";
import { LINEAGE, sha256 } from "../../support/builders.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { planOf, step } from "../../support/plans.ts";
import { Sim } from "../../sim/sim.ts";
import { applied } from "./applied.ts";

/** Puts a record in the place of the one at its address. */
async function rerecord(storage: MemoryStorage, resource: RecordedResource): Promise<void> {
  const sim = new Sim();
  const seams = { clock: sim.clock(), entropy: { uuid: () => "uuid", u32: () => 0 } };
  const store = openStore(storage, { ...seams, digest: sha256, workspace: "default" });
  const who = { operation: "state", who: "me", info: "", lockTimeoutMs: 0, lineage: LINEAGE };
  const start = await store.beginWrite(who);
  if (start.is !== "writing") throw new Error(start.is);
  await start.writer.edit([{ is: "remove", address: resource.address }]);
  await start.writer.edit([{ is: "put", resource }]);
  await start.writer.close();
}

describe("moves are remembered", () => {
  const HOUR_MS = 3_600_000;
  const startMs = new Sim().now;
  const at = (hours: number): number => startMs - hours * HOUR_MS;

  const cases: readonly {
    readonly name: string;
    readonly before: readonly number[];
    readonly to: string;
    readonly recent: readonly number[];
    readonly isMoveNew: boolean;
  }[] = [
    { name: "the first move", before: [], to: "b", recent: [], isMoveNew: true },
    { name: "a further one", before: [at(5)], to: "b", recent: [at(5)], isMoveNew: true },
    {
      name: "one after a day and more is the first again",
      before: [at(30), at(24)],
      to: "b",
      recent: [],
      isMoveNew: true,
    },
    {
      name: "a change in place is none, and forgets what is old",
      before: [at(30), at(2)],
      to: "a",
      recent: [at(2)],
      isMoveNew: false,
    },
  ];
  for (const { name, before, to, recent, isMoveNew } of cases) {
    test(name, async () => {
      const first = step({ id: "s-1", address: "vm/n/a", host: "a" });
      const storage = new MemoryStorage();
      const made = await applied(planOf({ steps: [first] }), { storage });
      const record = made.recorded.resources.get("vm/n/a");
      if (record === undefined) throw new Error("nothing is recorded");
      await rerecord(storage, { ...record, movedAtMs: before });
      const given = { ...first, verb: "update", mode: "move", host: to } as const;
      const move = step({ ...given, expect: { revision: "r0" } });
      const { recorded } = await applied(planOf({ steps: [move] }), { storage });
      const kept = recorded.resources.get("vm/n/a")?.movedAtMs ?? [];
      expect(kept.slice(0, recent.length)).toEqual(recent);
      expect(kept.length).toBe(recent.length + (isMoveNew ? 1 : 0));
      const counts = recentMoves(recorded, startMs + HOUR_MS);
      expect(counts.get("vm/n/a") ?? 0).toBe(kept.length);
      expect(recentMoves(recorded, startMs + 48 * HOUR_MS).size).toBe(0);
    });
  }
});
