/** Pods that run and move, for the tests of moves in a plan. */
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { Move, PlacementResult } from "../../../engine/model/placement.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import { check } from "../../../engine/plan/check.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { change, outlook } from "../../support/answers.ts";
import { demand, GIB, host, pod, recordedOf, sha256, workload } from "../../support/builders.ts";
import { inputOf, planOf, type Scene } from "./support.ts";

/** A Pod that reserves this much memory. */
export const sized = (address: Address, gibibytes: number): DesiredResource =>
  pod(address, { workload: workload({ demand: demand(100, gibibytes * GIB) }) });

/** Three empty hosts. */
export const hosts = ["esx-01", "esx-02", "esx-03"].map((name) => host({ name }));

/** A move that evens the load, in the first wave. */
export function move(key: string, from: string, to: string, over: Partial<Move> = {}): Move {
  const message = "evens the load";
  return { key, from, to, reason: "balance", priority: 3, message, wave: 0, after: [], ...over };
}

/** Pods that run on the hosts named; nothing differs but what is given. */
export function standing(
  at: Readonly<Record<Address, string>>,
  placement: Partial<PlacementResult>,
  over: Partial<Scene> = {},
): Scene {
  const wish = (Object.keys(at) as Address[]).map((address) => sized(address, 8));
  return {
    wish: [...wish, ...(over.wish ?? [])],
    records: wish.map((item) => recordedOf(item, { host: at[item.address] })),
    changes: [
      ...wish.map(({ address }) => change(address, "noop", { observedHost: at[address] })),
      ...(over.changes ?? []),
    ],
    hosts,
    placement: {
      hosts: hosts.map(({ name }) => outlook(name, [1000, 8 * GIB], [1000, 8 * GIB])),
      ...placement,
    },
  };
}

/** Code and words of all that the checker says of a plan, its world included. */
export const findings = (scene: Scene, plan = planOf(scene)): string[] => {
  const { desired, observation, recorded } = inputOf(scene);
  return check(plan, { desired, observation, recorded, digest: sha256 }).map(
    ({ code, message }) => `${code} ${message}`,
  );
};

/** The plan, changed by hand, with the digest that fits it. */
export const redigested = (plan: Plan): Plan => ({ ...plan, digest: digestOfPlan(plan, sha256) });
