/** What keeps a list of Kubernetes objects from being a cluster to plan in. */
import { readExact, roundedUp } from "./model/exact-quantity.ts";
import { arrayAt, isJsonObject, type JsonValue, member, stringAt } from "./model/json.ts";

/** Where a list is wrong, as a JSON pointer, and why; undefined when nothing is. */
export function faultOfList(list: JsonValue): string | undefined {
  const kind = stringAt(list, "kind");
  if (kind !== "List") return `/kind is ${kind ?? "missing"}, not List`;
  const seen = new Set<string>();
  let nodes = 0;
  for (const [index, item] of arrayAt(list, "items").entries()) {
    const fault = faultOfItem(item);
    if (fault !== undefined) return `/items/${index}${fault}`;
    const held = stringAt(item, "kind") ?? "";
    if (held === "Node") nodes++;
    const path = [stringAt(item, "metadata", "namespace"), stringAt(item, "metadata", "name")];
    const name = path.filter((part) => part !== undefined).join("/");
    if (seen.has(`${held} ${name}`)) {
      return `/items/${index}/metadata/name: ${held} ${name} is there twice`;
    }
    seen.add(`${held} ${name}`);
  }
  return nodes === 0 ? "/items holds no Node" : undefined;
}

function faultOfItem(item: JsonValue): string | undefined {
  const kind = stringAt(item, "kind");
  if (kind !== "Node" && kind !== "Pod" && kind !== "Namespace") {
    return `/kind is ${kind ?? "missing"}, not Node, Pod or Namespace`;
  }
  if (stringAt(item, "metadata", "name") === undefined) return "/metadata/name";
  if (kind === "Node") return faultOfNode(item);
  return kind === "Namespace" ? undefined : faultOfPod(item);
}

function faultOfNode(node: JsonValue): string | undefined {
  const missing = ["cpu", "memory", "pods"].find(
    (name) => member(node, "status", "allocatable", name) === undefined,
  );
  if (missing !== undefined) return `/status/allocatable/${missing} is missing`;
  return faultOfAmounts(node, ["status", "allocatable"], ["status", "capacity"]);
}

function faultOfPod(pod: JsonValue): string | undefined {
  if (stringAt(pod, "metadata", "namespace") === undefined) return "/metadata/namespace";
  if (arrayAt(pod, "spec", "containers").length === 0) return "/spec/containers";
  for (const list of ["containers", "initContainers"]) {
    for (const [index, container] of arrayAt(pod, "spec", list).entries()) {
      const fault = faultOfAmounts(container, ...RESOURCES);
      if (fault !== undefined) return `/spec/${list}/${index}${fault}`;
    }
  }
  const whole = RESOURCES.map((path) => ["spec", ...path]);
  return faultOfAmounts(pod, ["spec", "overhead"], ...whole);
}

const RESOURCES: readonly (readonly string[])[] = [
  ["resources", "requests"],
  ["resources", "limits"],
];

/** The first amount of these maps that is none, is below zero, or that nothing can count. */
function faultOfAmounts(
  value: JsonValue,
  ...paths: readonly (readonly string[])[]
): string | undefined {
  for (const path of paths) {
    const amounts = member(value, ...path);
    if (!isJsonObject(amounts)) continue;
    for (const [name, given] of Object.entries(amounts)) {
      const problem = problemOf(name, given);
      if (problem === undefined) continue;
      return `/${[...path, name].join("/")} is ${JSON.stringify(given)}, ${problem}`;
    }
  }
  return undefined;
}

function problemOf(name: string, given: JsonValue | undefined): string | undefined {
  const isScalar = typeof given === "string" || typeof given === "number";
  const amount = isScalar ? readExact(given) : undefined;
  if (amount === undefined) return "which is no quantity";
  if (amount.nano < 0n) return "below zero";
  const units = roundedUp(amount, name === "cpu" ? 1000 : 1);
  return Number.isSafeInteger(units) ? undefined : "more than can be counted";
}
