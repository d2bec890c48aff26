import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { SeededRandom } from "../../../../engine/place/random.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import type { ProposedMove } from "../../../../engine/place/settled.ts";
import { orderMoves } from "../../../../engine/place/waves/order-moves.ts";
import type { Plan } from "./execute.ts";
import { randomTargets, randomWorld } from "./random-worlds.ts";

/** One plan of a seed: what `place` makes of a wish, or an order of moves drawn at random. */
export function randomPlan(seed: number): Plan {
  const random = new SeededRandom(seed);
  const world = randomWorld(random);
  return random.below(2) === 0 ? drawn(random, world) : placed(random, world);
}

/** Random targets that are right in the end, and newcomers beside them. */
function drawn(random: SeededRandom, world: PlacementProblem): Plan {
  const { running, leaving, waiting } = divided(random, world);
  const targets = randomTargets(random, { ...world, workloads: running });
  const wished: PlacementProblem = {
    ...world,
    leaving,
    workloads: [
      ...running.map((each) => ({ ...each, at: targets.get(each.key) ?? each.at })),
      ...waiting,
    ],
  };
  const settled = settlePlacement(wished, "fast");
  const moves = running.flatMap(({ key, at }): ProposedMove[] => {
    const [from, to] = [at ?? "", targets.get(key) ?? at ?? ""];
    return from === to ? [] : [{ key, from, to, reason: "balance", priority: 3, message: "" }];
  });
  const order = orderMoves(wished, settled, moves);
  return { problem: wished, running, leaving, arriving: chosenOf(waiting, settled.result), order };
}

/** Hosts go into maintenance or are cordoned, some workloads shall leave, others come. */
function placed(random: SeededRandom, world: PlacementProblem): Plan {
  const { running, leaving, waiting } = divided(random, world);
  const isEmptied = new Set(
    world.hosts.flatMap(({ name }) => (random.below(4) === 0 ? [name] : [])),
  );
  const hosts = world.hosts.map((each) =>
    isEmptied.has(each.name) ? { ...each, connection: "maintenance" as const } : each,
  );
  const workloads = running.map((each) =>
    isEmptied.has(each.at ?? "") || random.below(20) === 0
      ? { ...each, wish: "repair" as const }
      : each,
  );
  const wished = { ...world, hosts, leaving, workloads: [...workloads, ...waiting] };
  const result = place(wished);
  const unordered = result.findings.flatMap(({ code, message }) =>
    code === "move-unordered"
      ? [{ key: message.split(" ")[0] ?? "", host: undefined, message }]
      : [],
  );
  const parted = result.findings.flatMap(({ code, message }) =>
    code === "affinity-parted" ? [message] : [],
  );
  const order = { moves: result.moves, arrivalWaits: result.arrivalWaits ?? [], unordered, parted };
  // Without moves there is nothing to order, and newcomers wait for nothing that is said here.
  const arriving = result.moves.length === 0 ? new Map() : chosenOf(waiting, result);
  return { problem: wished, running: workloads, leaving, arriving, order };
}

/** Some stay and may move, some are ended by the plan, some have yet to come. */
function divided(
  random: SeededRandom,
  { workloads }: PlacementProblem,
): Record<"running" | "leaving" | "waiting", readonly PlacementWorkload[]> {
  const shares = workloads.map((workload) => ({ workload, share: random.below(100) }));
  const isCalm = random.below(2) === 0;
  const [leavers, comers] = isCalm ? [0, 0] : [10, 20];
  const between = (low: number, high: number): readonly PlacementWorkload[] =>
    shares.flatMap(({ workload, share }) => (share >= low && share < high ? [workload] : []));
  return {
    leaving: between(0, leavers),
    waiting: between(leavers, comers).map(
      (each): PlacementWorkload => ({ ...each, at: undefined, wish: "place" }),
    ),
    running: between(comers, 100),
  };
}

function chosenOf(
  waiting: readonly PlacementWorkload[],
  { decisions }: ReturnType<typeof place>,
): ReadonlyMap<PlacementWorkload, string> {
  const hosts = new Map(decisions.map(({ key, chosen }) => [key, chosen]));
  return new Map(
    waiting.flatMap((each): [PlacementWorkload, string][] => {
      const chosen = hosts.get(each.key);
      return chosen === undefined ? [] : [[each, chosen]];
    }),
  );
}
