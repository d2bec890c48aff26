/** The only place where leave to destroy is made; nothing but `apply` may import it (law 7). */
import type { DestroyPermit } from "../contract/provider.ts";
import { assert } from "../diagnostics/assert.ts";
import type { OwnershipTag } from "../model/observation.ts";
import type { Plan, Step } from "../model/plan.ts";

export type MintPermit = (step: Step, tag: OwnershipTag) => DestroyPermit;

/**
 * Leave to destroy exactly what `plan` shows as destroyed: a removal that is one of its steps, at
 * an address whose change it lists as a delete or a replacement.
 */
export function openMint(plan: Plan): MintPermit {
  const removals = new Set(plan.steps.filter((step) => step.verb === "remove"));
  const shown = new Set<string>();
  for (const { address, action } of plan.changes) {
    if (action === "delete" || action === "replace") shown.add(address);
  }
  return (step, tag) => {
    assert(removals.has(step), `step ${step.id} is no removal of the plan`);
    assert(shown.has(step.address), `the plan does not show that ${step.address} is destroyed`);
    const permit: Omit<DestroyPermit, keyof PermitBrand> = {
      objectId: step.objectId,
      tag,
      address: step.address,
      kindKey: step.kindKey,
      apiVersion: step.apiVersion,
      kind: step.kind,
      namespace: step.namespace,
      name: step.name,
      planDigest: plan.digest,
      fromRevision: revisionOf(step),
      deadlineMs: step.deadlineMs,
    };
    return permit as DestroyPermit;
  };
}

const revisionOf = ({ expect }: Step): string | undefined =>
  expect === "absent" || "step" in expect ? undefined : expect.revision;

/** The brand exists in types only: a permit is told by where it was made, not by a member. */
type PermitBrand = Pick<DestroyPermit, Extract<keyof DestroyPermit, symbol>>;
