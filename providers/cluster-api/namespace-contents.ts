import type { Outcome } from "../../engine/contract/provider.ts";
import { arrayAt, stringAt } from "../../engine/model/json.ts";
import { CODES } from "./codes.ts";
import type { ApiResource, KubeObject, ObjectRef } from "./kube/types.ts";
import { isBeingDeleted, nameOf } from "./objects.ts";
import { failed } from "./problems.ts";
import type { Settling } from "./settle.ts";
import { newestOf } from "./types.ts";
import { inParallel } from "./waiting.ts";

const LISTS_AT_ONCE = 8;
const NAMED_MAX = 5;

/** What controllers put into every namespace, and what tells of the past only. */
const EVERYWHERE: readonly string[] = [
  "ConfigMap/kube-root-ca.crt",
  "ServiceAccount/default",
  "Secret/default-token",
];
const REPORTS: readonly string[] = ["events", "endpoints", "endpointslices", "leases"];

/**
 * Deleting a namespace deletes everything in it, so it has to be empty: the permit is for the
 * namespace alone. What may not be looked at may be there. Undefined when it is empty.
 */
export async function refusedByContents(
  ref: ObjectRef,
  settling: Settling,
): Promise<Outcome | undefined> {
  if (ref.kind !== "Namespace" || ref.apiVersion !== "v1") return undefined;
  const { client, time } = settling;
  const { signal } = time;
  const { resources, missing } = await client.resources({ signal });
  if (missing.length > 0) {
    const why = `${nameOf(ref)} may have objects of ${missing.join(", ")}, which nobody serves now`;
    return failed("transient", CODES.namespaceInUse, why);
  }
  const found = await inParallel(contentTypes(resources), LISTS_AT_ONCE, async (type) => {
    const options = { namespace: ref.name, metadataOnly: true, signal };
    const { items } = await client.list(type, options);
    return items.filter((item) => isContent(type, item)).map((item) => labelOf(type, item));
  });
  const names = found.flat();
  if (names.length === 0) return undefined;
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : "";
  const why = `${nameOf(ref)} still has ${names.slice(0, NAMED_MAX).join(", ")}${more} in it`;
  return failed("conflict", CODES.namespaceInUse, why);
}

const contentTypes = (resources: readonly ApiResource[]): readonly ApiResource[] =>
  newestOf(resources).filter(
    ({ namespaced, verbs, resource }) =>
      namespaced &&
      verbs.includes("list") &&
      verbs.includes("delete") &&
      !REPORTS.includes(resource),
  );

/** Parts go with their owner; what is being deleted already is nobody's loss. */
function isContent({ kind }: ApiResource, item: KubeObject): boolean {
  const name = `${kind}/${stringAt(item, "metadata", "name") ?? ""}`;
  const isOfEvery = EVERYWHERE.some((prefix) => name === prefix || name.startsWith(`${prefix}-`));
  const isPart = arrayAt(item, "metadata", "ownerReferences").length > 0;
  return !isOfEvery && !isPart && !isBeingDeleted(item);
}

const labelOf = ({ kind }: ApiResource, item: KubeObject): string =>
  `${kind} "${stringAt(item, "metadata", "name") ?? ""}"`;
