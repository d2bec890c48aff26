import type { Amounts } from "../../model/demand.ts";

/** A resource in which lots are told apart. */
export type Resource = "cpu" | "memory";

/** Lots by one amount, the smallest first. */
interface Sorted {
  readonly places: Int32Array;
  readonly amounts: Float64Array;
}

const NOBODY = -1;

/**
 * All choices of up to so many workloads of one host, which may go together: nobody, then each
 * alone, followed by those of it and every later one. Each has its place among all.
 */
export class Lots<Member> {
  /** What each takes, by place. */
  readonly amounts: Readonly<Record<Resource, Float64Array>>;
  readonly #members: readonly Member[];
  /** Numbers of the members of each. */
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #sorted: Partial<Record<Resource, Sorted>> = {};

  constructor(members: readonly Member[], countMax: 1 | 2, loadOf: (member: Member) => Amounts) {
    const count = members.length;
    const pairs = countMax < 2 ? 0 : (count * (count - 1)) / 2;
    const size = 1 + count + pairs;
    this.#members = members;
    this.#first = new Int32Array(size).fill(NOBODY);
    this.#second = new Int32Array(size).fill(NOBODY);
    this.amounts = { cpu: new Float64Array(size), memory: new Float64Array(size) };
    const loads = members.map((member) => loadOf(member));
    let place = 1;
    for (let one = 0; one < count; one++) {
      this.#enter(place++, loads, one, NOBODY);
      for (let other = one + 1; other < count && countMax === 2; other++) {
        this.#enter(place++, loads, one, other);
      }
    }
  }

  /** What of a resource goes over in a trade, less what comes back. */
  movedFor(returns: Lots<Member>, [given, taken]: Trade, resource: Resource): number {
    return (this.amounts[resource][given] ?? 0) - (returns.amounts[resource][taken] ?? 0);
  }

  /** Who goes in a lot. */
  at(place: number): readonly Member[] {
    const numbers = [this.#first[place] ?? NOBODY, this.#second[place] ?? NOBODY];
    return numbers.flatMap((number) => {
      const member = this.#members[number];
      return member === undefined ? [] : [member];
    });
  }

  by(resource: Resource): Sorted {
    let sorted = this.#sorted[resource];
    if (sorted === undefined) {
      const amounts = this.amounts[resource];
      const places = Int32Array.from(amounts.keys()).sort(
        (one, other) => (amounts[one] ?? 0) - (amounts[other] ?? 0),
      );
      sorted = { places, amounts: amounts.toSorted() };
      this.#sorted[resource] = sorted;
    }
    return sorted;
  }

  #enter(place: number, loads: readonly Amounts[], one: number, other: number): void {
    const { cpu, memory } = this.amounts;
    this.#first[place] = one;
    this.#second[place] = other;
    cpu[place] = (loads[one]?.cpuMillicores ?? 0) + (loads[other]?.cpuMillicores ?? 0);
    memory[place] = (loads[one]?.memoryBytes ?? 0) + (loads[other]?.memoryBytes ?? 0);
  }
}

/**
 * The members that trades are to be tried with, in their order: of those alike, who go as well as
 * each other, only as many as may go together.
 */
export function firstOfEach<Member>(
  members: readonly Member[],
  countMax: 1 | 2,
  kindOf: (member: Member) => unknown,
): readonly Member[] {
  const counts = new Map<unknown, number>();
  return members.filter((member) => {
    const kind = kindOf(member);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= countMax;
  });
}

/** Places of what goes over and of what comes back for it. */
export type Trade = readonly [given: number, taken: number];

/** How much has to go over in a trade, at least and at most. */
type Range = Readonly<Record<Resource, { readonly least: number; readonly most: number }>>;

/**
 * All trades by which as much goes over as has to, in the order of what is given and then of what
 * is taken. They are looked for by one resource, best by the one of which the range is narrow.
 */
export function tradesWithin<Member>(
  { given, taken }: { readonly given: Lots<Member>; readonly taken: Lots<Member> },
  range: Range,
  resource: Resource,
): readonly Trade[] {
  const { least, most } = range[resource];
  const other = resource === "cpu" ? "memory" : "cpu";
  const isWithin = (one: number, back: number): boolean => {
    const moved = (given.amounts[other][one] ?? 0) - (taken.amounts[other][back] ?? 0);
    return moved >= range[other].least && moved <= range[other].most;
  };
  const [offers, returns] = [given.by(resource), taken.by(resource)];
  const found: Trade[] = [];
  let start = 0;
  for (let at = 0; at < offers.places.length; at++) {
    const amount = offers.amounts[at] ?? 0;
    start = firstFrom(start, returns.amounts, amount - most);
    for (let back = start; back < returns.places.length; back++) {
      if ((returns.amounts[back] ?? 0) > amount - least) break;
      const trade = [offers.places[at] ?? 0, returns.places[back] ?? 0] as const;
      if (isWithin(...trade)) found.push(trade);
    }
  }
  return found.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
}

/** The first position of some amounts, the smallest first, with at least so much. */
function firstFrom(start: number, amounts: Float64Array, least: number): number {
  let position = start;
  while (position < amounts.length && (amounts[position] ?? 0) < least) position++;
  return position;
}
