/**
 * Judges an assignment straight from the challenge's problem definition: own reading of the numbers,
 * plain sums, no counter kept and nothing shared with the search. Slow and easy to compare with the
 * definition on purpose.
 */
export interface Verdict {
  readonly cost: number;
  /** One sentence per broken rule, the first few only. */
  readonly broken: readonly string[];
}

const BROKEN_SHOWN = 10;

interface Instance {
  readonly resources: readonly { transient: boolean; weight: number }[];
  readonly machines: readonly Machine[];
  readonly services: readonly { spread: number; dependencies: readonly number[] }[];
  readonly processes: readonly { service: number; needs: readonly number[]; moveCost: number }[];
  readonly balances: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

interface Machine {
  readonly neighbourhood: number;
  readonly location: number;
  readonly capacity: readonly number[];
  readonly safety: readonly number[];
  readonly moveCost: readonly number[];
}

/** `text` as in the files of the challenge; every number after the other. */
export function checkRoadef(model: string, initial: string, result: string): Verdict {
  const instance = parse(model);
  const [before, after] = [numbersOf(initial), numbersOf(result)];
  const count = instance.processes.length;
  if (after.length !== count) {
    return { cost: Number.NaN, broken: [`${after.length} machines for ${count} processes`] };
  }
  const wrong = after.findIndex((machine) => instance.machines[machine] === undefined);
  if (wrong >= 0) return { cost: Number.NaN, broken: [`process ${wrong}: no such machine`] };
  const broken = [
    ...brokenCapacity(instance, before, after),
    ...brokenConflict(instance, after),
    ...brokenSpread(instance, after),
    ...brokenDependencies(instance, after),
  ];
  return { cost: costOf(instance, before, after), broken: broken.slice(0, BROKEN_SHOWN) };
}

const numbersOf = (text: string): number[] => text.trim().split(/\s+/).map(Number);

function parse(text: string): Instance {
  const numbers = numbersOf(text);
  let position = 0;
  const next = (): number => numbers[position++] ?? Number.NaN;
  const some = (count: number): number[] => numbers.slice(position, (position += count));
  const each = <Item>(item: () => Item): Item[] => {
    const count = next();
    return Array.from({ length: count }, item);
  };
  const resources = each(() => ({ transient: next() === 1, weight: next() }));
  const machineCount = numbers[position] ?? 0;
  const machines = each(() => ({
    neighbourhood: next(),
    location: next(),
    capacity: some(resources.length),
    safety: some(resources.length),
    moveCost: some(machineCount),
  }));
  const services = each(() => ({ spread: next(), dependencies: some(next()) }));
  const processes = each(() => ({
    service: next(),
    needs: some(resources.length),
    moveCost: next(),
  }));
  const balances = each(() => some(4));
  return { resources, machines, services, processes, balances, weights: some(3) };
}

/** Sums of needs per machine and resource over the processes that `onMachine` names. */
function sums(
  { machines, resources, processes }: Instance,
  placesOf: (process: number) => readonly number[],
): number[][] {
  const table = machines.map(() => resources.map(() => 0));
  for (const [process, { needs }] of processes.entries()) {
    for (const machine of new Set(placesOf(process))) {
      const row = table[machine]!;
      for (const [resource, need] of needs.entries()) row[resource]! += need;
    }
  }
  return table;
}

function brokenCapacity(instance: Instance, before: number[], after: number[]): string[] {
  const used = sums(instance, (process) => [after[process]!]);
  const usedInMove = sums(instance, (process) => [before[process]!, after[process]!]);
  return instance.machines.flatMap(({ capacity }, machine) =>
    instance.resources.flatMap(({ transient }, resource) => {
      const use = (transient ? usedInMove : used)[machine]![resource]!;
      const limit = capacity[resource]!;
      const kind = transient ? "transient capacity" : "capacity";
      return use > limit ? [`machine ${machine}: ${kind} ${resource}: ${use} of ${limit}`] : [];
    }),
  );
}

/** Per service the given property of the machines its processes are on, with repeats. */
function perService(instance: Instance, after: number[], of: (machine: number) => number) {
  const lists: number[][] = instance.services.map(() => []);
  for (const [process, { service }] of instance.processes.entries()) {
    lists[service]!.push(of(after[process]!));
  }
  return lists;
}

function brokenConflict(instance: Instance, after: number[]): string[] {
  const machines = perService(instance, after, (machine) => machine);
  return machines.flatMap((list, service) =>
    new Set(list).size < list.length ? [`service ${service}: two processes on one machine`] : [],
  );
}

function brokenSpread(instance: Instance, after: number[]): string[] {
  const locations = perService(instance, after, (machine) => instance.machines[machine]!.location);
  return locations.flatMap((list, service) => {
    const { spread } = instance.services[service]!;
    const covered = new Set(list).size;
    return covered < spread ? [`service ${service}: ${covered} of ${spread} locations`] : [];
  });
}

function brokenDependencies(instance: Instance, after: number[]): string[] {
  const places = perService(
    instance,
    after,
    (machine) => instance.machines[machine]!.neighbourhood,
  ).map((list) => new Set(list));
  return instance.services.flatMap(({ dependencies }, service) =>
    dependencies
      .filter((needed) => [...places[service]!].some((place) => !places[needed]!.has(place)))
      .map((needed) => `service ${service}: no ${needed} in one of its neighbourhoods`),
  );
}

function costOf(instance: Instance, before: number[], after: number[]): number {
  const { resources, machines, processes, balances, weights } = instance;
  const used = sums(instance, (process) => [after[process]!]);
  let cost = 0;
  for (const [machine, { capacity, safety }] of machines.entries()) {
    const use = used[machine]!;
    for (const [resource, { weight }] of resources.entries()) {
      cost += weight * Math.max(0, use[resource]! - safety[resource]!);
    }
    for (const [first, second, target, weight] of balances as [number, number, number, number][]) {
      const freeFirst = capacity[first]! - use[first]!;
      const freeSecond = capacity[second]! - use[second]!;
      cost += weight * Math.max(0, target * freeFirst - freeSecond);
    }
  }
  const moves = instance.services.map(() => 0);
  for (const [process, { service, moveCost }] of processes.entries()) {
    cost += weights[2]! * machines[before[process]!]!.moveCost[after[process]!]!;
    if (before[process] === after[process]) continue;
    moves[service]! += 1;
    cost += weights[0]! * moveCost;
  }
  return cost + weights[1]! * moves.reduce((most, count) => Math.max(most, count), 0);
}
