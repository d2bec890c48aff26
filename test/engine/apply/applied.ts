import { apply, type ApplyOptions } from "../../../engine/apply/apply.ts";
import type { Intent, Outcome, Provider } from "../../../engine/contract/provider.ts";
import type { EngineEvent } from "../../../engine/events/event.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { RecordedState } from "../../../engine/model/recorded.ts";
import type { RunSummary } from "../../../engine/model/run.ts";
import { openStore } from "../../../engine/record/store.ts";
import { LINEAGE, sha256 } from "../../support/builders.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";
import { instantProvider, planOf, step } from "../../support/plans.ts";
import { Sim } from "../../sim/sim.ts";

export interface Applied {
  readonly summary: RunSummary;
  readonly events: readonly EngineEvent[];
  readonly recorded: RecordedState;
  readonly elapsedMs: number;
}

export interface Setup {
  readonly provider?: (sim: Sim) => Partial<Provider>;
  readonly options?: Partial<ApplyOptions>;
  readonly stopAtMs?: number;
  readonly abortAtMs?: number;
  readonly storage?: MemoryStorage;
  /** Providers that the session could not open. */
  readonly missing?: boolean;
}

/** Applies in virtual time, against an instant provider unless the test has another. */
export async function applied(plan: Plan, setup: Setup = {}): Promise<Applied> {
  const sim = new Sim();
  const startMs = sim.now;
  const storage = setup.storage ?? new MemoryStorage();
  const events: EngineEvent[] = [];
  let uuids = 0;
  const entropy = { uuid: () => `uuid-${++uuids}`, u32: () => 0 };
  const seams = { clock: sim.clock(), entropy };
  const store = openStore(storage, { ...seams, digest: sha256, workspace: "default" });
  const stop = new AbortController();
  const abort = new AbortController();
  if (setup.stopAtMs !== undefined) sim.at(setup.stopAtMs, () => stop.abort());
  if (setup.abortAtMs !== undefined) sim.at(setup.abortAtMs, () => abort.abort());
  // Something is always due, so that waiting for the memory storage is no deadlock.
  const tick = (): void => sim.at(1, tick);
  tick();
  let summary: RunSummary | undefined;
  const end = await sim.run(async () => {
    const who = { operation: "apply", who: "me", info: "", lockTimeoutMs: 0, lineage: LINEAGE };
    const start = await store.beginWrite(who);
    if (start.is !== "writing") throw new Error(start.is);
    const provider = instantProvider(setup.provider?.(sim) ?? {});
    summary = await apply({
      plan,
      providers: new Map(setup.missing === true ? [] : [["fake", provider]]),
      writer: start.writer,
      ...seams,
      emit: (event) => events.push(event),
      signal: stop.signal,
      options: {
        parallelism: 10,
        graceMs: 1_000,
        failFast: false,
        abort: abort.signal,
        ...setup.options,
      },
    });
    await start.writer.close();
  });
  if (end.is === "threw") throw end.error;
  if (summary === undefined) throw new Error(end.is);
  const recorded = (await store.read()).value;
  return { summary, events, recorded, elapsedMs: sim.now - startMs };
}

export const done: Extract<Outcome, { is: "done" }> = { is: "done", revision: "r1", changed: true };

export const failed = (
  type: "transient" | "conflict" | "invalid",
  retryAfterMs?: number,
): Outcome => ({
  is: "failed",
  why: { type, code: "c", message: "no", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

export const a = step({ id: "s-1", address: "vm/n/a" });

export const b = step({ id: "s-2", address: "vm/n/b", after: ["s-1"], wave: 1 });

const c = step({ id: "s-3", address: "vm/n/c", after: ["s-2"], wave: 2 });

export const lone = step({ id: "s-4", address: "vm/n/lone" });

export const chain = planOf({ steps: [a, b, c, lone] });

/** Answers create calls from lists by address; the last answer stays. */
export function scripted(answers: Readonly<Record<Address, readonly Outcome[]>>): {
  readonly calls: Intent[];
  readonly provider: () => Partial<Provider>;
} {
  const calls: Intent[] = [];
  const create = async (intent: Intent): Promise<Outcome> => {
    const before = calls.filter(({ address }) => address === intent.address).length;
    calls.push(intent);
    const list = answers[intent.address] ?? [done];
    return list[Math.min(before, list.length - 1)] ?? done;
  };
  return { calls, provider: () => ({ create }) };
}
