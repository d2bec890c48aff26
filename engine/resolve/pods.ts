import type { Demand } from "../model/demand.ts";
import type { WorkloadTerms } from "../model/desired.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import { stringAt } from "../model/json.ts";
import type { SchedulingTerms } from "../model/scheduling.ts";
import { CODES } from "./codes.ts";
import { readPodAmounts } from "./containers.ts";
import type { Context, NamespaceSettings } from "./context.ts";
import { podDemand, sizingAttributes, virtletDemand } from "./demand.ts";
import type { Document, TextMap } from "./document.ts";
import { named, problemAt } from "./document.ts";
import { metadataAttributes } from "./draft.ts";
import { limitViolations, withDefaults, writeAmounts } from "./limit-range.ts";
import { podTerms } from "./scheduling.ts";

/** A Pod, or the template that a controller makes Pods from. */
export interface PodTemplate {
  readonly document: Document;
  /** Where the Pod's spec stands in the document. */
  readonly pointer: JsonPointer;
  readonly namespace: string;
  readonly labels: TextMap;
  readonly annotations: TextMap;
  readonly spec: JsonObject;
}

/** What all replicas of a template have in common. */
export interface PreparedPod {
  readonly attributes: JsonObject;
  readonly terms: Omit<WorkloadTerms, "group" | "rolloutWave">;
}

const RUNTIME_ANNOTATION = "kubernetes.io/target-runtime";
const VIRTLET_RUNTIME = "virtlet.cloud";

/** True for a VM that is written as an annotated Pod (row K03). */
const isVirtlet = (annotations: TextMap): boolean =>
  annotations[RUNTIME_ANNOTATION] === VIRTLET_RUNTIME;

export type PowerWish = "on" | "off" | "suspended";

/** The wish in `vpac.dev/power-request` (row L04); undefined when there is none. */
export function requestedPower(annotations: TextMap): PowerWish | undefined {
  switch (annotations["vpac.dev/power-request"]) {
    case "running":
      return "on";
    case "stopped":
      return "off";
    case "suspended":
      return "suspended";
    default:
      return undefined;
  }
}

/** Member of a workload's attributes that says it shall not run; absent means it shall. */
export function powerAttributes(power: PowerWish): JsonObject {
  return power === "on" ? {} : { power };
}

function checkNetwork(template: PodTemplate, settings: NamespaceSettings, context: Context): void {
  const { supervisor } = settings;
  if (supervisor === undefined || supervisor.networkProvider.startsWith("nsx")) return;
  context.report(
    problemAt(CODES.podNeedsNsx, template.document, {
      pointer: template.pointer,
      detail:
        `${named(template.document)} would be a vSphere Pod, but the workload network of ` +
        `Supervisor "${supervisor.name}" is provided by ${supervisor.networkProvider}, not by NSX.`,
      help: ["set spec.networks.workload.provider of the Supervisor to nsx, or use a VM"],
    }),
  );
}

function schedulingOf(
  template: PodTemplate,
  settings: NamespaceSettings,
  context: Context,
): SchedulingTerms {
  const { spec, namespace, labels, document } = template;
  return {
    ...podTerms(spec, { namespace, owner: document.address, labels }),
    ...context.priorityOf(stringAt(spec, "priorityClassName")),
    ...(stringAt(spec, "preemptionPolicy") === "Never" ? { preemptionPolicy: "Never" } : {}),
    runtime: isVirtlet(template.annotations) ? "vmx" : "crx",
    cluster: settings.supervisor?.cluster,
  };
}

/** Applies the namespace's limits, finds class and size, and reads the scheduling terms. */
export function preparePod(template: PodTemplate, context: Context): PreparedPod {
  const { spec, annotations, document } = template;
  const settings = context.namespaceOf(template.namespace);
  const isMachine = isVirtlet(annotations);
  if (!isMachine) checkNetwork(template, settings, context);
  const stated = readPodAmounts(spec, context.read);
  const amounts = withDefaults(stated, settings.limitItems);
  for (const detail of limitViolations(amounts, settings.limitItems)) {
    const words = `${named(document)} is outside the limits of namespace "${template.namespace}"`;
    context.report(
      problemAt(CODES.limitRangeBroken, document, {
        pointer: `${template.pointer}/containers`,
        detail: `${words}: ${detail}`,
      }),
    );
  }
  const demand: Demand = isMachine
    ? virtletDemand(amounts, annotations["VirtletVCPUCount"])
    : podDemand(amounts, settings.sizing);
  const power = requestedPower(annotations) ?? "on";
  return {
    attributes: {
      ...metadataAttributes(template.labels, annotations),
      spec: amounts === stated ? spec : writeAmounts(spec, amounts),
      ...powerAttributes(power),
      sizing: sizingAttributes(demand),
    },
    terms: {
      demand,
      scheduling: schedulingOf(template, settings, context),
      pinHost: annotations["vpac.dev/pin-host"],
      poweredOn: power === "on",
      pool: settings.pool,
      lifetime: "long",
    },
  };
}
