import type { Amounts } from "../model/demand.ts";

/** A resource in which lots are told apart. */
export type Resource = "cpu" | "memory";

/** What a member takes. */
type LoadOf<Member> = (member: Member) => Amounts;

/**
 * All choices of up to so many workloads of one host, which may go together, none of them included;
 * each with its place among all.
 */
export class Lots<Member> {
  /** What each takes, by place. */
  readonly amounts: Readonly<Record<Resource, Float64Array>>;
  readonly #members: (readonly Member[])[] = [[]];
  readonly #sorted: Partial<Record<Resource, Int32Array>> = {};

  constructor(members: readonly Member[], countMax: 1 | 2, loadOf: LoadOf<Member>) {
    members.forEach((one, index) => {
      this.#members.push([one]);
      if (countMax < 2) return;
      for (const other of members.slice(index + 1)) this.#members.push([one, other]);
    });
    const amountsOf = (amountOf: (load: Amounts) => number): Float64Array =>
      Float64Array.from(this.#members, (each) =>
        each.reduce((sum, member) => sum + amountOf(loadOf(member)), 0),
      );
    this.amounts = {
      cpu: amountsOf(({ cpuMillicores }) => cpuMillicores),
      memory: amountsOf(({ memoryBytes }) => memoryBytes),
    };
  }

  /** Who goes in a lot. */
  at(place: number): readonly Member[] {
    return this.#members[place] ?? [];
  }

  /** Places, the one of the smallest lot first. */
  by(resource: Resource): Int32Array {
    const amounts = this.amounts[resource];
    return (this.#sorted[resource] ??= Int32Array.from(amounts.keys()).sort(
      (one, other) => (amounts[one] ?? 0) - (amounts[other] ?? 0),
    ));
  }
}

/** Places of what goes over and of what comes back for it. */
type Trade = readonly [given: number, taken: number];

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
  const isWithin = withinOf(given, taken, range);
  const [offered, returned] = [given.amounts[resource], taken.amounts[resource]];
  const back = taken.by(resource);
  const found: Trade[] = [];
  let start = 0;
  for (const one of given.by(resource)) {
    const amount = offered[one] ?? 0;
    while (start < back.length && (returned[back[start] ?? 0] ?? 0) < amount - most) start++;
    for (let at = start; at < back.length; at++) {
      const other = back[at] ?? 0;
      if ((returned[other] ?? 0) > amount - least) break;
      if (isWithin(one, other)) found.push([one, other]);
    }
  }
  return found.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
}

/** Tells whether what goes over in a trade is in the range of both resources. */
function withinOf<Member>(
  given: Lots<Member>,
  taken: Lots<Member>,
  range: Range,
): (one: number, other: number) => boolean {
  const isIn = (resource: Resource, one: number, other: number): boolean => {
    const moved = (given.amounts[resource][one] ?? 0) - (taken.amounts[resource][other] ?? 0);
    return moved >= range[resource].least && moved <= range[resource].most;
  };
  return (one, other) => isIn("cpu", one, other) && isIn("memory", one, other);
}
