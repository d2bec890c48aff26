import type { ProviderProgress } from "../../engine/contract/provider.ts";
import { arrayAt, type JsonObject, numberAt, objectAt, stringAt } from "../../engine/model/json.ts";
import type { KubeObject } from "./kube/types.ts";

/** What is still missing; undefined when the object is as it shall be. */
export type Missing = ProviderProgress | undefined;

/** `group/Kind` of an object, as `kindKey` has it. */
export function kindKeyOf(object: KubeObject): string {
  const [group = "", version] = (stringAt(object, "apiVersion") ?? "").split("/");
  return `${version === undefined ? "core" : group}/${stringAt(object, "kind") ?? ""}`;
}

const CLUSTER = "cluster.x-k8s.io/Cluster";
const CONTROL_PLANE_GROUP = "controlplane.cluster.x-k8s.io/";
const DEPLOYMENT = "cluster.x-k8s.io/MachineDeployment";

/** How to tell that the controllers of a kind have done what was asked for. */
interface Readiness {
  readonly missingIn: (object: KubeObject) => Missing;
  /** Kind of parts, named by `label`, that have to be looked at as well. */
  readonly parts?: { readonly kind: string; readonly label: string };
  readonly missingInParts?: (object: KubeObject, parts: readonly KubeObject[]) => Missing;
}

const MACHINE_DEPLOYMENT: Readiness = {
  missingIn: rolloutMissing,
  parts: { kind: "MachineSet", label: "cluster.x-k8s.io/deployment-name" },
  missingInParts: olderMachines,
};

/** What to look at for objects of this kind; kinds that are absent are ready at once. */
export function readinessOf(kindKey: string): Readiness | undefined {
  if (kindKey === CLUSTER) return { missingIn: clusterMissing };
  if (kindKey === DEPLOYMENT) return MACHINE_DEPLOYMENT;
  if (kindKey.startsWith(CONTROL_PLANE_GROUP) && kindKey.endsWith("ControlPlane")) {
    return { missingIn: controlPlaneMissing };
  }
  if (kindKey === "core/Namespace") return { missingIn: namespaceMissing };
  const isDefinition = kindKey.endsWith("/CustomResourceDefinition");
  return isDefinition ? { missingIn: definitionMissing } : undefined;
}

/** True for kinds that nothing happens to before their Cluster exists. */
export const isPartOfCluster = (kindKey: string): boolean =>
  kindKey === DEPLOYMENT || kindKey.startsWith(CONTROL_PLANE_GROUP);

/** Nobody works on a paused cluster, so nothing of it can be waited for. */
export const isPaused = (object: KubeObject): boolean =>
  objectAt(object, "spec")["paused"] === true ||
  stringAt(object, "metadata", "annotations", "cluster.x-k8s.io/paused") !== undefined;

/** Ready when it serves and has all its machines; v1beta1 says the former as `Ready`. */
function clusterMissing(cluster: KubeObject): Missing {
  const seen = seenGeneration(cluster);
  if (seen !== undefined) return seen;
  const condition = conditionOf(cluster, "Available") ?? conditionOf(cluster, "Ready");
  const parts = ["controlPlane", "workers"].map((part) => countsOf(cluster, "status", part));
  const lacking = parts.find((counts) => !isComplete(counts));
  if (condition?.["status"] === "True" && lacking === undefined) return undefined;
  const wanted = parts.reduce((sum, counts) => sum + counts.wanted, 0);
  const ready = parts.reduce((sum, counts) => sum + Math.min(counts.ready, counts.wanted), 0);
  const said = onOneLine(stringAt(condition, "message") ?? "");
  return {
    phase: stringAt(cluster, "status", "phase")?.toLowerCase() ?? "pending",
    percent: Math.floor((99 * ready) / Math.max(wanted, 1)),
    detail: said === "" ? countsText(lacking ?? NO_MACHINES) : said,
  };
}

/** How many machines there are, as a status tells it. */
interface Counts {
  readonly wanted: number;
  readonly have: number;
  readonly newest: number;
  readonly ready: number;
}

const NO_MACHINES: Counts = { wanted: 0, have: 0, newest: 0, ready: 0 };

function countsOf(object: KubeObject, ...path: readonly string[]): Counts {
  const status = objectAt(object, ...path);
  const count = (key: string): number | undefined => numberAt(status, key);
  const isCluster = path.length > 1;
  const specified = isCluster ? count("desiredReplicas") : numberAt(object, "spec", "replicas");
  return {
    wanted: specified ?? (isCluster ? 0 : 1),
    have: count("replicas") ?? 0,
    newest: count("upToDateReplicas") ?? count("updatedReplicas") ?? 0,
    ready: count("readyReplicas") ?? 0,
  };
}

const isComplete = ({ wanted, have, newest, ready }: Counts): boolean =>
  have === wanted && newest === wanted && ready === wanted;

const countsText = ({ wanted, have, newest, ready }: Counts): string =>
  `${have} of ${wanted} machines, ${newest} up to date, ${ready} ready`;

function controlPlaneMissing(plane: KubeObject): Missing {
  const rollout = rolloutMissing(plane);
  if (rollout !== undefined) return rollout;
  const wanted = stringAt(plane, "spec", "version");
  const actual = stringAt(plane, "status", "version");
  if (wanted === undefined || actual === undefined || wanted === actual) return undefined;
  return { phase: "rolling out", detail: `oldest machine has ${actual}, not ${wanted} yet` };
}

/** Fields of a machine's template that no running machine can be given. */
const TEMPLATE_FIELDS: readonly (readonly string[])[] = [
  ["version"],
  ["bootstrap", "configRef", "name"],
  ["infrastructureRef", "name"],
];

/**
 * The counts of a deployment are sums over its sets, and for a moment after a change each set still
 * counts its machines as up to date: only the sets' own templates tell.
 */
function olderMachines(deployment: KubeObject, sets: readonly KubeObject[]): Missing {
  const template = objectAt(deployment, "spec", "template", "spec");
  const older = sets.filter((set) => {
    const own = objectAt(set, "spec", "template", "spec");
    return TEMPLATE_FIELDS.some((path) => stringAt(own, ...path) !== stringAt(template, ...path));
  });
  const left = older.reduce((sum, set) => sum + machinesOf(set), 0);
  return left === 0 ? undefined : { phase: "rolling out", detail: `${left} machines to replace` };
}

const machinesOf = (set: KubeObject): number =>
  Math.max(numberAt(set, "spec", "replicas") ?? 0, numberAt(set, "status", "replicas") ?? 0);

/** Every replica there, of the newest template, ready, and none too many. */
function rolloutMissing(object: KubeObject): Missing {
  const seen = seenGeneration(object);
  if (seen !== undefined) return seen;
  const counts = countsOf(object, "status");
  if (isComplete(counts)) return undefined;
  const { wanted, have, newest, ready } = counts;
  const done = Math.min(newest, ready, wanted);
  return {
    phase: newest === have ? "scaling" : "rolling out",
    percent: Math.floor((99 * done) / Math.max(wanted, have, 1)),
    detail: countsText(counts),
  };
}

function namespaceMissing(namespace: KubeObject): Missing {
  const phase = stringAt(namespace, "status", "phase");
  return phase === undefined || phase === "Active" ? undefined : { phase: phase.toLowerCase() };
}

function definitionMissing(definition: KubeObject): Missing {
  const isServed = conditionOf(definition, "Established")?.["status"] === "True";
  return isServed ? undefined : { phase: "establishing", detail: "the kind is not served yet" };
}

/** Status of an older generation says nothing about what was asked for. */
function seenGeneration(object: KubeObject): Missing {
  const wanted = numberAt(object, "metadata", "generation") ?? 0;
  const seen = numberAt(object, "status", "observedGeneration") ?? 0;
  return seen >= wanted ? undefined : { phase: "pending", detail: "no controller has seen it yet" };
}

function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  for (const condition of arrayAt(object, "status", "conditions")) {
    if (stringAt(condition, "type") === type) return condition as JsonObject;
  }
  return undefined;
}

const TEXT_MAX = 300;

/** Conditions have lists of several lines: one line is enough for a progress display. */
export function onOneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= TEXT_MAX ? line : `${line.slice(0, TEXT_MAX)}…`;
}

/**
 * What a run that was killed has left to wait for: machines that are not made or not replaced yet.
 * A machine that is not ready for reasons of its own is not unfinished work.
 */
export function unfinishedIn(object: KubeObject): string | undefined {
  const kindKey = kindKeyOf(object);
  if (kindKey === CLUSTER) {
    const isServing = objectAt(object, "status", "initialization")["controlPlaneInitialized"];
    const isRead = stringAt(object, "apiVersion") === "cluster.x-k8s.io/v1beta2";
    return isServing === true || !isRead ? undefined : "its control plane does not serve yet";
  }
  if (!isPartOfCluster(kindKey)) return undefined;
  const seen = seenGeneration(object);
  if (seen !== undefined) return seen.detail;
  const counts = countsOf(object, "status");
  return isComplete({ ...counts, ready: counts.wanted }) ? undefined : countsText(counts);
}

/** True for the Cluster that a control plane or a deployment of machines belongs to. */
export function isClusterOf(cluster: KubeObject, part: KubeObject): boolean {
  const name = stringAt(cluster, "metadata", "name");
  if (stringAt(cluster, "metadata", "namespace") !== stringAt(part, "metadata", "namespace")) {
    return false;
  }
  const named = stringAt(part, "spec", "clusterName");
  if (named !== undefined) return named === name;
  const reference = objectAt(cluster, "spec", "controlPlaneRef");
  const isReferred =
    reference["kind"] === part["kind"] && reference["name"] === stringAt(part, "metadata", "name");
  return (
    isReferred || stringAt(part, "metadata", "labels", "cluster.x-k8s.io/cluster-name") === name
  );
}

/** What a Cluster gives to later steps; absent until its controllers have chosen it. */
export function outputsOf(object: KubeObject): JsonObject | undefined {
  if (kindKeyOf(object) !== CLUSTER) return undefined;
  const { host, port } = objectAt(object, "spec", "controlPlaneEndpoint");
  if (typeof host !== "string" || host === "" || typeof port !== "number") return undefined;
  const name = stringAt(object, "metadata", "name") ?? "";
  const namespace = stringAt(object, "metadata", "namespace") ?? "";
  return {
    endpoint: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    kubeconfigSecret: { namespace, name: `${name}-kubeconfig`, key: "value" },
  };
}
