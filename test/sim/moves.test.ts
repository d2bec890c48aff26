/** Moves in several waves, with a crash at every step: no host is ever overfull, all arrive. */
import { expect, test } from "vitest";
import type { Provider } from "../../engine/contract/provider.ts";
import type { Address } from "../../engine/model/address.ts";
import type { DesiredState } from "../../engine/model/desired.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { Move, PlacementResult } from "../../engine/model/placement.ts";
import type { ProblemInput } from "../../engine/place/problem/problem.ts";
import { decision, outlook, placementResult } from "../support/answers.ts";
import { demand, desiredState, GIB, host, pod, workload } from "../support/builders.ts";
import { type Machine, runCommand, seededEntropy } from "./command.ts";
import { FakeDisk } from "./disk.ts";
import { randomStream } from "./random.ts";
import { Sim } from "./sim.ts";
import { FakeWorld } from "./world.ts";

const HOST_GIB = 32;
const HOSTS = ["esx-0", "esx-1", "esx-2"];

/** Two pairs that change places, of which no host takes both, and one that makes way for them. */
const SIZES: Readonly<Record<Address, number>> = {
  "pod/shop/a": 20,
  "pod/shop/b": 20,
  "pod/shop/c": 10,
  "pod/shop/d": 10,
  "pod/shop/e": 9,
};
const BEFORE: Readonly<Record<Address, string>> = {
  "pod/shop/a": "esx-0",
  "pod/shop/b": "esx-1",
  "pod/shop/c": "esx-0",
  "pod/shop/d": "esx-1",
  "pod/shop/e": "esx-2",
};
const AFTER: Readonly<Record<Address, string>> = {
  "pod/shop/a": "esx-1",
  "pod/shop/b": "esx-0",
  "pod/shop/c": "esx-1",
  "pod/shop/d": "esx-0",
  "pod/shop/e": "esx-2",
};

function wishFor(seats: Readonly<Record<Address, string>>): DesiredState {
  const pods = (Object.keys(seats) as Address[]).map((address) => {
    const gibibytes = SIZES[address] ?? 0;
    return pod(address, {
      workload: workload({ demand: demand(100, gibibytes * GIB), pinHost: seats[address] }),
      dependsOn: [],
    });
  });
  return desiredState(pods, { digest: JSON.stringify(seats) });
}

type Seats = Map<string, string>;

/** Newcomers go where they are wished; the others follow one by one, over a third host if need be. */
function answer({ desired, observation }: ProblemInput): PlacementResult {
  const wished = new Map(
    [...desired.resources.values()].map(({ address, workload: terms }) => [
      address,
      terms?.pinHost ?? "",
    ]),
  );
  const seats: Seats = new Map(
    observation.objects.map(({ tag, host: at = "" }) => [tag?.address ?? "", at]),
  );
  const before = new Map(seats);
  const decisions = [...wished]
    .filter(([address, name]) => seats.get(address) !== name)
    .map(([address, name]) => decision(address, name, { from: seats.get(address) }));
  const moves: Move[] = [];
  for (let next = step(seats, wished); next !== undefined; next = step(seats, wished)) {
    const { key, to, isLast } = next;
    const from = seats.get(key) ?? "";
    const wave = moves.length;
    const reason = isLast ? "balance" : "bounce";
    const after = wave === 0 ? [] : [wave - 1];
    moves.push({ key, from, to, reason, priority: 3, message: "", wave, after });
    seats.set(key, to);
  }
  const hosts = HOSTS.map((name) =>
    outlook(name, [0, usedGib(before, name) * GIB], [0, usedGib(seats, name) * GIB]),
  );
  return placementResult({ decisions, moves, hosts });
}

const usedGib = (seats: Seats, name: string): number =>
  [...seats].reduce((sum, [key, at]) => sum + (at === name ? (SIZES[key as Address] ?? 0) : 0), 0);

interface NextMove {
  readonly key: string;
  readonly to: string;
  readonly isLast: boolean;
}

/** Whoever can go where it is wished; else the first that finds room anywhere steps aside. */
function step(seats: Seats, wished: ReadonlyMap<string, string>): NextMove | undefined {
  const waiting = [...seats].filter(([key, at]) => wished.get(key) !== at);
  const fits = (key: string, name: string): boolean =>
    usedGib(seats, name) + (SIZES[key as Address] ?? 0) <= HOST_GIB;
  for (const [key] of waiting) {
    const to = wished.get(key) ?? "";
    if (fits(key, to)) return { key, to, isLast: true };
  }
  for (const [key, at] of waiting) {
    const to = HOSTS.find((name) => name !== at && fits(key, name));
    if (to !== undefined) return { key, to, isLast: false };
  }
  return undefined;
}

interface Run {
  readonly plan: Plan | undefined;
  readonly problems: readonly string[];
  readonly steps: number;
  readonly seats: Readonly<Record<string, string | undefined>>;
}

class Story {
  readonly #sim = new Sim();
  readonly #problems: string[] = [];
  readonly #world: FakeWorld;
  readonly #disk = new FakeDisk(this.#sim, randomStream(3, "disk"));
  readonly #machine: Machine;
  #plan: Plan | undefined;

  constructor() {
    const accuse = (invariant: string, message: string): void =>
      void this.#problems.push(`${invariant}: ${message}`);
    this.#world = new FakeWorld(this.#sim, randomStream(3, "world"), accuse);
    this.#world.hosts = HOSTS.map((name) => {
      const memoryBytes = HOST_GIB * GIB;
      const base = host({ name });
      return {
        ...base,
        capacity: { ...base.capacity, memoryBytes },
        allocatable: { ...base.allocatable, memoryBytes },
      };
    });
    this.#machine = {
      sim: this.#sim,
      disk: this.#disk,
      provider: () => this.#watched(this.#world.provider()),
      entropy: seededEntropy(randomStream(3, "entropy")),
      emit: () => undefined,
      place: answer,
    };
  }

  async run(crashAt: number): Promise<Run> {
    await this.#apply(BEFORE);
    const before = this.#sim.steps;
    const first = await this.#apply(AFTER, crashAt);
    const steps = this.#sim.steps - before;
    for (let run = 0; run < 4 && (await this.#apply(AFTER)) !== "nothing-to-do"; run++);
    return { plan: first === undefined ? undefined : this.#plan, ...this.#end(steps) };
  }

  #end(steps: number): Omit<Run, "plan"> {
    const seats = [...this.#world.objects.values()].map(
      ({ tag, host: seat }) => [tag?.address ?? "", seat] as const,
    );
    return { problems: this.#problems, steps, seats: Object.fromEntries(seats) };
  }

  async #apply(
    seats: Readonly<Record<Address, string>>,
    crashAt = Number.POSITIVE_INFINITY,
  ): Promise<string | undefined> {
    const calm = new AbortController().signal;
    let end: string | undefined;
    const onPlan = (plan: Plan): void => {
      if (plan.steps.some(({ mode }) => mode === "move")) this.#plan ??= plan;
    };
    const command = { desired: wishFor(seats), stop: calm, abort: calm, onPlan };
    const ended = await this.#sim.run(async () => {
      end = (await runCommand(this.#machine, command)).is;
    }, crashAt);
    if (ended.is === "crashed") this.#disk.crash();
    else this.#disk.endProcess();
    if (ended.is === "threw") this.#problems.push(String(ended.error));
    return end;
  }

  /** The provider, and a look at all hosts after every call. */
  #watched(provider: Provider): Provider {
    return {
      ...provider,
      update: async (intent, context) => {
        const outcome = await provider.update(intent, context);
        this.#look(intent.address);
        return outcome;
      },
    };
  }

  #look(address: Address): void {
    const used = new Map<string, number>();
    for (const { host: seat = "", tag } of this.#world.objects.values()) {
      const size = SIZES[tag?.address ?? "/"] ?? 0;
      used.set(seat, (used.get(seat) ?? 0) + size);
    }
    for (const [name, gibibytes] of used) {
      if (gibibytes <= HOST_GIB) continue;
      this.#problems.push(`host ${name} holds ${gibibytes} GiB once ${address} has moved`);
    }
  }
}

test("places are changed over a third host, in an order that is never too full", async () => {
  const { plan, problems, seats } = await new Story().run(Number.POSITIVE_INFINITY);
  expect(problems).toEqual([]);
  expect(seats).toEqual(AFTER);
  const moves = plan?.placement.moves.list ?? [];
  expect(Math.max(...moves.map(({ wave }) => wave))).toBeGreaterThan(0);
  expect(moves.some(({ reason }) => reason === "bounce")).toBe(true);
});

test("a crash at every step of it leaves no host too full, and all arrive", async () => {
  const whole = await new Story().run(Number.POSITIVE_INFINITY);
  expect(whole.steps).toBeGreaterThan(50);
  for (let at = 0; at <= whole.steps; at++) {
    const { problems, seats } = await new Story().run(at);
    expect(problems, `crash at step ${at}`).toEqual([]);
    expect(seats, `crash at step ${at}`).toEqual(AFTER);
  }
});
