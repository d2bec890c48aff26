import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, objectAt, stringAt } from "../model/json.ts";
import type { Container, PodAmounts } from "./containers.ts";
import { effectiveRequest, sumOverSteps } from "./containers.ts";
import type { QuantityReader, ResourceList } from "./quantities.ts";
import { formatAmount, quantityTexts } from "./quantities.ts";

/** One item of a LimitRange, or the container defaults of a supervisor namespace. */
export interface LimitItem {
  /** Name of the LimitRange, for messages. */
  readonly origin: string;
  readonly type: string;
  readonly min: ResourceList;
  readonly max: ResourceList;
  readonly default: ResourceList;
  readonly defaultRequest: ResourceList;
  readonly ratio: ResourceList;
}

/** Reads an item; for containers upstream lets max, default and min stand in for each other. */
function readItem(value: JsonObject, origin: string, read: QuantityReader): LimitItem {
  const type = stringAt(value, "type") ?? "Container";
  const [min, max] = [read.list(value["min"]), read.list(value["max"])];
  const isContainer = type === "Container";
  const limits = isContainer ? { ...max, ...read.list(value["default"]) } : {};
  const requests = isContainer ? { ...min, ...limits, ...read.list(value["defaultRequest"]) } : {};
  const ratio = read.list(value["maxLimitRequestRatio"]);
  return { origin, type, min, max, default: limits, defaultRequest: requests, ratio };
}

export function readLimitItems(
  items: readonly JsonValue[],
  origin: string,
  read: QuantityReader,
): LimitItem[] {
  return items.filter(isJsonObject).map((item) => readItem(item, origin, read));
}

function fill(list: ResourceList, defaults: ResourceList): ResourceList {
  const missing = Object.keys(defaults).filter((name) => list[name] === undefined);
  if (missing.length === 0) return list;
  const filled: Record<string, number> = { ...list };
  for (const name of missing) filled[name] = defaults[name] ?? 0;
  return filled;
}

/**
 * Fills missing limits and requests of every container from the namespace's items, first item
 * first (rows N12, S20). It comes before the class and the size are found.
 */
export function withDefaults(pod: PodAmounts, items: readonly LimitItem[]): PodAmounts {
  const defaults = items.filter((item) => item.type === "Container");
  if (defaults.length === 0) return pod;
  const containers = pod.containers.map((container) => {
    let { limit, request } = container;
    for (const item of defaults) {
      limit = fill(limit, item.default);
      request = fill(request, item.defaultRequest);
    }
    return { ...container, limit, request };
  });
  return { ...pod, containers };
}

/** The Pod's spec with the filled-in amounts written into its containers. */
export function writeAmounts(spec: JsonObject, pod: PodAmounts): JsonObject {
  const byName = new Map(pod.containers.map((container) => [container.name, container]));
  const rewrite = (value: JsonValue): JsonValue => {
    if (!isJsonObject(value)) return value;
    const container = byName.get(stringAt(value, "name") ?? "");
    if (container === undefined) return value;
    const limits = quantityTexts(container.limit);
    const requests = quantityTexts(container.request);
    if (Object.keys(limits).length + Object.keys(requests).length === 0) return value;
    const given = objectAt(value, "resources");
    return { ...value, resources: { ...given, requests, limits } };
  };
  const containers = arrayAt(spec, "containers").map(rewrite);
  if (spec["initContainers"] === undefined) return { ...spec, containers };
  return { ...spec, containers, initContainers: arrayAt(spec, "initContainers").map(rewrite) };
}

interface Subject {
  readonly words: string;
  readonly request: ResourceList;
  readonly limit: ResourceList;
}

function outOfBounds(subject: Subject, item: LimitItem): string[] {
  const { request, limit, words } = subject;
  const say = (name: string, amount: number, bound: number, relation: string): string =>
    `${words} has ${name} ${formatAmount(name, amount)}, ${relation} ` +
    `${formatAmount(name, bound)} of ${item.origin}.`;
  const low = Object.entries(item.min).flatMap(([name, bound]) => {
    const amount = request[name] ?? limit[name] ?? 0;
    return amount < bound ? [say(name, amount, bound, "less than the minimum")] : [];
  });
  const high = Object.entries(item.max).flatMap(([name, bound]) => {
    const amount = limit[name] ?? request[name] ?? 0;
    return amount > bound ? [say(name, amount, bound, "more than the maximum")] : [];
  });
  return [...low, ...high];
}

function aboveRatio(subject: Subject, item: LimitItem): string[] {
  return Object.entries(item.ratio).flatMap(([name, bound]) => {
    const limit = subject.limit[name];
    const request = subject.request[name] ?? 0;
    const times = name === "cpu" ? bound / 1000 : bound;
    if (limit !== undefined && request > 0 && limit <= request * times) return [];
    return [
      `${subject.words} has a ${name} limit of more than ${times} times its request, ` +
        `the most that ${item.origin} allows.`,
    ];
  });
}

function violationsOf(subject: Subject, item: LimitItem): string[] {
  return [...outOfBounds(subject, item), ...aboveRatio(subject, item)];
}

function requestsAboveLimits(container: Container): string[] {
  return Object.keys(container.limit).flatMap((name) => {
    const [request, limit] = [container.request[name] ?? 0, container.limit[name] ?? 0];
    return request > limit
      ? [
          `The container "${container.name}" requests ${formatAmount(name, request)} ${name}, ` +
            `more than its limit of ${formatAmount(name, limit)}.`,
        ]
      : [];
  });
}

/** Sentences about every bound the Pod breaks; empty when it may be admitted. */
export function limitViolations(pod: PodAmounts, items: readonly LimitItem[]): string[] {
  const found = pod.containers.flatMap(requestsAboveLimits);
  for (const item of items) {
    if (item.type === "Container") {
      for (const { name, request, limit } of pod.containers) {
        found.push(...violationsOf({ words: `The container "${name}"`, request, limit }, item));
      }
    } else if (item.type === "Pod") {
      const limit = sumOverSteps(pod.containers, (container) => container.limit);
      const request = effectiveRequest(pod);
      found.push(...violationsOf({ words: "The Pod as a whole", request, limit }, item));
    }
  }
  return found;
}

/** As `limitViolations`, for the storage request of a claim. */
export function claimViolations(request: ResourceList, items: readonly LimitItem[]): string[] {
  return items
    .filter((item) => item.type === "PersistentVolumeClaim")
    .flatMap((item) => violationsOf({ words: "The claim", request, limit: request }, item));
}
