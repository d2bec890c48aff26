/**
 * What a bound Pod takes: the most of what it wishes, what its node has promised and what it has,
 * which differ while it is resized in place. Source: k8s.io/component-helpers resource.
 */
import type { ExactList } from "../model/exact-quantity.ts";
import {
  arrayAt,
  isJsonObject,
  type JsonValue,
  member,
  objectAt,
  stringAt,
} from "../model/json.ts";
import {
  containerRequests,
  exactList,
  type Lists,
  overSteps,
  podLevelOf,
  raiseTo,
  type RequestParts,
  wishedRequests,
} from "./exact-amounts.ts";

type ListOf = (container: JsonValue) => ExactList;

/** A list that is there, be it empty; undefined when it is not. */
function listAt(value: JsonValue | undefined, ...keys: readonly string[]): ExactList | undefined {
  const found = member(value, ...keys);
  return isJsonObject(found) ? exactList(found) : undefined;
}

/** True when the node cannot do the resize that the spec asks for, so that the spec is void. */
function isInfeasible(status: JsonValue): boolean {
  const resize = arrayAt(status, "conditions").find(
    (condition) => stringAt(condition, "type") === "PodResizePending",
  );
  return resize !== undefined && stringAt(resize, "reason") === "Infeasible";
}

/** Requests of a Pod that is bound to a node, with what its status reports of them. */
export function takenRequests(pod: JsonValue): RequestParts {
  const spec = objectAt(pod, "spec");
  const status = objectAt(pod, "status");
  const wished = wishedRequests(spec);
  const isVoid = isInfeasible(status);
  const others = reportedLists(status, isVoid);
  return {
    ofContainers: (fill) => {
      const most: Lists = isVoid ? new Map() : wished.ofContainers(fill);
      for (const each of others) {
        raiseTo(most, isListOf(each) ? overSteps(spec, (item) => fill(each(item))) : each);
      }
      return most;
    },
    ofPod: wished.ofPod.size === 0 ? wished.ofPod : takenOfPod(status, wished.ofPod, isVoid),
    spec,
  };
}

const isListOf = (each: ListOf | ExactList): each is ListOf => typeof each === "function";

/** What is promised and what is there: of all containers together, or of each. */
function reportedLists(status: JsonValue, isVoid: boolean): readonly (ListOf | ExactList)[] {
  const promised = listAt(status, "allocatedResources");
  const actual = listAt(status, "resources", "requests");
  if (promised !== undefined && actual !== undefined) return [promised, actual];
  const reports = [
    ...arrayAt(status, "containerStatuses"),
    ...arrayAt(status, "initContainerStatuses"),
  ];
  const reportOf = (container: JsonValue): JsonValue | undefined => {
    const name = member(container, "name");
    return reports.find((report) => member(report, "name") === name);
  };
  const promisedOf: ListOf = (container) =>
    listAt(reportOf(container), "allocatedResources") ??
    (isVoid ? new Map() : containerRequests(container));
  const actualOf: ListOf = (container) =>
    listAt(reportOf(container), "resources", "requests") ?? promisedOf(container);
  return [promisedOf, actualOf];
}

function takenOfPod(status: JsonValue, wished: ExactList, isVoid: boolean): ExactList {
  if (!isJsonObject(member(status, "resources"))) return wished;
  const most: Lists = isVoid ? new Map() : new Map(wished);
  raiseTo(most, podLevelOf(member(status, "resources", "requests")));
  raiseTo(most, podLevelOf(member(status, "allocatedResources")));
  return most;
}
