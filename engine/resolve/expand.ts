import type { ChangeRules, WorkloadTerms } from "../model/desired.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, member, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { SpreadConstraint } from "../model/scheduling.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt, textMap } from "./document.ts";
import type { Draft } from "./draft.ts";
import { childDraft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import type { PreparedPod } from "./pods.ts";
import { preparePod } from "./pods.ts";
import type { Rollout } from "./rollout.ts";
import { deploymentRollout, plainRollout, statefulRollout } from "./rollout.ts";
import { onHosts } from "./placement-rules.ts";
import { HOST_TOPOLOGY } from "./scheduling.ts";

/** Kinds that stand for Pods made from a template (DEC-6). */
export const CONTROLLERS: ReadonlySet<string> = new Set<string>([
  KEYS.deployment,
  KEYS.replicaSet,
  KEYS.replicationController,
  KEYS.statefulSet,
  KEYS.daemonSet,
  KEYS.job,
]);

/** How many Pods a Job keeps running at once. */
function jobReplicas(spec: JsonObject): number {
  const parallelism = numberAt(spec, "parallelism") ?? 1;
  const completions = numberAt(spec, "completions");
  return completions === undefined ? parallelism : Math.min(parallelism, completions);
}

function rolloutOf(kindKey: string, spec: JsonObject): Rollout {
  const replicas = numberAt(spec, "replicas") ?? 1;
  switch (kindKey) {
    case KEYS.deployment:
      return deploymentRollout(spec, replicas);
    case KEYS.statefulSet:
      return statefulRollout(spec, replicas);
    case KEYS.job:
      return plainRollout(jobReplicas(spec));
    default:
      return plainRollout(replicas);
  }
}

/** Of the scheduler's own default spread, the part that needs no zone labels on the hosts. */
const DEFAULT_SKEW_MAX = 3;

/** Replicas that say nothing of spread are spread over hosts where that costs nothing else. */
function spreadByDefault(pod: PreparedPod, labels: Readonly<Record<string, string>>): PreparedPod {
  const { scheduling } = pod.terms;
  if (scheduling.spread.length > 0 || Object.keys(labels).length === 0) return pod;
  const spread: SpreadConstraint = {
    maxSkew: DEFAULT_SKEW_MAX,
    topologyKey: HOST_TOPOLOGY,
    whenUnsatisfiable: "ScheduleAnyway",
    selector: { matchLabels: labels, matchExpressions: [] },
    minDomains: undefined,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
  };
  return { ...pod, terms: { ...pod.terms, scheduling: { ...scheduling, spread: [spread] } } };
}

function prepareTemplate(document: Document, namespace: string, context: Context): PreparedPod {
  const template = objectAt(document.value, "spec", "template");
  const labels = textMap(objectAt(template, "metadata", "labels"));
  const pod = preparePod(
    {
      document,
      pointer: "/spec/template/spec",
      namespace,
      labels,
      annotations: {
        ...textMap(objectAt(template, "metadata", "annotations")),
        ...ownAnnotations(document),
      },
      spec: objectAt(template, "spec"),
    },
    context,
  );
  return spreadByDefault(pod, labels);
}

/** Power wishes and pins on a controller hold for its Pods. */
function ownAnnotations(document: Document): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const key of ["vpac.dev/power-request", "vpac.dev/pin-host"]) {
    const value = document.annotations[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

interface Replicas {
  readonly owner: Draft;
  readonly document: Document;
  readonly namespace: string;
  readonly pod: PreparedPod;
  readonly rules: ChangeRules;
}

function replica(
  set: Replicas,
  name: string,
  terms: Partial<WorkloadTerms>,
  context: Context,
): Draft {
  const { owner, pod, namespace } = set;
  const draft = childDraft(owner, {
    kind: context.kinds.byKey(KEYS.pod),
    short: "pod",
    namespace,
    name,
    attributes: pod.attributes,
  });
  draft.workload = { ...pod.terms, group: owner.address, rolloutWave: 0, ...terms };
  draft.rules = set.rules;
  return draft;
}

/** The Pod's spec with its stable host name and a volume per claim template. */
function statefulAttributes(
  attributes: JsonObject,
  name: string,
  claims: readonly JsonObject[],
): JsonObject {
  const spec = objectAt(attributes, "spec");
  const volumes = claims.map((claim) => ({
    name: stringAt(claim, "metadata", "name") ?? "data",
    persistentVolumeClaim: { claimName: claimName(claim, name) },
  }));
  const all: JsonValue[] = [...arrayAt(spec, "volumes"), ...volumes];
  return {
    ...attributes,
    spec: { ...spec, hostname: name, ...(all.length === 0 ? {} : { volumes: all }) },
  };
}

const claimName = (claim: JsonObject, pod: string): string =>
  `${stringAt(claim, "metadata", "name") ?? "data"}-${pod}`;

function addClaims(
  set: Replicas,
  pod: Draft,
  claims: readonly JsonObject[],
  context: Context,
): void {
  for (const claim of claims) {
    const labels = objectAt(claim, "metadata", "labels");
    const draft = childDraft(set.owner, {
      kind: context.kinds.byKey(KEYS.claim),
      short: "vol",
      namespace: set.namespace,
      name: claimName(claim, pod.name),
      attributes: {
        ...(Object.keys(labels).length === 0 ? {} : { metadata: { labels } }),
        spec: objectAt(claim, "spec"),
      },
    });
    pod.dependsOn.push(draft.address);
    context.add(draft);
  }
}

/**
 * Replicas do not wait for each other: a roll-out goes from the highest ordinal down, against the
 * order of their start, and an edge would forbid it.
 */
function addStateful(set: Replicas, rollout: Rollout, context: Context): void {
  const spec = objectAt(set.document.value, "spec");
  const claims = arrayAt(spec, "volumeClaimTemplates").filter(isJsonObject);
  const first = numberAt(spec, "ordinals", "start") ?? 0;
  rollout.waves.forEach((rolloutWave, index) => {
    const name = `${set.document.spec.name}-${first + index}`;
    const pod = replica(set, name, { rolloutWave }, context);
    pod.attributes = statefulAttributes(pod.attributes, name, claims);
    addClaims(set, pod, claims, context);
    context.add(pod);
  });
}

function addDaemons(set: Replicas, context: Context): void {
  const { supervisor } = context.namespaceOf(set.namespace);
  if (supervisor !== undefined) {
    context.report(
      problemAt(CODES.daemonSetRefused, set.document, {
        pointer: "/kind",
        detail:
          `${named(set.document)} asks for a Pod on every host of Supervisor ` +
          `"${supervisor.name}", whose hosts belong to the platform.`,
        help: ["use a sidecar container, or run the DaemonSet in a guest cluster"],
      }),
    );
    return;
  }
  context.hosts.forEach((host, index) => {
    const pod = replica(set, `${set.document.spec.name}-${index}`, {}, context);
    const terms = pod.workload;
    if (terms === undefined) return;
    const { scheduling } = terms;
    const nodeAffinity = onHosts(scheduling.nodeAffinity, [host.name]);
    pod.workload = { ...terms, scheduling: { ...scheduling, nodeAffinity } };
    context.add(pod);
  });
}

/** Adds the Pods of a controller: stable names, the controller as owner and group. */
export function expandController(owner: Draft, document: Document, context: Context): void {
  const kindKey = document.kind.key;
  const spec = objectAt(document.value, "spec");
  const namespace = document.spec.namespace ?? "default";
  if (!isJsonObject(member(spec, "template"))) return;
  const pod = prepareTemplate(document, namespace, context);
  const rollout = rolloutOf(kindKey, spec);
  const kindRules = context.rulesOf(KEYS.pod);
  const isSurge = rollout.maxUnavailable === 0 && rollout.maxSurge > 0;
  const rules: ChangeRules = isSurge ? { ...kindRules, replaceOrder: "create-first" } : kindRules;
  const set: Replicas = { owner, document, namespace, pod, rules };
  context.disruption.push({
    group: owner.address,
    maxUnavailable: rollout.maxUnavailable,
    maxSurge: rollout.maxSurge,
  });
  if (kindKey === KEYS.statefulSet) return addStateful(set, rollout, context);
  if (kindKey === KEYS.daemonSet) return addDaemons(set, context);
  const lifetime = kindKey === KEYS.job ? "short" : "long";
  rollout.waves.forEach((rolloutWave, index) => {
    context.add(replica(set, `${document.spec.name}-${index}`, { rolloutWave, lifetime }, context));
  });
}
