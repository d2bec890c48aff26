/** What a stored Pod asks for, to the last digit. Source: k8s.io/component-helpers resource. */
import {
  addExact,
  type ExactList,
  type ExactQuantity,
  readExact,
  roundedUp,
} from "../model/exact-quantity.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, member } from "../model/json.ts";
import type { Amounts, QosClass } from "../model/demand.ts";

/** Amounts that are being added up. */
export type Lists = Map<string, ExactQuantity>;

/** Requests that a container counts in scores when it states none. */
const NON_ZERO: readonly (readonly [string, ExactQuantity])[] = [
  ["cpu", { nano: 100_000_000n, format: "decimal" }],
  ["memory", { nano: 200n * 2n ** 20n * 1_000_000_000n, format: "decimal" }],
];

/** A `requests` or `limits` map or a map of what a node has; what is no quantity is left out. */
export function exactList(value: JsonValue | undefined): ExactList {
  const list: Lists = new Map();
  if (!isJsonObject(value)) return list;
  for (const [name, given] of Object.entries(value)) {
    if (typeof given !== "string" && typeof given !== "number") continue;
    const amount = readExact(given);
    if (amount !== undefined) list.set(name, amount);
  }
  return list;
}

function addTo(list: Lists, other: ExactList): void {
  for (const [name, amount] of other) {
    const known = list.get(name);
    list.set(name, known === undefined ? amount : addExact(known, amount));
  }
}

/** Raises each amount to that of the other list where that is more. */
export function raiseTo(list: Lists, other: ExactList): void {
  for (const [name, amount] of other) {
    const known = list.get(name);
    if (known === undefined || amount.nano > known.nano) list.set(name, amount);
  }
}

/** App containers and sidecars together, or the worst step of the start, whichever is more. */
export function overSteps(spec: JsonObject, of: (container: JsonValue) => ExactList): Lists {
  const result: Lists = new Map();
  for (const container of arrayAt(spec, "containers")) addTo(result, of(container));
  const sidecars: Lists = new Map();
  const worst: Lists = new Map();
  for (const container of arrayAt(spec, "initContainers")) {
    const own = of(container);
    if (member(container, "restartPolicy") === "Always") {
      addTo(result, own);
      addTo(sidecars, own);
      raiseTo(worst, sidecars);
      continue;
    }
    const step: Lists = new Map(own);
    addTo(step, sidecars);
    raiseTo(worst, step);
  }
  raiseTo(result, worst);
  return result;
}

const isPodLevel = (name: string): boolean =>
  name === "cpu" || name === "memory" || name.startsWith("hugepages-");

/** Of the amounts of a list, those that a Pod may state as a whole. */
export const podLevelOf = (value: JsonValue | undefined): Lists =>
  new Map([...exactList(value)].filter(([name]) => isPodLevel(name)));

const podLevel = (spec: JsonObject, field: "requests" | "limits"): Lists =>
  podLevelOf(member(spec, "resources", field));

/** Requests that a container states. */
export const containerRequests = (container: JsonValue): ExactList =>
  exactList(member(container, "resources", "requests"));

function withOverhead(lists: Lists, spec: JsonObject, isLimit: boolean): ExactList {
  for (const [name, amount] of exactList(spec["overhead"])) {
    const known = lists.get(name);
    if (known !== undefined && !(isLimit && known.nano === 0n)) {
      lists.set(name, addExact(known, amount));
    } else if (!isLimit) lists.set(name, amount);
  }
  return lists;
}

/** Adds to what a container states. */
type Fill = (list: ExactList) => ExactList;

/** Requests of a Pod by part, before they are put together. */
export interface RequestParts {
  /** Those of its containers together, each filled up first. */
  readonly ofContainers: (fill: Fill) => Lists;
  /** Those of the Pod as a whole, which go before the containers'. */
  readonly ofPod: ExactList;
  readonly spec: JsonObject;
}

/** What a Pod asks for by its spec: nothing is defaulted here. */
export const wishedRequests = (spec: JsonObject): RequestParts => ({
  ofContainers: (fill) => overSteps(spec, (container) => fill(containerRequests(container))),
  ofPod: podLevel(spec, "requests"),
  spec,
});

const asStated: Fill = (list) => list;

/** Effective requests of a Pod as an API server stores it. */
export const exactRequests = (parts: RequestParts): ExactList => putTogether(parts, asStated);

function putTogether({ ofContainers, ofPod, spec }: RequestParts, fill: Fill): ExactList {
  const whole = ofContainers(fill);
  for (const [name, amount] of ofPod) whole.set(name, amount);
  return withOverhead(whole, spec, false);
}

/** Effective limits; overhead is added to those that are not zero. */
export function exactLimits(spec: JsonObject): ExactList {
  const limits = (container: JsonValue): ExactList =>
    exactList(member(container, "resources", "limits"));
  const whole = overSteps(spec, limits);
  for (const [name, amount] of podLevel(spec, "limits")) whole.set(name, amount);
  return withOverhead(whole, spec, true);
}

/** Requests for scores once a Pod is bound: upstream's stand-ins count for what nobody states. */
export function nonZeroBound(parts: RequestParts): Amounts {
  const isWhole = podLevel(parts.spec, "requests").size > 0;
  const stated = isWhole ? exactRequests(parts) : undefined;
  return amountsOf(putTogether(parts, fillWith(NON_ZERO.filter(([name]) => !stated?.has(name)))));
}

/** As `nonZeroBound`, while it waits: upstream's score reads no Pod-level resources there. */
export const nonZeroWaiting = (parts: RequestParts): Amounts =>
  amountsOf(putTogether({ ...parts, ofPod: new Map() }, fillWith(NON_ZERO)));

const fillWith =
  (standIns: typeof NON_ZERO): Fill =>
  (stated) => {
    const list: Lists = new Map(stated);
    for (const [name, amount] of standIns) if (!list.has(name)) list.set(name, amount);
    return list;
  };

const amountsOf = (list: ExactList): Amounts => ({
  cpuMillicores: roundedUp(list.get("cpu"), 1000),
  memoryBytes: roundedUp(list.get("memory"), 1),
});

/** Quality-of-service class of a stored Pod; what it states as a whole decides alone. */
export function exactQos(spec: JsonObject): QosClass {
  const isWhole = podLevel(spec, "requests").size + podLevel(spec, "limits").size > 0;
  const parts = isWhole
    ? [spec]
    : [...arrayAt(spec, "initContainers"), ...arrayAt(spec, "containers")];
  const classes = new Set(parts.flatMap((part) => resourceClasses(part)));
  const [only] = classes;
  return classes.size > 1 ? "Burstable" : (only ?? "BestEffort");
}

function resourceClasses(part: JsonValue): QosClass[] {
  const requests = exactList(member(part, "resources", "requests"));
  const limits = exactList(member(part, "resources", "limits"));
  return ["cpu", "memory"].map((name): QosClass => {
    const request = requests.get(name)?.nano ?? 0n;
    if (request !== (limits.get(name)?.nano ?? 0n)) return "Burstable";
    return request === 0n ? "BestEffort" : "Guaranteed";
  });
}
