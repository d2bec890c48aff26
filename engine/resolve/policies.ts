import { compareText } from "../model/canonical.ts";
import type { PlacementPolicy } from "../model/desired.ts";
import { objectAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import { placementPolicy } from "./environment.ts";
import { KEYS } from "./kind-keys.ts";

/** One policy per Supervisor's cluster, and the Environment's for every other cluster. */
export function policiesOf(context: Context): PlacementPolicy[] {
  const [environment] = context.documentsOf(KEYS.environment);
  const general = placementPolicy(objectAt(environment?.value, "spec", "placement"), undefined);
  const own = [...context.supervisors.values()]
    .map((supervisor) =>
      placementPolicy(
        objectAt(supervisor.document.value, "spec", "scheduling"),
        supervisor.cluster,
      ),
    )
    .sort((left, right) => compareText(left.cluster ?? "", right.cluster ?? ""));
  return [general, ...own];
}
