import type { Address } from "../model/address.ts";
import type { ChangeRules, DesiredResource, DesiredState } from "../model/desired.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { JsonObject } from "../model/json.ts";
import type { ObservedObject, Observation } from "../model/observation.ts";
import type { RecordedResource, RecordedState } from "../model/recorded.ts";
import type { Compare } from "./structural.ts";
import { comparer, isSame } from "./structural.ts";
import type { World } from "./world.ts";

/** Which resources a run is about; globs of addresses. */
export interface Selection {
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

export interface DiffInput {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly recorded: RecordedState;
  readonly mode: "apply" | "destroy";
  /** Undefined selects everything. */
  readonly selection?: Selection | undefined;
  /** Globs of addresses that shall be replaced whatever differs. */
  readonly replace?: readonly string[] | undefined;
}

/** What deciding about one address needs to know of all the others. */
export interface DecideContext {
  readonly input: DiffInput;
  readonly world: World;
  readonly compareFor: (rules: ChangeRules) => Compare;
  /** What the object holds: the recorded attributes themselves where nobody changed it. */
  readonly observedOf: (recorded: RecordedResource, object: ObservedObject) => JsonObject;
  readonly isReplaceAsked: (resource: DesiredResource) => boolean;
  readonly report: (problem: Diagnostic) => void;
  /** Hosts that are about to go: their workloads have to leave. */
  readonly leavingHosts: ReadonlySet<string>;
  /** Guest clusters found so far that are replaced: a new cluster has new nodes. */
  readonly remadeClusters: Set<Address>;
}

/** One comparison per set of rules, so that pointers are taken apart once. */
export function comparisons(): DecideContext["compareFor"] {
  const known = new WeakMap<ChangeRules, Compare>();
  return (rules) => {
    let compare = known.get(rules);
    if (compare === undefined) {
      compare = comparer(rules);
      known.set(rules, compare);
    }
    return compare;
  };
}

/** Compares record and object once; both the decision and the drift ask. */
export function observations(): DecideContext["observedOf"] {
  const known = new Map<RecordedResource, JsonObject>();
  return (recorded, object) => {
    let attributes = known.get(recorded);
    if (attributes === undefined) {
      const isUntouched = isSame(recorded.attributes, object.attributes);
      attributes = isUntouched ? recorded.attributes : object.attributes;
      known.set(recorded, attributes);
    }
    return attributes;
  };
}

/** Every address that is declared or recorded, in address order. */
export function allAddresses(input: DiffInput): Address[] {
  const addresses = new Set<Address>(input.desired.resources.keys());
  for (const address of input.recorded.resources.keys()) addresses.add(address);
  return [...addresses].sort();
}
