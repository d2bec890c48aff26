import { join } from "node:path";
import type { Intent, Outcome } from "../../../engine/contract/provider.ts";
import type { PlanDecision } from "../../../engine/model/plan.ts";
import { EsxiSim } from "../../../providers/esxi-sim/provider.ts";
import type { StoreSetup } from "../../../providers/esxi-sim/transaction.ts";
import { WorldStore } from "../../../providers/esxi-sim/store.ts";
import type { WorldObject } from "../../../providers/esxi-sim/world.ts";
import { podIntent } from "../../contract/subjects.ts";
import { openSimWorld, type SimWorld } from "../../support/esxi-sim.ts";
import { fakeClock } from "../../support/fake-clock.ts";

export const INTENT: Intent = podIntent(1, { host: "host-a", source: "shop.yaml:12" });

/** A choice between two hosts, as the plan records it. */
export const DECISION: PlanDecision = {
  id: "d-1",
  address: "pod/shop/pod-1",
  chosen: "host-a",
  decidedBy: "entitlement",
  candidates: [
    { host: "host-a", score: 88, rank: 2, terms: { cpu: 90, memory: 86 } },
    { host: "host-b", score: 71, rank: 1, terms: { cpu: 70, memory: 72 } },
  ],
  rejected: [],
  rejectedCounts: { taint: 3 },
  hostsConsidered: 5,
  hostsFeasible: 2,
};

/** Runs `work` in a fresh world and takes the world away afterwards. */
export async function inWorld(work: (world: SimWorld) => Promise<void>): Promise<void> {
  const world = await openSimWorld();
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** A second process on the same world: its own store, with its own way to die. */
export function openBeside(
  world: SimWorld,
  more: Pick<StoreSetup, "crashAfter"> = {},
  name = "sim",
): { readonly provider: EsxiSim; readonly store: WorldStore } {
  const folder = join(world.dataFolder, "sim", name);
  const store = new WorldStore({ folder, clock: fakeClock(), ...more });
  return { provider: new EsxiSim("sim", store), store };
}

/** All objects as they are in the end: without revisions, which count every record. */
export function endState(world: SimWorld): readonly WorldObject[] {
  const { store } = openBeside(world);
  return [...store.read().objects.values()]
    .map((object) => ({ ...object, revision: 0 }))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

export const isDone = (outcome: Outcome): boolean =>
  outcome.is === "done" && outcome.notStarted === undefined;
