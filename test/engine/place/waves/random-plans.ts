import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import type { ProposedMove } from "../../../../engine/place/deciding/settled.ts";
import { orderMoves } from "../../../../engine/place/waves/order-moves.ts";
import type { Plan } from "./execute.ts";
import { randomTargets, randomWorld } from "./random-worlds.ts";

/** One plan of a seed: what `place` makes of a wish, or an order of moves drawn at random. */
export function randomPlan(seed: number): Plan {
  const random = new SeededRandom(seed);
  const world = randomWorld(random);
  const kinds = [drawn, drawn, placed, placed, lively];
  return (kinds[random.below(kinds.length)] ?? placed)(random, world);
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

/** Hosts go into maintenance or are lost, some workloads shall leave, others come. */
function placed(random: SeededRandom, world: PlacementProblem): Plan {
  const { running, leaving, waiting } = divided(random, world);
  return planOf(emptied(random, world, { running, leaving, waiting }));
}

/** The same where all that runs may move, some may be ended for others, and the load is evened. */
function lively(random: SeededRandom, world: PlacementProblem): Plan {
  const { running, leaving, waiting } = divided(random, world);
  const alive = running.map((each): PlacementWorkload => {
    const isPreemptible = random.below(4) === 0 ? ({ isPreemptible: true } as const) : {};
    return { ...each, isMovable: true, isBalanced: true, ...isPreemptible };
  });
  const urgent = waiting.map((each) => ({
    ...each,
    scheduling: { ...each.scheduling, priority: random.below(2) },
  }));
  const quiet = random.below(2) === 0;
  const wished = quiet
    ? { ...world, leaving, workloads: [...alive, ...urgent] }
    : emptied(random, world, { running: alive, leaving, waiting: urgent });
  const hosts = wished.hosts.map((each) =>
    random.below(10) === 0 && alive.every(({ at }) => at !== each.name)
      ? { ...each, connection: "standby" as const }
      : each,
  );
  const goal = random.below(3) === 0 ? "pack" : "spread";
  const balance = { threshold: 5, movesMax: undefined, goal } as const;
  return planOf({ ...wished, hosts, balance });
}

function emptied(
  random: SeededRandom,
  world: PlacementProblem,
  { running, leaving, waiting }: Shares,
): PlacementProblem {
  const names = new Set(world.hosts.flatMap(({ name }) => (random.below(4) === 0 ? [name] : [])));
  const connection = random.below(3) === 0 ? ("disconnected" as const) : ("maintenance" as const);
  const hosts = world.hosts.map((each) => (names.has(each.name) ? { ...each, connection } : each));
  const workloads = running.map((each) =>
    names.has(each.at ?? "") || random.below(20) === 0
      ? { ...each, wish: "repair" as const }
      : each,
  );
  return { ...world, hosts, leaving, workloads: [...workloads, ...waiting] };
}

/** What `place` makes of a problem, with hosts that it wakes as they will be. */
function planOf(wished: PlacementProblem): Plan {
  const result = place(wished);
  const told = (code: string): readonly string[] =>
    result.findings.flatMap((finding) => (finding.code === code ? [finding.message] : []));
  const order = {
    moves: result.moves,
    arrivalWaits: result.arrivalWaits ?? [],
    unordered: [...told("move-unordered"), ...gatesOf(result)].map((message) => ({
      key: message.split(" ")[0] ?? "",
      host: undefined,
      message,
    })),
    parted: told("affinity-parted"),
  };
  const preempted = new Set(result.preempted.map(({ key }) => key));
  const there = wished.workloads.filter(({ wish }) => wish !== "place");
  const waiting = wished.workloads.filter(({ wish }) => wish === "place");
  const awake = new Set(result.power.flatMap(({ host, to }) => (to === "on" ? [host] : [])));
  const hosts = wished.hosts.map((each) =>
    awake.has(each.name) ? { ...each, connection: "connected" as const } : each,
  );
  return {
    problem: { ...wished, hosts },
    running: there.filter(({ key }) => !preempted.has(key)),
    leaving: [...(wished.leaving ?? []), ...there.filter(({ key }) => preempted.has(key))],
    // Without moves there is nothing to order, and newcomers wait for nothing that is said here.
    arriving: result.moves.length === 0 ? new Map() : chosenOf(waiting, result),
    order,
  };
}

const gatesOf = ({ decisions }: ReturnType<typeof place>): readonly string[] =>
  decisions.flatMap(({ gate }) => (gate?.code === "move-unordered" ? [gate.message] : []));

interface Shares {
  readonly running: readonly PlacementWorkload[];
  readonly leaving: readonly PlacementWorkload[];
  readonly waiting: readonly PlacementWorkload[];
}

/** Some stay and may move, some are ended by the plan, some have yet to come. */
function divided(random: SeededRandom, { workloads }: PlacementProblem): Shares {
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
