import type { Amounts, Demand } from "../model/demand.ts";
import type { JsonObject } from "../model/json.ts";
import type { QuantityReader, ResourceList } from "./quantities.ts";
import { addLists, EMPTY_LIST, maxLists } from "./quantities.ts";
import { arrayAt, isJsonObject, member, objectAt, stringAt } from "../model/json.ts";

/** `sidecar`: an init container that keeps running (`restartPolicy: Always`). */
type ContainerRole = "app" | "init" | "sidecar";

/** The amounts of one container after every default has been applied. */
export interface Container {
  readonly name: string;
  readonly role: ContainerRole;
  readonly request: ResourceList;
  readonly limit: ResourceList;
}

/** A Pod as far as amounts go: its containers in start order and what it states as a whole. */
export interface PodAmounts {
  readonly containers: readonly Container[];
  /** Pod-level `resources`; undefined when the Pod states none. */
  readonly podLevel: { readonly request: ResourceList; readonly limit: ResourceList } | undefined;
  readonly overhead: ResourceList;
}

/** A limit without a request is also the request (upstream's defaulting, row S06). */
function withLimitAsRequest(request: ResourceList, limit: ResourceList): ResourceList {
  const missing = Object.keys(limit).filter((name) => request[name] === undefined);
  if (missing.length === 0) return request;
  const filled: Record<string, number> = { ...request };
  for (const name of missing) filled[name] = limit[name] ?? 0;
  return filled;
}

function readContainer(value: JsonObject, role: ContainerRole, read: QuantityReader): Container {
  const limit = read.list(member(value, "resources", "limits"));
  const request = read.list(member(value, "resources", "requests"));
  const name = stringAt(value, "name") ?? "";
  return { name, role, limit, request: withLimitAsRequest(request, limit) };
}

/** Reads the amounts of a Pod's spec; limits already stand in for missing requests. */
export function readPodAmounts(spec: JsonObject, read: QuantityReader): PodAmounts {
  const containers: Container[] = [];
  for (const value of arrayAt(spec, "initContainers")) {
    if (!isJsonObject(value)) continue;
    const role = value["restartPolicy"] === "Always" ? "sidecar" : "init";
    containers.push(readContainer(value, role, read));
  }
  for (const value of arrayAt(spec, "containers")) {
    if (isJsonObject(value)) containers.push(readContainer(value, "app", read));
  }
  const overhead = read.list(spec["overhead"]);
  if (!isJsonObject(spec["resources"])) return { containers, podLevel: undefined, overhead };
  const limit = read.list(objectAt(spec, "resources", "limits"));
  const stated = read.list(objectAt(spec, "resources", "requests"));
  const request = podLevelRequest(containers, stated, limit);
  return { containers, podLevel: { request, limit }, overhead };
}

/** Upstream fills a Pod-level request from its containers first, then from the Pod's limit. */
function podLevelRequest(
  containers: readonly Container[],
  stated: ResourceList,
  limit: ResourceList,
): ResourceList {
  const fromContainers = sumOverSteps(containers, (container) => container.request);
  const request: Record<string, number> = { ...limit };
  for (const name of Object.keys(limit)) {
    const sum = fromContainers[name];
    if (sum !== undefined && sum > 0) request[name] = sum;
  }
  return { ...request, ...stated };
}

/**
 * What a Pod needs at its worst moment: all app containers and sidecars together, or one init
 * step, which is that init container and the sidecars started before it (row S04).
 */
export function sumOverSteps(
  containers: readonly Container[],
  of: (container: Container) => ResourceList,
): ResourceList {
  if (containers.length === 1) return of(containers[0] as Container);
  let running = EMPTY_LIST;
  let worstStep = EMPTY_LIST;
  for (const container of containers) {
    const amounts = of(container);
    if (container.role === "init") worstStep = maxLists(worstStep, addLists(running, amounts));
    else running = addLists(running, amounts);
  }
  return worstStep === EMPTY_LIST ? running : maxLists(worstStep, running);
}

/** The effective request the scheduler counts, overhead included (row S04). */
export function effectiveRequest(pod: PodAmounts): ResourceList {
  const sum = sumOverSteps(pod.containers, (container) => container.request);
  const whole = pod.podLevel === undefined ? sum : { ...sum, ...pod.podLevel.request };
  return addLists(whole, pod.overhead);
}

/** CPU and memory that a container counts in scores when it asked for none (upstream's figures). */
const SCORE_CPU_MILLICORES = 100;
const SCORE_MEMORY_BYTES = 200 * 2 ** 20;

/** Requests with upstream's stand-ins for containers that gave none; used by scores only. */
export function nonZeroRequest(pod: PodAmounts): Pick<Demand["request"], NonZeroName> {
  const waiting = nonZeroOf(pod, { cpu: SCORE_CPU_MILLICORES, memory: SCORE_MEMORY_BYTES }, {});
  const level = pod.podLevel?.request;
  if (level === undefined || Object.keys(level).length === 0) return { nonZero: waiting };
  // Where the Pod or any container states an amount, no other container gets a stand-in for it.
  const stated = effectiveRequest(pod);
  const standIns = {
    ...(stated["cpu"] === undefined ? { cpu: SCORE_CPU_MILLICORES } : {}),
    ...(stated["memory"] === undefined ? { memory: SCORE_MEMORY_BYTES } : {}),
  };
  return { nonZero: nonZeroOf(pod, standIns, level), nonZeroWaiting: waiting };
}

type NonZeroName = "nonZero" | "nonZeroWaiting";

function nonZeroOf(pod: PodAmounts, standIns: ResourceList, level: ResourceList): Amounts {
  const sum = sumOverSteps(pod.containers, ({ request }) => ({ ...standIns, ...request }));
  const whole = { ...sum, ...level };
  return {
    cpuMillicores: (whole["cpu"] ?? 0) + (pod.overhead["cpu"] ?? 0),
    memoryBytes: (whole["memory"] ?? 0) + (pod.overhead["memory"] ?? 0),
  };
}

/** As `nonZeroRequest`, for a VM with the given reservation. */
export function nonZeroReservation(reservation: Amounts): Amounts {
  return {
    cpuMillicores: reservation.cpuMillicores || SCORE_CPU_MILLICORES,
    memoryBytes: reservation.memoryBytes || SCORE_MEMORY_BYTES,
  };
}

/**
 * The limit of the whole Pod per resource: stated for the Pod, or the sum when every container
 * has one; undefined where any has none, since the VM is then unlimited (row R02).
 */
export function podLimit(pod: PodAmounts, name: "cpu" | "memory"): number | undefined {
  const stated = pod.podLevel?.limit[name];
  const overhead = pod.overhead[name] ?? 0;
  if (stated !== undefined) return stated + overhead;
  if (pod.containers.some((container) => container.limit[name] === undefined)) return undefined;
  const sum = sumOverSteps(pod.containers, (container) => container.limit)[name];
  return sum === undefined ? undefined : sum + overhead;
}
