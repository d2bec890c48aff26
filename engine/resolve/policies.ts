import { compareText } from "../model/canonical.ts";
import type { PlacementPolicy } from "../model/desired.ts";
import { objectAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import { KEYS } from "./kind-keys.ts";
import { placementPolicy } from "./placement-policy.ts";

/** One policy per Supervisor's cluster, and the Environment's for every other cluster. */
export function policiesOf(context: Context): PlacementPolicy[] {
  const [environment] = context.documentsOf(KEYS.environment);
  const placement = objectAt(environment?.value, "spec", "placement");
  const general = placementPolicy(placement, undefined, context.read);
  const own = [...context.supervisors.values()]
    .map((supervisor) =>
      placementPolicy(
        objectAt(supervisor.document.value, "spec", "scheduling"),
        supervisor.cluster,
        context.read,
      ),
    )
    .sort((left, right) => compareText(left.cluster ?? "", right.cluster ?? ""));
  return [general, ...own];
}
