import { type Random, randomStream } from "../../sim/random.ts";

/** A made-up instance in the challenge's text format, for where its data is not at hand. */
export interface SyntheticInstance {
  readonly model: string;
  readonly initial: string;
}

export interface SyntheticSize {
  readonly machines: number;
  readonly processes: number;
  readonly resources: number;
  readonly services: number;
}

/**
 * A feasible instance with every kind of rule and cost: sizes of processes are heavy-tailed, some
 * machines are to be emptied (no safety capacity), capacities leave the slack that the public ones
 * leave, and spreads and dependencies are drawn from those that the initial assignment keeps.
 */
export function syntheticRoadef(seed: number, size: SyntheticSize): SyntheticInstance {
  const random = randomStream(seed, "roadef");
  const services = drawServices(random, size);
  const initial = placeApart(random, services, size.machines);
  const needs = services.map(() => drawNeeds(random, size.resources));
  const places = Array.from({ length: size.machines }, () => ({
    neighbourhood: random.below(3),
    location: random.below(4),
  }));
  const onMachine = groupBy(initial, size.machines);
  const lines = [
    `${size.resources}`,
    ...Array.from(
      { length: size.resources },
      (_, r) => `${r % 3 === 1 ? 1 : 0} ${r === 0 ? 3 : 10}`,
    ),
    `${size.machines}`,
    ...places.map(({ neighbourhood, location }, machine) => {
      const own = (onMachine[machine] ?? []).map((process) => needs[process]!);
      return `${neighbourhood} ${location} ${machineLine(random, machine, own, size)}`;
    }),
    `${size.services}`,
    ...serviceLines(
      random,
      services,
      initial.map((machine) => places[machine]!),
      size.services,
    ),
    `${size.processes}`,
    ...services.map((service, p) => `${service} ${needs[p]!.join(" ")} ${1 + random.below(20)}`),
    ...(size.resources > 1 ? ["1", "0 1 2", "10"] : ["0"]),
    "1 10 100",
  ];
  return { model: `${lines.join("\n")}\n`, initial: `${initial.join(" ")}\n` };
}

/** The processes of each group. */
function groupBy(groups: readonly number[], count: number): number[][] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  for (const [process, group] of groups.entries()) lists[group]!.push(process);
  return lists;
}

/** Any service for each process, but none with more processes than there are machines. */
function drawServices(random: Random, { processes, services, machines }: SyntheticSize): number[] {
  const counts = Array.from({ length: services }, () => 0);
  return Array.from({ length: processes }, () => {
    let service = random.below(services);
    for (let step = 0; step < services && counts[service]! >= machines; step++) {
      service = (service + 1) % services;
    }
    counts[service]! += 1;
    return service;
  });
}

/** Random machines, no two processes of a service on one while there are machines left. */
function placeApart(random: Random, services: readonly number[], machines: number): number[] {
  const taken = new Set<string>();
  return services.map((service, process) => {
    const start = random.below(machines);
    for (let step = 0; step < machines; step++) {
      const machine = (start + step) % machines;
      if (taken.has(`${service}/${machine}`)) continue;
      taken.add(`${service}/${machine}`);
      return machine;
    }
    throw new Error(`process ${process}: more processes in service ${service} than machines`);
  });
}

const drawNeeds = (random: Random, resources: number): number[] =>
  Array.from({ length: resources }, () => random.below(2 ** (3 + random.below(10))));

function machineLine(
  random: Random,
  machine: number,
  own: readonly number[][],
  size: SyntheticSize,
): string {
  const use = Array.from({ length: size.resources }, (_, resource) =>
    own.reduce((sum, needs) => sum + needs[resource]!, 0),
  );
  const capacity = use.map((amount) => amount + random.below(2000 + amount));
  const isToBeEmptied = random.chance(0.1);
  const safety = capacity.map((amount) => (isToBeEmptied ? 0 : Math.floor(amount * 0.8)));
  const moves = Array.from({ length: size.machines }, (_, to) =>
    to === machine ? 0 : random.below(3),
  );
  return [...capacity, ...safety, ...moves].join(" ");
}

function serviceLines(
  random: Random,
  services: readonly number[],
  places: readonly { neighbourhood: number; location: number }[],
  count: number,
): string[] {
  const members = groupBy(services, count);
  const covered = (service: number, of: "neighbourhood" | "location"): Set<number> =>
    new Set(members[service]!.map((process) => places[process]![of]));
  return Array.from({ length: count }, (_, service) => {
    const spread = random.below(1 + covered(service, "location").size);
    const needed = random.below(count);
    const own = [...covered(service, "neighbourhood")];
    const there = covered(needed, "neighbourhood");
    const holds = needed !== service && own.every((place) => there.has(place));
    return holds ? `${spread} 1 ${needed}` : `${spread} 0`;
  });
}
