import type { QosClass } from "../model/demand.ts";
import type { PodAmounts } from "./containers.ts";
import type { ResourceList } from "./quantities.ts";

const NAMES = ["cpu", "memory"] as const;

const statesNothing = (list: ResourceList): boolean =>
  NAMES.every((name) => (list[name] ?? 0) === 0);

const isFullyBound = (request: ResourceList, limit: ResourceList): boolean =>
  NAMES.every((name) => (limit[name] ?? 0) > 0 && (request[name] ?? 0) === limit[name]);

/**
 * Quality-of-service class by upstream's rule (rows S05-S07, fixture F1): init containers count
 * too, amounts of zero count as not given, and what a Pod states as a whole decides alone.
 */
export function qosClass(pod: PodAmounts): QosClass {
  const parts = pod.podLevel === undefined ? pod.containers : [pod.podLevel];
  if (parts.every((part) => statesNothing(part.request) && statesNothing(part.limit))) {
    return "BestEffort";
  }
  return parts.every((part) => isFullyBound(part.request, part.limit)) ? "Guaranteed" : "Burstable";
}
