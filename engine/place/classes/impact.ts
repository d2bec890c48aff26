import type { PlacementWorkload } from "../../model/placement.ts";
import type { Holder, Matcher, MatcherTable } from "./matchers.ts";

/** What placing a member of a class adds to the counters of others. */
export interface Impact {
  readonly matchers: readonly Matcher[];
  readonly antiHolders: readonly Holder[];
  readonly scoreHolders: readonly Holder[];
}

const NO_IMPACT: Impact = { matchers: [], antiHolders: [], scoreHolders: [] };

/** The impacts of all classes; those that no selector can tell apart share theirs. */
export class ImpactTable {
  readonly #table: MatcherTable;
  readonly #numberOf: (part: object) => number;
  /** By all that selectors look at, as long as the table has had no other revision. */
  readonly #bySubject = new Map<string, Impact>();
  #revision = 0;

  /** `numberOf` gives equal labels the same number. */
  constructor(table: MatcherTable, numberOf: (part: object) => number) {
    this.#table = table;
    this.#numberOf = numberOf;
  }

  /** What placing a workload adds, as far as selectors are known by now. */
  of(sample: PlacementWorkload): Impact {
    if (this.#revision !== this.#table.revision) this.#bySubject.clear();
    this.#revision = this.#table.revision;
    const isEnding = sample.isEnding === true;
    const name = `${this.#numberOf(sample.labels)} ${isEnding} ${sample.namespace}`;
    let impact = this.#bySubject.get(name);
    if (impact === undefined) {
      const matchers = this.#table.matching(sample);
      // Spread constraints count no workload on its way out; every other term still does.
      impact = impactOf(isEnding ? matchers.map(withoutSpread) : matchers);
      this.#bySubject.set(name, impact);
    }
    return impact;
  }
}

const withoutSpread = (matcher: Matcher): Matcher => ({ ...matcher, perHost: undefined });

const impactOf = (matchers: readonly Matcher[]): Impact =>
  matchers.length === 0
    ? NO_IMPACT
    : {
        matchers,
        antiHolders: matchers.flatMap(({ antiHolders }) => antiHolders),
        scoreHolders: matchers.flatMap(({ scoreHolders }) => scoreHolders),
      };
