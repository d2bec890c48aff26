import { canonicalJson } from "../../model/canonical.ts";
import type { Host } from "../../model/host.ts";
import type { JsonValue } from "../../model/json.ts";
import type { NamespaceLabels } from "../../model/placement.ts";
import type { LabelSelector, PodAffinityTerm } from "../../model/scheduling.ts";
import { isEmptySelector, type Labels, matchesSelector } from "../../model/selector.ts";
import { Sums } from "../basics/sums.ts";
import { type Topology, topologyOf } from "./topology.ts";

/** One question asked of a workload: is it in these namespaces and does the selector match it? */
interface Atom {
  readonly selector: LabelSelector | undefined;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
}

/** Counts the placed workloads that match all of its atoms, per domain of each topology in use. */
export interface Matcher {
  readonly id: number;
  readonly atoms: readonly Atom[];
  readonly counts: Map<Topology, Sums>;
  /** What stands behind `counts`. */
  readonly counters: Counter[];
  /** Per host; present only where a spread constraint asks for it. */
  perHost: Int32Array | undefined;
  /** Terms of other workloads that hold against whoever matches. */
  readonly antiHolders: Holder[];
  readonly scoreHolders: Holder[];
}

/** One sum per domain of a topology. */
export class Counter {
  readonly topology: Topology;
  readonly values: Sums;
  /** Domains whose sum is not 0. */
  used = 0;
  /** Grows whenever a sum becomes 0 or is it no more. */
  turns = 0;

  constructor(topology: Topology) {
    this.topology = topology;
    this.values = new Sums(topology.domainCount);
  }

  /** Adds to the domain of a host; hosts without one count nowhere. */
  add(host: number, amount: number): void {
    const domain = this.topology.domainOf[host] ?? -1;
    if (domain < 0) return;
    const before = this.values.at(domain);
    const after = before + amount;
    this.values.add(domain, amount);
    const more = (after === 0 ? 0 : 1) - (before === 0 ? 0 : 1);
    this.used += more;
    if (more !== 0) this.turns++;
  }
}

/** Terms held by placed workloads, summed per domain of their topology. */
export interface Holder {
  readonly matcher: Matcher;
  readonly topology: Topology;
  readonly rule: string;
  readonly weights: Sums;
  readonly counter: Counter;
}

/** What a placed workload makes of those that it names: keeps them off, draws or averts them. */
export type HolderKind = "anti" | "draws" | "averts";

interface Subject {
  readonly namespace: string;
  readonly labels: Labels;
}

/**
 * All selectors of the problem, each kept once, with an index that finds those matching a
 * workload without asking every one of them.
 */
export class MatcherTable {
  readonly #hosts: readonly Host[];
  readonly #namespaceLabels: ReadonlyMap<string, Labels>;
  readonly #topologies = new Map<string, Topology>();
  readonly #matchers = new Map<string, Matcher>();
  readonly #holders = new Map<string, Holder>();
  /** Matchers that need a certain label value, by `key=value`; the rest under the empty text. */
  readonly #byLabel = new Map<string, Matcher[]>();
  /** Grows when something is counted from now on: what was placed before is not in it. */
  revision = 0;

  constructor(hosts: readonly Host[], namespaces: readonly NamespaceLabels[]) {
    this.#hosts = hosts;
    this.#namespaceLabels = new Map(namespaces.map((item) => [item.name, item.labels]));
  }

  topology(key: string): Topology {
    let topology = this.#topologies.get(key);
    if (topology === undefined) {
      topology = topologyOf(key, this.#hosts);
      this.#topologies.set(key, topology);
    }
    return topology;
  }

  /** The matcher for all of `terms` at once; `namespace` is that of the workload that has them. */
  ofTerms(terms: readonly PodAffinityTerm[], namespace: string): Matcher {
    return this.#intern(terms.map((term) => atomOf(term, namespace)));
  }

  /** The matcher of a spread constraint, which looks at its own namespace only. */
  ofSpread(selector: LabelSelector | undefined, namespace: string): Matcher {
    // Upstream counts no Pods for an empty selector, though it says that the workload matches.
    const counted = selector !== undefined && isEmptySelector(selector) ? undefined : selector;
    const namespaces = new Set([namespace]);
    const matcher = this.#intern([{ selector: counted, namespaces, namespaceSelector: undefined }]);
    if (matcher.perHost === undefined) {
      this.revision++;
      matcher.perHost = new Int32Array(this.#hosts.length);
    }
    return matcher;
  }

  /** Counts of one matcher by domain; made on first use, before anything is placed. */
  counterOf(matcher: Matcher, topology: Topology): Counter {
    let counter = matcher.counters.find((known) => known.topology === topology);
    if (counter === undefined) {
      this.revision++;
      counter = new Counter(topology);
      matcher.counters.push(counter);
      matcher.counts.set(topology, counter.values);
    }
    return counter;
  }

  /**
   * Terms of placed workloads that speak of others: required anti-affinity, or score weights.
   * Weights for and against are kept apart, as a sum of 0 would say that nobody holds any.
   */
  holder(kind: HolderKind, term: PodAffinityTerm, namespace: string): Holder {
    const matcher = this.ofTerms([term], namespace);
    // Score weights of all rules add up; anti-affinity keeps the rule to name it.
    const rule = kind === "anti" ? term.rule : "";
    const name = [kind, String(matcher.id), term.topologyKey, rule].join(" ");
    let holder = this.#holders.get(name);
    if (holder === undefined) {
      this.revision++;
      const topology = this.topology(term.topologyKey);
      const counter = new Counter(topology);
      holder = { matcher, topology, rule: term.rule, weights: counter.values, counter };
      this.#holders.set(name, holder);
      (kind === "anti" ? matcher.antiHolders : matcher.scoreHolders).push(holder);
    }
    return holder;
  }

  /** All matchers that a workload with these labels satisfies. */
  matching(subject: Subject): readonly Matcher[] {
    const found: Matcher[] = [];
    const collect = (candidates: readonly Matcher[] | undefined): void => {
      for (const matcher of candidates ?? []) {
        if (this.satisfies(matcher, subject)) found.push(matcher);
      }
    };
    collect(this.#byLabel.get(""));
    for (const [key, value] of Object.entries(subject.labels)) {
      collect(this.#byLabel.get(`${key}=${value}`));
    }
    return found;
  }

  satisfies(matcher: Matcher, subject: Subject): boolean {
    return matcher.atoms.every(
      (atom) =>
        this.#isInNamespace(atom, subject.namespace) &&
        matchesSelector(atom.selector, subject.labels),
    );
  }

  #isInNamespace(atom: Atom, namespace: string): boolean {
    if (atom.namespaces.has(namespace)) return true;
    if (atom.namespaceSelector === undefined) return false;
    return matchesSelector(atom.namespaceSelector, this.#namespaceLabels.get(namespace) ?? {});
  }

  #intern(atoms: readonly Atom[]): Matcher {
    const name = atoms.map((atom) => nameOf(atom)).join("\n");
    let matcher = this.#matchers.get(name);
    if (matcher === undefined) {
      matcher = {
        id: this.#matchers.size,
        atoms,
        counts: new Map(),
        counters: [],
        perHost: undefined,
        antiHolders: [],
        scoreHolders: [],
      };
      this.#matchers.set(name, matcher);
      const bucket = bucketOf(atoms);
      const bucketed = this.#byLabel.get(bucket);
      if (bucketed === undefined) this.#byLabel.set(bucket, [matcher]);
      else bucketed.push(matcher);
    }
    return matcher;
  }
}

function atomOf(term: PodAffinityTerm, namespace: string): Atom {
  const own = term.namespaces.length === 0 && term.namespaceSelector === undefined;
  return {
    selector: term.selector,
    namespaces: new Set(own ? [namespace] : term.namespaces),
    namespaceSelector: term.namespaceSelector,
  };
}

const nameOf = (atom: Atom): string =>
  canonicalJson({
    selector: (atom.selector ?? null) as JsonValue,
    namespaces: [...atom.namespaces].sort(),
    namespaceSelector: (atom.namespaceSelector ?? null) as JsonValue,
  });

/** A label that every match must have; the empty text where the selectors name none. */
function bucketOf(atoms: readonly Atom[]): string {
  for (const atom of atoms) {
    for (const [key, value] of Object.entries(atom.selector?.matchLabels ?? {})) {
      return `${key}=${value}`;
    }
    for (const expression of atom.selector?.matchExpressions ?? []) {
      if (expression.operator === "In" && expression.values.length === 1) {
        return `${expression.key}=${expression.values[0] ?? ""}`;
      }
    }
  }
  return "";
}
