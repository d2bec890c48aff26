import type { PlacementWorkload } from "../../model/placement.ts";
import type { PodAffinityTerm, SpreadConstraint } from "../../model/scheduling.ts";
import type { Counter, Holder, HolderKind, Matcher, MatcherTable } from "./matchers.ts";
import { matchesSelector } from "../../model/selector.ts";
import type { Sums } from "../basics/sums.ts";
import type { Topology } from "./topology.ts";

type Scheduling = PlacementWorkload["scheduling"];

/** Weight that upstream gives a required affinity term of a placed workload in the score. */
const REQUIRED_AFFINITY_WEIGHT = 1;

/** Placed workloads that match one term, by domain. */
export interface CountedTerm {
  readonly topology: Topology;
  readonly counts: Sums;
  readonly counter: Counter;
  readonly rule: string;
}

/** A preferred term; the weight is negative for anti-affinity. */
interface WeightedTerm extends CountedTerm {
  readonly weight: number;
}

/** Required affinity: one placed workload has to match all of the terms at once. */
export interface AffinityGroup {
  readonly terms: readonly CountedTerm[];
  /** True when the workload matches its own terms: the first of a group may go anywhere. */
  readonly matchesItself: boolean;
}

export interface SpreadTerm {
  readonly constraint: SpreadConstraint;
  readonly topology: Topology;
  readonly perHost: Int32Array;
  readonly matchesItself: boolean;
}

/** A term of this workload that acts on later ones. */
interface HeldTerm {
  readonly holder: Holder;
  readonly weight: number;
}

/** The relations between workloads, compiled to counters. */
export interface ClassTerms {
  readonly affinity: AffinityGroup | undefined;
  readonly antiAffinity: readonly CountedTerm[];
  readonly preferred: readonly WeightedTerm[];
  readonly spreadHard: readonly SpreadTerm[];
  readonly spreadSoft: readonly SpreadTerm[];
  readonly held: readonly HeldTerm[];
}

/** True when the workload cares who its neighbours are, or says so to later ones. */
export const isRelated = (terms: ClassTerms): boolean =>
  terms.affinity !== undefined ||
  terms.held.length + terms.spreadHard.length + terms.spreadSoft.length > 0;

/** The terms of all workloads; those that no term can tell apart share theirs. */
export class TermTable {
  readonly #matchers: MatcherTable;
  readonly #numberOf: (part: object) => number;
  readonly #known = new Map<string, ClassTerms>();

  /** `numberOf` gives equal parts of workloads the same number. */
  constructor(matchers: MatcherTable, numberOf: (part: object) => number) {
    this.#matchers = matchers;
    this.#numberOf = numberOf;
  }

  /** Registers the selectors of one workload and returns its terms bound to their counters. */
  of(workload: PlacementWorkload): ClassTerms {
    const { scheduling, labels, namespace } = workload;
    if (isUnrelated(scheduling)) return NO_TERMS;
    const name = `${this.#numberOf(scheduling)} ${this.#numberOf(labels)} ${namespace}`;
    let terms = this.#known.get(name);
    if (terms === undefined) {
      terms = compileTerms(workload, this.#matchers);
      this.#known.set(name, terms);
    }
    return terms;
  }
}

function compileTerms(workload: PlacementWorkload, table: MatcherTable): ClassTerms {
  const { scheduling, namespace } = workload;
  const counted = (term: PodAffinityTerm): CountedTerm => {
    const topology = table.topology(term.topologyKey);
    const counter = table.counterOf(table.ofTerms([term], namespace), topology);
    return { topology, counts: counter.values, counter, rule: term.rule };
  };
  const weighted = (
    terms: PlacementWorkload["scheduling"]["podAffinity"]["preferred"],
    sign: number,
  ): WeightedTerm[] =>
    terms.map(({ term, weight }) => ({ ...counted(term), weight: sign * weight }));
  const spread = (when: SpreadConstraint["whenUnsatisfiable"]): SpreadTerm[] =>
    scheduling.spread
      .filter((constraint) => constraint.whenUnsatisfiable === when)
      .map((constraint) => spreadTerm(constraint, workload, table));
  return {
    affinity: affinityGroup(workload, table),
    antiAffinity: scheduling.podAntiAffinity.required.map((term) => counted(term)),
    preferred: [
      ...weighted(scheduling.podAffinity.preferred, 1),
      ...weighted(scheduling.podAntiAffinity.preferred, -1),
    ],
    spreadHard: spread("DoNotSchedule"),
    spreadSoft: spread("ScheduleAnyway"),
    held: heldTerms(workload, table),
  };
}

const isUnrelated = ({ podAffinity, podAntiAffinity, spread }: Scheduling): boolean =>
  podAffinity.required.length + podAffinity.preferred.length === 0 &&
  podAntiAffinity.required.length + podAntiAffinity.preferred.length === 0 &&
  spread.length === 0;

const NO_TERMS: ClassTerms = {
  affinity: undefined,
  antiAffinity: [],
  preferred: [],
  spreadHard: [],
  spreadSoft: [],
  held: [],
};

function affinityGroup(
  workload: PlacementWorkload,
  table: MatcherTable,
): AffinityGroup | undefined {
  const required = workload.scheduling.podAffinity.required;
  if (required.length === 0) return undefined;
  const matcher: Matcher = table.ofTerms(required, workload.namespace);
  const terms = required.map((term) => {
    const topology = table.topology(term.topologyKey);
    const counter = table.counterOf(matcher, topology);
    return { topology, counts: counter.values, counter, rule: term.rule };
  });
  return { terms, matchesItself: table.satisfies(matcher, workload) };
}

function spreadTerm(
  constraint: SpreadConstraint,
  workload: PlacementWorkload,
  table: MatcherTable,
): SpreadTerm {
  const matcher = table.ofSpread(constraint.selector, workload.namespace);
  return {
    constraint,
    topology: table.topology(constraint.topologyKey),
    perHost: matcher.perHost ?? new Int32Array(0),
    matchesItself: matchesSelector(constraint.selector, workload.labels),
  };
}

function heldTerms(workload: PlacementWorkload, table: MatcherTable): HeldTerm[] {
  const { podAffinity, podAntiAffinity } = workload.scheduling;
  const held = (kind: HolderKind, term: PodAffinityTerm, weight: number): HeldTerm => ({
    holder: table.holder(kind, term, workload.namespace),
    weight,
  });
  return [
    ...podAntiAffinity.required.map((term) => held("anti", term, 1)),
    ...podAffinity.required.map((term) => held("draws", term, REQUIRED_AFFINITY_WEIGHT)),
    ...podAffinity.preferred.map(({ term, weight }) => held("draws", term, weight)),
    ...podAntiAffinity.preferred.map(({ term, weight }) => held("averts", term, -weight)),
  ];
}
