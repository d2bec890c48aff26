import { suggest } from "../diagnostics/suggest.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import {
  arrayAt,
  isJsonObject,
  objectAt,
  pointerKeys,
  pointerOf,
  stringAt,
} from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import { problemAt } from "./document.ts";
import { KEYS } from "./kind-keys.ts";
import { withValue } from "./set-value.ts";

/** A value of the cluster or of one of its pools that a template takes. */
type FlavourSource =
  | "clusterName"
  | "namespace"
  | "poolName"
  | "version"
  | "vmClass"
  | "vmClassCpus"
  | "vmClassMemoryMiB"
  | "storageClass";

/** An object that a flavour makes, and which of its fields come from the cluster. */
export interface FlavourTemplate {
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata` (labels and annotations) and `spec`; identity is the cluster's. */
  readonly content: JsonObject;
  readonly set: readonly { readonly pointer: JsonPointer; readonly from: FlavourSource }[];
}

/** How a guest cluster becomes objects of Cluster API. */
export interface Flavour {
  readonly name: string;
  readonly infrastructureCluster: FlavourTemplate;
  readonly controlPlaneMachineTemplate: FlavourTemplate;
  readonly workerMachineTemplate: FlavourTemplate;
  /** `kubeadmConfigSpec` of the control plane. */
  readonly controlPlaneConfig: JsonObject;
  /** `spec` of the kubeadm configuration of workers. */
  readonly workerConfig: JsonObject;
}

const DEV_VERSION = "infrastructure.cluster.x-k8s.io/v1beta2";
const STARTUP: JsonObject = { provisioning: { startupDuration: "1s" } };
const DEV_SETS: FlavourTemplate["set"] = [
  { pointer: annotationPointer("vm-class"), from: "vmClass" },
  { pointer: annotationPointer("storage-class"), from: "storageClass" },
];

/** Where a machine of the built-in flavour carries what its backend has no field for. */
function annotationPointer(name: string): JsonPointer {
  return pointerOf("spec", "template", "metadata", "annotations", `flavour.vpac.dev/${name}`);
}

const devMachines = (inMemory: JsonObject): FlavourTemplate => ({
  apiVersion: DEV_VERSION,
  kind: "DevMachineTemplate",
  content: { spec: { template: { spec: { backend: { inMemory } } } } },
  set: DEV_SETS,
});

/** Machines that exist in the memory of Cluster API's own development provider. */
const IN_MEMORY: Flavour = {
  name: "in-memory",
  infrastructureCluster: {
    apiVersion: DEV_VERSION,
    kind: "DevCluster",
    // Without any annotation the controller of this kind does not work (seen with v1.14.2).
    content: {
      metadata: { annotations: { "flavour.vpac.dev/name": "in-memory" } },
      spec: { backend: { inMemory: {} } },
    },
    set: [],
  },
  controlPlaneMachineTemplate: devMachines({
    vm: STARTUP,
    node: STARTUP,
    apiServer: STARTUP,
    etcd: STARTUP,
  }),
  workerMachineTemplate: devMachines({ vm: STARTUP, node: STARTUP }),
  controlPlaneConfig: {
    clusterConfiguration: { apiServer: { certSANs: ["localhost", "127.0.0.1"] } },
  },
  workerConfig: {
    joinConfiguration: {
      nodeRegistration: { criSocket: "unix:///var/run/containerd/containerd.sock" },
    },
  },
};

function readTemplate(value: JsonObject): FlavourTemplate {
  const { apiVersion, kind, ...content } = objectAt(value, "template");
  return {
    apiVersion: typeof apiVersion === "string" ? apiVersion : "",
    kind: typeof kind === "string" ? kind : "",
    content,
    set: arrayAt(value, "set").flatMap((item) => {
      const { pointer, from } = objectAt(item);
      // The schema lets only known sources through.
      return typeof pointer === "string" ? [{ pointer, from: from as FlavourSource }] : [];
    }),
  };
}

function readFlavour(name: string, spec: JsonObject): Flavour {
  return {
    name,
    infrastructureCluster: readTemplate(objectAt(spec, "infrastructureCluster")),
    controlPlaneMachineTemplate: readTemplate(objectAt(spec, "controlPlaneMachineTemplate")),
    workerMachineTemplate: readTemplate(objectAt(spec, "workerMachineTemplate")),
    controlPlaneConfig: objectAt(spec, "controlPlaneConfig"),
    workerConfig: objectAt(spec, "workerConfig"),
  };
}

/** Finds the flavour of a provider by the provider's name; undefined: it has none. */
export type FindFlavour = (provider: string) => Flavour | "unknown" | undefined;

/** Flavours of all providers; one that is named and does not exist is told once, at its line. */
export function flavourFinder(
  context: Pick<Context, "documentsOf" | "environment" | "report">,
): FindFlavour {
  const flavours = new Map<string, Flavour>([[IN_MEMORY.name, IN_MEMORY]]);
  for (const { spec, value } of context.documentsOf(KEYS.clusterFlavour)) {
    flavours.set(spec.name, readFlavour(spec.name, objectAt(value, "spec")));
  }
  const found = new Map<string, Flavour | "unknown">();
  context.environment.providers.forEach(({ name, settings }, index) => {
    const wanted = stringAt(settings, "flavour");
    if (wanted === undefined) return;
    const flavour = flavours.get(wanted);
    found.set(name, flavour ?? "unknown");
    const [environment] = context.documentsOf(KEYS.environment);
    if (flavour !== undefined || environment === undefined) return;
    const near = suggest(wanted, flavours.keys());
    context.report(
      problemAt(CODES.flavourUnknown, environment, {
        pointer: pointerOf("spec", "providers", index, "flavour"),
        detail: `Provider "${name}" builds clusters by flavour "${wanted}", which does not exist.`,
        help: [
          near === undefined
            ? `declare a ClusterFlavour "${wanted}", or use in-memory`
            : `did you mean "${near}"?`,
        ],
      }),
    );
  });
  return (provider) => found.get(provider);
}

export type FlavourValues = Readonly<Record<FlavourSource, string | number | undefined>>;

/**
 * The template's content with the values where `set` wants them; a value that the cluster does not
 * have leaves the template's own. Undefined when a pointer leads through what is no object.
 */
export function fillTemplate(
  template: FlavourTemplate,
  values: FlavourValues,
): { readonly content: JsonObject; readonly broken: readonly JsonPointer[] } {
  let content = template.content;
  const broken: JsonPointer[] = [];
  for (const { pointer, from } of template.set) {
    const value = values[from];
    if (value === undefined) continue;
    const changed = withValue(content, pointerKeys(pointer), value);
    if (isJsonObject(changed)) content = changed;
    else broken.push(pointer);
  }
  return { content, broken };
}
