/** Gives workloads the tags of the compute policies that hold for them (vsphere.policy API). */
import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, member, objectAt, stringAt } from "../model/json.ts";
import { matchesExpression } from "../model/selector.ts";
import type { Context } from "./context.ts";
import type { Document, TextMap } from "./document.ts";
import { textMap } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { readExpression } from "./selectors.ts";

/** Label that stands for a tag, so that a PlacementRule can select by it. */
const tagLabel = (tag: string): string => `tag.vpac.dev/${tag}`;

/**
 * A Mandatory policy holds for whatever matches in its namespace, an Optional one for VMs that name
 * it as well. To be called before rules are applied, since they see the labels.
 */
export function applyPolicies(drafts: Iterable<Draft>, context: Context): void {
  const policies = context.documentsOf(KEYS.computePolicy);
  if (policies.length === 0) return;
  for (const draft of drafts) {
    if (draft.workload === undefined) continue;
    const facts = factsOf(draft, context);
    for (const policy of policies) {
      const isHere = (policy.spec.namespace ?? "default") === (draft.namespace ?? "default");
      if (isHere && holds(policy, draft, facts)) addTags(draft, tagsOf(policy));
    }
  }
}

/** What a policy can look at. */
interface Facts {
  readonly labels: TextMap;
  readonly image: string | undefined;
  readonly imageLabels: TextMap;
  readonly guestId: string | undefined;
}

function factsOf({ attributes }: Draft, context: Context): Facts {
  const image = stringAt(attributes, "spec", "imageName");
  const document = image === undefined ? undefined : context.image(image);
  return {
    labels: textMap(objectAt(attributes, "metadata", "labels")),
    image,
    imageLabels: document?.labels ?? {},
    guestId: stringAt(attributes, "spec", "guestID"),
  };
}

function holds({ spec, value }: Document, { attributes }: Draft, facts: Facts): boolean {
  const policy = objectAt(value, "spec");
  const isNamed = arrayAt(attributes, "spec", "policies").some(
    (item) => stringAt(item, "name") === spec.name,
  );
  if (stringAt(policy, "enforcementMode") === "Optional" && !isNamed) return false;
  return matches(objectAt(policy, "match"), facts);
}

/** Image and workload must match; of the further matchers all, or one of them. */
function matches(match: JsonObject, facts: Facts): boolean {
  const others = arrayAt(match, "match").map(
    (other) => isJsonObject(other) && matches(other, facts),
  );
  const isOne = stringAt(match, "operation") === "Or";
  const isMatched = isOne && others.length > 0 ? others.includes(true) : !others.includes(false);
  return isMatched && matchesImage(match, facts) && matchesWorkload(match, facts);
}

const matchesImage = (match: JsonObject, { image, imageLabels }: Facts): boolean =>
  compares(member(match, "image", "name"), image) &&
  matchesLabels(arrayAt(match, "image", "labels"), imageLabels);

const matchesWorkload = (match: JsonObject, { labels, guestId }: Facts): boolean =>
  compares(member(match, "workload", "guest", "guestID"), guestId) &&
  compares(member(match, "workload", "guest", "guestFamily"), familyOf(guestId)) &&
  matchesLabels(arrayAt(match, "workload", "labels"), labels);

const matchesLabels = (requirements: readonly JsonValue[], labels: TextMap): boolean =>
  requirements.every((each) => matchesExpression(readExpression(each), labels));

/** What is not known equals nothing. */
function compares(matcher: JsonValue | undefined, actual: string | undefined): boolean {
  if (!isJsonObject(matcher)) return true;
  const isEqual = actual !== undefined && actual === stringAt(matcher, "value");
  return isEqual === (stringAt(matcher, "op") !== "NotEqual");
}

/** Families by how their identifiers begin; all others are those of Linux. */
const FAMILIES: readonly (readonly [prefix: string, family: string])[] = [
  ["darwin", "Darwin"],
  ["win", "Windows"],
  ["netware", "Netware"],
  ["solaris", "Solaris"],
  ["other", "Other"],
];

/** Family of a guest identifier such as `ubuntu64Guest` or `windows2019srv_64Guest`. */
function familyOf(guestId: string | undefined): string | undefined {
  if (guestId === undefined || guestId === "") return undefined;
  if (/linux/i.test(guestId)) return "Linux";
  return FAMILIES.find(([start]) => guestId.startsWith(start))?.[1] ?? "Linux";
}

const tagsOf = ({ value }: Document): readonly string[] =>
  arrayAt(value, "spec", "tags").filter((tag) => typeof tag === "string");

function addTags(draft: Draft, tags: readonly string[]): void {
  const metadata = objectAt(draft.attributes, "metadata");
  const given = Object.fromEntries(tags.map((tag) => [tagLabel(tag), "true"]));
  const labels = { ...objectAt(metadata, "labels"), ...given };
  draft.attributes = { ...draft.attributes, metadata: { ...metadata, labels } };
}
