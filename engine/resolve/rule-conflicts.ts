import type { Address } from "../model/address.ts";
import { objectAt, pointerKeys } from "../model/json.ts";
import type { JsonObject } from "../model/json.ts";
import type { PodAffinityTerm } from "../model/scheduling.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import { named, problemAt, textMap } from "./document.ts";
import type { Draft } from "./draft.ts";
import type { AppliedRule } from "./placement-rules.ts";
import { matchesSelector } from "../model/selector.ts";

type Drafts = ReadonlyMap<Address, Draft>;
type WorkloadsOf = (namespace: string) => readonly Draft[];

function indexByNamespace(drafts: Drafts): WorkloadsOf {
  let index: Map<string, Draft[]> | undefined;
  return (namespace) => {
    if (index === undefined) {
      index = new Map();
      for (const draft of drafts.values()) {
        if (draft.workload === undefined) continue;
        const list = index.get(draft.namespace ?? "default");
        if (list === undefined) index.set(draft.namespace ?? "default", [draft]);
        else list.push(draft);
      }
    }
    return index.get(namespace) ?? [];
  };
}

const labelsOf = (attributes: JsonObject): Readonly<Record<string, string>> =>
  textMap(objectAt(attributes, "metadata", "labels"));

/** Workloads a term speaks of; terms over a namespace selector are left to placement. */
function matched(term: PodAffinityTerm, workloadsOf: WorkloadsOf): ReadonlySet<Draft> | undefined {
  const { selector, namespaces, namespaceSelector } = term;
  if (selector === undefined || namespaceSelector !== undefined) return undefined;
  const found = new Set<Draft>();
  for (const namespace of namespaces) {
    for (const draft of workloadsOf(namespace)) {
      if (matchesSelector(selector, labelsOf(draft.attributes))) found.add(draft);
    }
  }
  return found;
}

/**
 * True when a workload must share a place with one of `near` and with none of `far`, and every
 * candidate of the first is in the second.
 */
function excludes(self: Draft, near: ReadonlySet<Draft>, far: ReadonlySet<Draft>): boolean {
  let candidates = 0;
  for (const draft of near) {
    if (draft === self) continue;
    if (!far.has(draft)) return false;
    candidates++;
  }
  return candidates > 0;
}

/** Checks pairs of binding terms of single workloads; equal pairs are judged once. */
function termConflicts(drafts: Drafts, declared: ReadonlySet<string>, context: Context): void {
  const workloadsOf = indexByNamespace(drafts);
  const sets = new Map<PodAffinityTerm, ReadonlySet<Draft> | undefined>();
  const setOf = (term: PodAffinityTerm): ReadonlySet<Draft> | undefined => {
    if (!sets.has(term)) sets.set(term, matched(term, workloadsOf));
    return sets.get(term);
  };
  const told = new Set<string>();
  for (const draft of drafts.values()) {
    for (const { together, apart } of bindingPairs(draft)) {
      const key = `${together.rule} ${apart.rule}`;
      const isJudged = declared.has(together.rule) && declared.has(apart.rule);
      if (isJudged || told.has(key)) continue;
      const [near, far] = [setOf(together), setOf(apart)];
      if (near === undefined || far === undefined || !excludes(draft, near, far)) continue;
      told.add(key);
      reportTerms(draft, { together, apart }, context);
    }
  }
}

interface TermPair {
  readonly together: PodAffinityTerm;
  readonly apart: PodAffinityTerm;
}

/** Every binding affinity of a workload with every binding anti-affinity over the same topology. */
function bindingPairs(draft: Draft): readonly TermPair[] {
  const scheduling = draft.workload?.scheduling;
  if (scheduling === undefined || scheduling.podAffinity.required.length === 0) return NO_PAIRS;
  return scheduling.podAffinity.required.flatMap((together) =>
    scheduling.podAntiAffinity.required
      .filter((apart) => apart.topologyKey === together.topologyKey)
      .map((apart) => ({ together, apart })),
  );
}

const NO_PAIRS: readonly TermPair[] = Object.freeze([]);

/** Pointer of a rule that is a field of the workload's own document. */
function pointerIn(draft: Draft, rule: string): string {
  const own = draft.document.address;
  const pointer = rule.startsWith(`${own}/`) ? rule.slice(own.length) : "";
  return pointerKeys(pointer).length > 0 && draft.owner === undefined ? pointer : "";
}

function reportTerms(draft: Draft, pair: TermPair, context: Context): void {
  const { together, apart } = pair;
  context.report(
    problemAt(CODES.rulesConflict, draft.document, {
      pointer: pointerIn(draft, apart.rule) || pointerIn(draft, together.rule),
      detail:
        `${draft.address} must be together with what "${together.rule}" selects and apart from ` +
        `what "${apart.rule}" selects, and that is the same.`,
      help: ["weaken one of the two rules to `should`, or change what it selects"],
    }),
  );
}

/** Two PlacementRules that hold two workloads together and apart at once. */
function ruleConflicts(rules: readonly AppliedRule[], context: Context): void {
  const binding = rules.filter((rule) => rule.binding);
  const together = binding.filter((rule) => rule.type === "together");
  const apart = binding.filter((rule) => rule.type === "separate");
  for (const one of together) {
    const members = new Set(one.members);
    for (const other of apart) {
      if (one.topologyKey !== other.topologyKey) continue;
      const shared = other.members.filter((draft) => members.has(draft));
      if (shared.length < 2) continue;
      context.report(
        problemAt(CODES.rulesConflict, other.document, {
          pointer: "/spec",
          detail:
            `${named(one.document)} keeps ${shared.length} workloads together, among them ` +
            `${shared[0]?.address ?? ""}, and ${named(other.document)} keeps the same apart.`,
          help: ["set enforcement of one of the two rules to should"],
          related: [
            {
              message: `${named(one.document)} is here`,
              source: {
                path: one.document.spec.source.path,
                document: one.document.spec.source.index,
                pointer: "",
              },
            },
          ],
        }),
      );
    }
  }
}

/** Reports rules that cannot hold together (row D21), naming both. */
export function reportConflicts(
  rules: readonly AppliedRule[],
  drafts: Drafts,
  context: Context,
): void {
  ruleConflicts(rules, context);
  const declared = new Set<string>(rules.map((rule) => rule.document.address));
  termConflicts(drafts, declared, context);
}
