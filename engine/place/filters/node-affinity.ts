import type { MatchExpression, NodeSelectorTerm } from "../../model/scheduling.ts";
import { labelOf } from "../../model/selector.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { matchesField, matchesLabel, matchesRequiredAffinity } from "../classes/selectors.ts";
import { type Filter, PASS, type Trait } from "./filter.ts";

const labelTrait = (key: string, { hosts }: Ledger): Trait => ({
  name: `label ${key}`,
  of: (host) => labelOf(hosts[host]?.labels ?? {}, key),
});

const nameTrait = ({ hosts }: Ledger): Trait => ({
  name: "name",
  of: (host) => hosts[host]?.name,
});

/** Values that a requirement may answer in another way than any other; undefined where all may. */
function tellingValues({
  operator,
  values,
}: MatchExpression): readonly (string | undefined)[] | undefined {
  switch (operator) {
    case "In":
    case "NotIn":
      return values;
    case "Exists":
    case "DoesNotExist":
      return [undefined];
    default:
      return undefined;
  }
}

/** What each requirement of a term looks at. */
function partsOf(term: NodeSelectorTerm, ledger: Ledger): readonly Trait[] {
  const partOf = (trait: Trait, requirement: MatchExpression, passes: Trait["passes"]): Trait => {
    const only = tellingValues(requirement);
    return { ...trait, ...(passes && { passes }), ...(only && { only }) };
  };
  return [
    ...term.matchExpressions.map((each) =>
      partOf(labelTrait(each.key, ledger), each, (value) => matchesLabel(each, value)),
    ),
    ...term.matchFields.map((each) =>
      partOf(nameTrait(ledger), each, (name = "") => matchesField(each, name)),
    ),
  ];
}

/** Node selector and required node affinity, with `metadata.name` as the one field. */
export const nodeAffinity: Filter = {
  name: "NodeAffinity",
  origin: "kubernetes",
  scope: "host",
  reasons: [{ code: "node-affinity", curable: false }],
  isIdle: ({ workloadClass }) => {
    const { nodeSelector, nodeAffinity: wanted } = workloadClass.sample.scheduling;
    return wanted.required === undefined && Object.keys(nodeSelector).length === 0;
  },
  traits: ({ workloadClass }, ledger) => {
    const { nodeSelector, nodeAffinity: wanted } = workloadClass.sample.scheduling;
    const selected = Object.entries(nodeSelector).map(
      ([key, value]): Trait => ({
        ...labelTrait(key, ledger),
        passes: (given) => given === value,
        only: [value],
      }),
    );
    if (wanted.required === undefined) return selected;
    const [term, ...others] = wanted.required;
    // Of several terms one is enough, which no trait alone can tell.
    if (term === undefined || others.length > 0) return undefined;
    const parts = partsOf(term, ledger);
    return parts.length === 0 ? undefined : [...selected, ...parts];
  },
  test: (index, { workloadClass }, ledger) => {
    const host = ledger.hosts[index];
    if (host === undefined) return 0;
    const { scheduling } = workloadClass.sample;
    return matchesRequiredAffinity(scheduling, host.labels, host.name) ? PASS : 0;
  },
  describe: (index, { workloadClass }, ledger) => {
    const { nodeSelector } = workloadClass.sample.scheduling;
    const labels = ledger.hosts[index]?.labels ?? {};
    const missing = Object.entries(nodeSelector).find(([key, value]) => labels[key] !== value);
    if (missing === undefined) return { message: "the host matches no term of the node affinity" };
    return { message: `label ${missing[0]}=${missing[1]} of the node selector is missing` };
  },
};
