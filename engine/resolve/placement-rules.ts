import type { JsonObject } from "../model/json.ts";
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from "../model/json.ts";
import type {
  LabelSelector,
  MatchExpression,
  MatchOperator,
  NodeAffinity,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  SchedulingTerms,
} from "../model/scheduling.ts";
import { isRuleApplied } from "./balance.ts";
import type { Context } from "./context.ts";
import type { Document, TextMap } from "./document.ts";
import { EMPTY_TEXTS, textMap } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { HOST_TOPOLOGY } from "./scheduling.ts";
import { matchesSelector } from "../model/selector.ts";
import { readSelector } from "./selectors.ts";

/** A PlacementRule with the workloads it holds for. */
export interface AppliedRule {
  readonly document: Document;
  readonly type: "together" | "separate" | "on-hosts" | "off-hosts";
  readonly binding: boolean;
  readonly topologyKey: string;
  readonly members: readonly Draft[];
}

const fieldTerm = (operator: "In" | "NotIn", names: readonly string[]): MatchExpression[] =>
  names.map((name) => ({ key: "metadata.name", operator, values: [name] }));

/** One alternative per name: upstream allows a field expression one value. */
const nameTerms = (names: readonly string[]): NodeSelectorTerm[] =>
  fieldTerm("In", names).map((expression) => ({ matchExpressions: [], matchFields: [expression] }));

function bothOf(
  left: readonly NodeSelectorTerm[] | undefined,
  right: readonly NodeSelectorTerm[],
): readonly NodeSelectorTerm[] {
  if (left === undefined) return right;
  return left.flatMap((one) =>
    right.map((other) => ({
      matchExpressions: [...one.matchExpressions, ...other.matchExpressions],
      matchFields: [...one.matchFields, ...other.matchFields],
    })),
  );
}

/** The affinity narrowed to the named hosts. */
export function onHosts(affinity: NodeAffinity, names: readonly string[]): NodeAffinity {
  return { ...affinity, required: bothOf(affinity.required, nameTerms(names)) };
}

const OPPOSITE: Readonly<Record<MatchOperator, MatchOperator | undefined>> = {
  In: "NotIn",
  NotIn: "In",
  Exists: "DoesNotExist",
  DoesNotExist: "Exists",
  Gt: undefined,
  Lt: undefined,
};

function expressionsOf(selector: LabelSelector): MatchExpression[] {
  const equal = Object.entries(selector.matchLabels).map(
    ([key, value]): MatchExpression => ({ key, operator: "In", values: [value] }),
  );
  return [...equal, ...selector.matchExpressions];
}

/** Alternatives that together say: one of these hosts, or none of them. */
function hostTerms(hosts: JsonObject, isOn: boolean): NodeSelectorTerm[] {
  const names = arrayAt(hosts, "names").filter((name) => typeof name === "string");
  const selector = readSelector(hosts);
  const expressions = selector === undefined ? [] : expressionsOf(selector);
  if (isOn) {
    const byLabel = { matchExpressions: expressions, matchFields: [] };
    return [...nameTerms(names), ...(expressions.length === 0 ? [] : [byLabel])];
  }
  const matchFields = fieldTerm("NotIn", names);
  const negated = expressions.flatMap((expression): MatchExpression[] => {
    const operator = OPPOSITE[expression.operator];
    return operator === undefined ? [] : [{ ...expression, operator }];
  });
  if (negated.length === 0) return [{ matchExpressions: [], matchFields }];
  return negated.map((expression) => ({ matchExpressions: [expression], matchFields }));
}

const labelsOf = (draft: Draft): TextMap =>
  textMap(objectAt(draft.attributes, "metadata", "labels"));

/** Members are named `name`, `kind/name` or by address. */
function isNamed(draft: Draft, names: readonly string[]): boolean {
  return names.some(
    (name) =>
      name === draft.name || name === draft.address || name === `${draft.kind}/${draft.name}`,
  );
}

/** Label that stands for being named by a rule, since terms select by labels alone. */
const memberLabel = (rule: Document): string => `rule.vpac.dev/${rule.spec.name}`;

function withLabel(draft: Draft, label: string): void {
  const metadata = objectAt(draft.attributes, "metadata");
  const labels = { ...objectAt(metadata, "labels"), [label]: "member" };
  draft.attributes = { ...draft.attributes, metadata: { ...metadata, labels } };
}

function addTerm(
  affinity: PodAffinity,
  term: PodAffinityTerm,
  weight: number | undefined,
): PodAffinity {
  return weight === undefined
    ? { ...affinity, required: [...affinity.required, term] }
    : { ...affinity, preferred: [...affinity.preferred, { weight, term }] };
}

function changeScheduling(draft: Draft, change: (terms: SchedulingTerms) => SchedulingTerms): void {
  const { workload } = draft;
  if (workload !== undefined) {
    draft.workload = { ...workload, scheduling: change(workload.scheduling) };
  }
}

function applyHosts(rule: AppliedRule, spec: JsonObject): void {
  const alternatives = hostTerms(objectAt(spec, "hosts"), rule.type === "on-hosts");
  const weight = numberAt(spec, "weight") ?? 100;
  for (const draft of rule.members) {
    changeScheduling(draft, (terms) => {
      const { required, preferred } = terms.nodeAffinity;
      const added = alternatives.map((term) => ({ weight, term }));
      const nodeAffinity = rule.binding
        ? { required: bothOf(required, alternatives), preferred }
        : { required, preferred: [...preferred, ...added] };
      return { ...terms, nodeAffinity };
    });
  }
}

function applyBetween(rule: AppliedRule, spec: JsonObject, selector: LabelSelector): void {
  const term: PodAffinityTerm = {
    selector,
    namespaces: [rule.document.spec.namespace ?? "default"],
    namespaceSelector: undefined,
    topologyKey: rule.topologyKey,
    rule: rule.document.address,
  };
  const weight = rule.binding ? undefined : (numberAt(spec, "weight") ?? 100);
  const side = rule.type === "together" ? "podAffinity" : "podAntiAffinity";
  for (const draft of rule.members) {
    changeScheduling(draft, (terms) => ({ ...terms, [side]: addTerm(terms[side], term, weight) }));
  }
}

const TYPES = ["together", "separate", "on-hosts", "off-hosts"] as const;

function applyRule(document: Document, workloads: readonly Draft[]): AppliedRule | undefined {
  const spec = objectAt(document.value, "spec");
  const type = TYPES.find((known) => known === stringAt(spec, "type"));
  if (type === undefined) return undefined;
  const names = arrayAt(spec, "members").filter((name) => typeof name === "string");
  const byLabels = isJsonObject(spec["select"]) ? readSelector(spec["select"]) : undefined;
  const members = workloads.filter((draft) =>
    names.length > 0
      ? isNamed(draft, names)
      : matchesSelector(byLabels ?? EVERYTHING, labelsOf(draft)),
  );
  const binding = stringAt(spec, "enforcement") !== "should";
  const topologyKey = stringAt(spec, "topologyKey") ?? HOST_TOPOLOGY;
  const rule: AppliedRule = { document, type, binding, topologyKey, members };
  if (type === "on-hosts" || type === "off-hosts") {
    applyHosts(rule, spec);
    return rule;
  }
  const label = memberLabel(document);
  if (names.length > 0) for (const draft of members) withLabel(draft, label);
  const named = { matchLabels: { [label]: "member" }, matchExpressions: [] };
  applyBetween(rule, spec, names.length > 0 ? named : (byLabels ?? EVERYTHING));
  return rule;
}

const EVERYTHING: LabelSelector = { matchLabels: EMPTY_TEXTS, matchExpressions: [] };

/**
 * Merges every PlacementRule into the scheduling terms of the workloads of its namespace: what
 * must be filters, what should be scores (row D21).
 */
export function applyRules(drafts: Iterable<Draft>, context: Context): AppliedRule[] {
  const rules = context.documentsOf(KEYS.placementRule);
  if (rules.length === 0) return [];
  const byNamespace = new Map<string, Draft[]>();
  for (const draft of drafts) {
    if (draft.workload === undefined) continue;
    const namespace = draft.namespace ?? "default";
    const list = byNamespace.get(namespace);
    if (list === undefined) byNamespace.set(namespace, [draft]);
    else list.push(draft);
  }
  return rules.flatMap((document) => {
    const { name, namespace = "default" } = document.spec;
    if (!isRuleApplied(name, namespace, context)) return [];
    const workloads = byNamespace.get(namespace) ?? [];
    return applyRule(document, workloads) ?? [];
  });
}
