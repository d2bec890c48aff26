import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import { arrayAt, member, numberAt, objectAt, pointerOf, stringAt } from "../model/json.ts";
import type { Document, TextMap } from "./document.ts";
import { textMap } from "./document.ts";
import { KEYS } from "./kind-keys.ts";

/** A set of equal nodes of a guest cluster. */
export interface GuestPool {
  readonly name: string;
  readonly replicas: number;
  readonly vmClass: string | undefined;
  readonly storageClass: string | undefined;
  /** Kubernetes version of its nodes; that of the cluster where the pool names none. */
  readonly version: string | undefined;
  readonly labels: TextMap;
  readonly taints: readonly JsonValue[];
  readonly failureDomain: string | undefined;
  /** The pool as it was written in the newest version, for what only one of the APIs has. */
  readonly value: JsonObject;
  /** Where the document, as it was written, says each of these. */
  readonly pointers: PoolPointers;
}

type PoolPointers = Readonly<
  Record<"self" | "replicas" | "vmClass" | "storageClass" | "version", JsonPointer>
>;

/** A guest cluster, whichever of the two APIs declares it (row T01). */
export interface GuestCluster {
  /** Kubernetes version without the vendor's suffix. */
  readonly version: string | undefined;
  readonly controlPlane: GuestPool;
  readonly pools: readonly GuestPool[];
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly serviceDomain: string;
  readonly networkPointer: JsonPointer;
}

type Path = readonly (string | number)[];

const DOMAIN_DEFAULT = "cluster.local";
const TOPOLOGY: Path = ["spec", "topology"];

/** `v1.33.1` of `v1.33.1---vendor.1` or `1.33.1+vendor`. */
function plainVersion(text: string | undefined): string | undefined {
  const match = /^v?(\d{1,6}(?:\.\d{1,6}){0,2})/.exec(text ?? "");
  return match === null ? text : `v${match[1] ?? ""}`;
}

const cidrsOf = (network: JsonObject, name: string): string[] =>
  arrayAt(network, name, "cidrBlocks").filter((cidr) => typeof cidr === "string");

/** The first of the paths that the document has as it was written; the last one where none is. */
function written(document: Document, ...paths: readonly Path[]): JsonPointer {
  const found = paths.find((path) => member(document.spec.value, ...path) !== undefined);
  return pointerOf(...(found ?? paths.at(-1) ?? []));
}

const RELEASE: Path = ["tkr", "reference", "name"];

interface TanzuPlace {
  readonly document: Document;
  readonly path: Path;
  readonly version: string | undefined;
}

function tanzuPool(
  value: JsonValue | undefined,
  name: string,
  { document, path, version }: TanzuPlace,
): GuestPool {
  const at = (...keys: readonly string[]): JsonPointer =>
    written(document, ...keys.map((key) => [...path, key]), path);
  return {
    name,
    replicas: numberAt(value, "replicas") ?? 1,
    vmClass: stringAt(value, "vmClass"),
    storageClass: stringAt(value, "storageClass"),
    version: plainVersion(stringAt(value, ...(RELEASE as readonly string[]))) ?? version,
    labels: textMap(objectAt(value, "labels")),
    taints: arrayAt(value, "taints"),
    failureDomain: stringAt(value, "failureDomain"),
    value: objectAt(value),
    pointers: {
      self: pointerOf(...path),
      replicas: at("replicas", "count"),
      vmClass: at("vmClass", "class"),
      storageClass: at("storageClass"),
      version: written(
        document,
        [...path, ...RELEASE],
        [...TOPOLOGY, "controlPlane", ...RELEASE],
        ["spec", "distribution", "fullVersion"],
        ["spec", "distribution", "version"],
        path,
      ),
    },
  };
}

/** From the newest form, in which the workers of the oldest one are the last pool. */
function fromTanzu(document: Document): GuestCluster {
  const spec = objectAt(document.value, "spec");
  const topology = objectAt(spec, "topology");
  const network = objectAt(spec, "settings", "network");
  const version = plainVersion(
    stringAt(topology, "controlPlane", ...(RELEASE as readonly string[])),
  );
  const declared = arrayAt(document.spec.value, ...TOPOLOGY, "nodePools").length;
  const place = (path: Path): TanzuPlace => ({ document, path, version });
  return {
    version,
    controlPlane: tanzuPool(topology["controlPlane"], "cp", place([...TOPOLOGY, "controlPlane"])),
    pools: arrayAt(topology, "nodePools").map((pool, index) =>
      tanzuPool(
        pool,
        stringAt(pool, "name") ?? `pool-${index}`,
        place(index < declared ? [...TOPOLOGY, "nodePools", index] : [...TOPOLOGY, "workers"]),
      ),
    ),
    podCidrs: cidrsOf(network, "pods"),
    serviceCidrs: cidrsOf(network, "services"),
    serviceDomain: stringAt(network, "serviceDomain") ?? DOMAIN_DEFAULT,
    networkPointer: written(document, ["spec", "settings", "network"], ["spec"]),
  };
}

interface Variable {
  readonly value: string;
  readonly pointer: JsonPointer;
}

/** Text variables of a ClusterClass by name. */
function variablesOf(document: Document, path: Path): Map<string, Variable> {
  const values = new Map<string, Variable>();
  arrayAt(document.value, ...path).forEach((item, index) => {
    const [name, value] = [stringAt(item, "name"), stringAt(item, "value")];
    if (name === undefined || value === undefined) return;
    values.set(name, { value, pointer: pointerOf(...path, index, "value") });
  });
  return values;
}

function topologyPool(
  document: Document,
  path: Path,
  parts: {
    readonly name: string;
    readonly version: string | undefined;
    readonly common: ReadonlyMap<string, Variable>;
  },
): GuestPool {
  const { name, version, common } = parts;
  const value = objectAt(document.value, ...path);
  const own = variablesOf(document, [...path, "variables", "overrides"]);
  const variable = (key: string): Variable | undefined => own.get(key) ?? common.get(key);
  const self = pointerOf(...path);
  return {
    name,
    replicas: numberAt(value, "replicas") ?? 1,
    vmClass: variable("vmClass")?.value,
    storageClass: variable("storageClass")?.value,
    version,
    labels: textMap(objectAt(value, "metadata", "labels")),
    taints: arrayAt(value, "taints"),
    failureDomain: stringAt(value, "failureDomain"),
    value,
    pointers: {
      self,
      replicas: written(document, [...path, "replicas"], path),
      vmClass: variable("vmClass")?.pointer ?? self,
      storageClass: variable("storageClass")?.pointer ?? self,
      version: pointerOf(...TOPOLOGY, "version"),
    },
  };
}

function fromTopology(document: Document): GuestCluster {
  const spec = objectAt(document.value, "spec");
  const topology = objectAt(spec, "topology");
  const common = variablesOf(document, [...TOPOLOGY, "variables"]);
  const version = plainVersion(stringAt(topology, "version"));
  const network = objectAt(spec, "clusterNetwork");
  const pools = ["machineDeployments", "machinePools"].flatMap((list) =>
    arrayAt(topology, "workers", list).map((set, index) =>
      topologyPool(document, [...TOPOLOGY, "workers", list, index], {
        name: stringAt(set, "name") ?? `pool-${index}`,
        version,
        common,
      }),
    ),
  );
  return {
    version,
    controlPlane: topologyPool(document, [...TOPOLOGY, "controlPlane"], {
      name: "cp",
      version,
      common,
    }),
    pools,
    podCidrs: cidrsOf(network, "pods"),
    serviceCidrs: cidrsOf(network, "services"),
    serviceDomain: stringAt(network, "serviceDomain") ?? DOMAIN_DEFAULT,
    networkPointer: written(document, ["spec", "clusterNetwork"], ["spec"]),
  };
}

/** The one internal model of both cluster APIs. */
export function readGuestCluster(document: Document): GuestCluster {
  return document.kind.key === KEYS.tanzuCluster ? fromTanzu(document) : fromTopology(document);
}
