import type { ReassignProblem } from "./problem.ts";

/**
 * Conflict, spread and dependency as counters, so that a move is checked in O(its dependencies) and
 * counted in O(1). Only services that a rule can bind take part: one with a single process has no
 * conflict, one without a minimum no spread.
 */
export class RuleCounters {
  readonly #locationCount: number;
  readonly #neighbourhoodCount: number;
  readonly #machineCount: number;
  readonly #locations: Int32Array;
  readonly #neighbourhoods: Int32Array;
  /** Per service its row in the tables below, -1 for a service that the rule cannot bind. */
  readonly #conflictRow: Int32Array;
  readonly #spreadRow: Int32Array;
  readonly #dependencyRow: Int32Array;
  /** One bit per row and machine. */
  readonly #present: Int32Array;
  readonly #perLocation: Int32Array;
  readonly #locationsCovered: Int32Array;
  readonly #spreads: Int32Array;
  readonly #perNeighbourhood: Int32Array;
  /** Per service the rows of the services it needs, and of those that need it. */
  readonly #needs: readonly (readonly number[])[];
  readonly #neededBy: readonly (readonly number[])[];

  constructor(problem: ReassignProblem) {
    this.#machineCount = problem.machineCount;
    this.#locations = problem.locations;
    this.#neighbourhoods = problem.neighbourhoods;
    this.#spreads = problem.spreads;
    this.#locationCount = 1 + problem.locations.reduce((a, b) => Math.max(a, b), 0);
    this.#neighbourhoodCount = 1 + problem.neighbourhoods.reduce((a, b) => Math.max(a, b), 0);
    const sizes = serviceSizes(problem);
    // A service that needs itself is always satisfied.
    const needs = problem.dependencies.map((list, service) => list.filter((x) => x !== service));
    const neededBy = reversed(needs);
    const isBound = (service: number): boolean =>
      (needs[service]?.length ?? 0) > 0 || (neededBy[service]?.length ?? 0) > 0;
    this.#conflictRow = numbered(sizes, (_, size) => size > 1);
    this.#spreadRow = numbered(sizes, (service) => (problem.spreads[service] as number) > 0);
    this.#dependencyRow = numbered(sizes, isBound);
    const rowsOf = (services: readonly number[]): readonly number[] =>
      services.map((service) => this.#dependencyRow[service] as number);
    this.#needs = needs.map(rowsOf);
    this.#neededBy = neededBy.map(rowsOf);
    this.#present = new Int32Array((rows(this.#conflictRow) * this.#machineCount + 31) >>> 5);
    this.#perLocation = new Int32Array(rows(this.#spreadRow) * this.#locationCount);
    this.#locationsCovered = new Int32Array(rows(this.#spreadRow));
    this.#perNeighbourhood = new Int32Array(rows(this.#dependencyRow) * this.#neighbourhoodCount);
  }

  /** True when no process of the service is on the machine. */
  isFreeOf(service: number, machine: number): boolean {
    const row = this.#conflictRow[service] as number;
    if (row < 0) return true;
    const bit = row * this.#machineCount + machine;
    return (((this.#present[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0;
  }

  /** True when the service still covers its locations after a process went. */
  keepsSpread(service: number, from: number, to: number): boolean {
    const row = this.#spreadRow[service] as number;
    if (row < 0) return true;
    const left = this.#locations[from] as number;
    const entered = this.#locations[to] as number;
    if (left === entered) return true;
    const base = row * this.#locationCount;
    if ((this.#perLocation[base + left] as number) > 1) return true;
    if ((this.#perLocation[base + entered] as number) === 0) return true;
    return (this.#locationsCovered[row] as number) > (this.#spreads[service] as number);
  }

  /**
   * True when every dependency holds after a process of the service went from one machine to
   * another while one of the service `leaving` (-1: none) goes the opposite way.
   */
  keepsDependencies(service: number, from: number, to: number, leaving: number): boolean {
    const row = this.#dependencyRow[service] as number;
    if (row < 0) return true;
    const left = this.#neighbourhoods[from] as number;
    const entered = this.#neighbourhoods[to] as number;
    if (left === entered || service === leaving) return true;
    const leavingRow = leaving < 0 ? -1 : (this.#dependencyRow[leaving] as number);
    return this.#canEnter(service, entered, leavingRow) && this.#canLeave(service, left);
  }

  /** True when what the service needs is in the neighbourhood, not counting one that leaves it. */
  #canEnter(service: number, neighbourhood: number, leavingRow: number): boolean {
    const width = this.#neighbourhoodCount;
    const row = this.#dependencyRow[service] as number;
    if ((this.#perNeighbourhood[row * width + neighbourhood] as number) > 0) return true;
    const needs = this.#needs[service] as readonly number[];
    for (let index = 0; index < needs.length; index++) {
      const need = needs[index] as number;
      const present = this.#perNeighbourhood[need * width + neighbourhood] as number;
      if (present <= (need === leavingRow ? 1 : 0)) return false;
    }
    return true;
  }

  /** True when the service stays in the neighbourhood or nothing there needs it. */
  #canLeave(service: number, neighbourhood: number): boolean {
    const width = this.#neighbourhoodCount;
    const row = this.#dependencyRow[service] as number;
    if ((this.#perNeighbourhood[row * width + neighbourhood] as number) > 1) return true;
    const neededBy = this.#neededBy[service] as readonly number[];
    for (let index = 0; index < neededBy.length; index++) {
      const user = neededBy[index] as number;
      if ((this.#perNeighbourhood[user * width + neighbourhood] as number) > 0) return false;
    }
    return true;
  }

  /** Counts a process of the service on the machine (sign 1) or off it (sign -1). */
  count(service: number, machine: number, sign: 1 | -1): void {
    const conflict = this.#conflictRow[service] as number;
    if (conflict >= 0) {
      const bit = conflict * this.#machineCount + machine;
      this.#present[bit >>> 5] = (this.#present[bit >>> 5] as number) ^ (1 << (bit & 31));
    }
    const dependency = this.#dependencyRow[service] as number;
    if (dependency >= 0) {
      const neighbourhood = this.#neighbourhoods[machine] as number;
      const index = dependency * this.#neighbourhoodCount + neighbourhood;
      this.#perNeighbourhood[index] = (this.#perNeighbourhood[index] as number) + sign;
    }
    const spread = this.#spreadRow[service] as number;
    if (spread >= 0) this.#countLocation(spread, this.#locations[machine] as number, sign);
  }

  #countLocation(row: number, location: number, sign: 1 | -1): void {
    const index = row * this.#locationCount + location;
    const before = this.#perLocation[index] as number;
    this.#perLocation[index] = before + sign;
    const isChange = sign > 0 ? before === 0 : before === 1;
    if (isChange) this.#locationsCovered[row] = (this.#locationsCovered[row] as number) + sign;
  }

  /** True when spread and dependencies of the service hold as the counters stand. */
  holdFor(service: number): boolean {
    const spread = this.#spreadRow[service] as number;
    const short = spread >= 0 && (this.#locationsCovered[spread] as number) < this.#spread(service);
    if (short) return false;
    const row = this.#dependencyRow[service] as number;
    if (row < 0) return true;
    for (let place = 0; place < this.#neighbourhoodCount; place++) {
      if (!this.#dependenciesHoldIn(service, row, place)) return false;
    }
    return true;
  }

  #spread(service: number): number {
    return this.#spreads[service] as number;
  }

  #dependenciesHoldIn(service: number, row: number, neighbourhood: number): boolean {
    const width = this.#neighbourhoodCount;
    const present = this.#perNeighbourhood[row * width + neighbourhood] as number;
    const lists = present > 0 ? this.#needs : this.#neededBy;
    const others = lists[service] as readonly number[];
    for (let index = 0; index < others.length; index++) {
      const other = others[index] as number;
      const isThere = (this.#perNeighbourhood[other * width + neighbourhood] as number) > 0;
      if (isThere !== present > 0) return false;
    }
    return true;
  }
}

const rows = (numbers: Int32Array): number => 1 + numbers.reduce((a, b) => Math.max(a, b), -1);

/** Rows 0, 1, 2 ... for the services that the rule binds, -1 for the others. */
function numbered(
  sizes: Int32Array,
  isBound: (service: number, size: number) => boolean,
): Int32Array {
  let next = 0;
  return sizes.map((size, service) => (isBound(service, size) ? next++ : -1));
}

/** Number of processes of each service. */
export function serviceSizes(problem: ReassignProblem): Int32Array {
  const sizes = new Int32Array(problem.serviceCount);
  for (const service of problem.services) sizes[service] = (sizes[service] as number) + 1;
  return sizes;
}

function reversed(dependencies: readonly (readonly number[])[]): number[][] {
  const users: number[][] = dependencies.map(() => []);
  for (const [user, needs] of dependencies.entries()) {
    for (const need of needs) users[need]?.push(user);
  }
  return users;
}
