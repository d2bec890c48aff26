import type { Address } from "../model/address.ts";
import { compareAddress } from "../model/address.ts";
import type { DisruptionGroup } from "../model/desired.ts";
import { objectAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import { textMap } from "./document.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { allowedByBudget, smallerWaves, underBudget } from "./rollout.ts";
import { matchesSelector } from "../model/selector.ts";
import { readSelector } from "./selectors.ts";

/** Workloads of the budget's namespace that it selects. */
function selected(document: Document, drafts: Iterable<Draft>): Draft[] {
  const selector = readSelector(objectAt(document.value, "spec")["selector"]);
  if (selector === undefined) return [];
  const found: Draft[] = [];
  for (const draft of drafts) {
    if (draft.workload === undefined || draft.namespace !== document.spec.namespace) continue;
    const labels = textMap(objectAt(draft.attributes, "metadata", "labels"));
    if (matchesSelector(selector, labels)) found.push(draft);
  }
  return found;
}

/** Workloads without a controller belong to the budget's own group. */
function joinGroups(members: readonly Draft[], budget: Address): void {
  for (const draft of members) {
    const { workload } = draft;
    if (workload !== undefined && workload.group === undefined) {
      draft.workload = { ...workload, group: budget };
    }
  }
}

function renumber(group: DisruptionGroup, drafts: Iterable<Draft>): void {
  const members = [...drafts].filter((draft) => draft.workload?.group === group.group);
  const waves = smallerWaves(
    members.map((draft) => draft.workload?.rolloutWave ?? 0),
    group,
  );
  members.forEach((draft, index) => {
    const { workload } = draft;
    const rolloutWave = waves[index] ?? 0;
    if (workload !== undefined) draft.workload = { ...workload, rolloutWave };
    if (group.maxUnavailable === 0) draft.rules = { ...draft.rules, replaceOrder: "create-first" };
  });
}

/** Narrows every group to what PodDisruptionBudgets allow, and its waves with it. */
export function applyBudgets(
  drafts: ReadonlyMap<Address, Draft>,
  context: Context,
): DisruptionGroup[] {
  const groups = new Map(context.disruption.map((group) => [group.group, group]));
  for (const document of context.documentsOf(KEYS.disruptionBudget)) {
    const members = selected(document, drafts.values());
    if (members.length === 0) continue;
    const allowed = allowedByBudget(objectAt(document.value, "spec"), members.length);
    joinGroups(members, document.address);
    const touched = new Set(members.map((draft) => draft.workload?.group ?? document.address));
    for (const address of touched) {
      const before = groups.get(address) ?? {
        group: address,
        maxUnavailable: members.length,
        maxSurge: 0,
      };
      const after = underBudget(before, allowed);
      groups.set(address, after);
      renumber(after, members);
    }
  }
  return [...groups.values()].sort((left, right) => compareAddress(left.group, right.group));
}
