import { compareText } from "../../model/canonical.ts";
import type { DesiredState } from "../../model/desired.ts";
import type { Observation } from "../../model/observation.ts";
import type { NamespaceLabels, PlacementWorkload } from "../../model/placement.ts";
import { labelsOf } from "./workloads.ts";

/** Label that every namespace carries upstream. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** Every namespace in play with its labels: as declared, else as observed, else just its name. */
export function namespacesOf(
  desired: DesiredState,
  observation: Observation,
  workloads: readonly PlacementWorkload[],
): readonly NamespaceLabels[] {
  const labels = new Map<string, Readonly<Record<string, string>>>();
  for (const { namespace } of workloads) labels.set(namespace, {});
  for (const object of observation.objects) {
    if (object.kind === "ns") labels.set(object.name, labelsOf(object.attributes));
  }
  for (const [address, resource] of desired.resources) {
    if (address.startsWith("ns/")) labels.set(resource.name, labelsOf(resource.attributes));
  }
  return [...labels]
    .map(([name, own]) => ({ name, labels: { [NAME_LABEL]: name, ...own } }))
    .sort((left, right) => compareText(left.name, right.name));
}
