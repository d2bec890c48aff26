import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import { arrayAt, objectAt, pointerOf, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import type { Flavour, FlavourTemplate } from "./flavours.ts";
import type { GuestCluster, GuestPool } from "./guest-clusters.ts";
import { KEYS } from "./kind-keys.ts";

/** Cluster API wants all three parts; `v1.33` of a hint could mean any patch. */
const EXACT_VERSION = /^v\d{1,6}\.\d{1,6}\.\d{1,6}$/;
/** Names of deployments of machines become label values. */
const NAME_LENGTH_MAX = 63;

interface Managed {
  readonly document: Document;
  readonly cluster: GuestCluster;
}

/** Tells what keeps the cluster from being mapped, and what is left out; false: it cannot be. */
export function checkManaged(managed: Managed, context: Context): boolean {
  const { document, cluster } = managed;
  const problems = [
    ...[cluster.controlPlane, ...cluster.pools].flatMap((pool) => poolProblems(pool, managed)),
    ...machinePools(document),
  ];
  for (const problem of problems) context.report(problem);
  if (document.kind.key === KEYS.cluster) reportIgnored(document, context);
  return problems.length === 0;
}

function poolProblems(pool: GuestPool, { document, cluster }: Managed): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { version, pointers } = pool;
  const what = pool === cluster.controlPlane ? "its control plane" : `its pool "${pool.name}"`;
  // What a pool has from the control plane is told there.
  const isOwn = pool === cluster.controlPlane || version !== cluster.version;
  if (isOwn && (version === undefined || !EXACT_VERSION.test(version))) {
    const has = version === undefined ? "names no version" : `asks for version ${version}`;
    found.push(
      problemAt(CODES.clusterUnmappable, document, {
        pointer: pointers.version,
        detail: `${named(document)} ${has} for ${what}; Cluster API needs an exact one.`,
        help: ["name a version with three parts, such as v1.33.1"],
      }),
    );
  } else if (version !== undefined && isNewer(version, cluster.version)) {
    found.push(
      problemAt(CODES.clusterUnmappable, document, {
        pointer: pointers.version,
        detail:
          `${named(document)} asks for version ${version} for ${what}, and for ` +
          `${cluster.version ?? ""} for its control plane: nodes are never newer than that.`,
        help: [`use ${cluster.version ?? ""} or older`],
      }),
    );
  }
  const name = `${document.spec.name}-${pool.name}`;
  if (name.length > NAME_LENGTH_MAX) {
    found.push(
      problemAt(CODES.clusterUnmappable, document, {
        pointer: pointers.self,
        detail:
          `"${name}" would be a name of ${name.length} characters for ${what}; ` +
          `${NAME_LENGTH_MAX} are possible.`,
        help: ["shorten the name of the cluster or of the pool"],
      }),
    );
  }
  return found;
}

function isNewer(version: string, than: string | undefined): boolean {
  const [left, right] = [numbersOf(version), numbersOf(than ?? version)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}

const numbersOf = (version: string): number[] => version.slice(1).split(".").map(Number);

function machinePools(document: Document): Diagnostic[] {
  const path = ["spec", "topology", "workers", "machinePools"];
  if (arrayAt(document.value, ...path).length === 0) return [];
  return [
    problemAt(CODES.clusterUnmappable, document, {
      pointer: pointerOf(...path),
      target: "key",
      detail: `${named(document)} has machine pools, which no flavour makes.`,
      help: ["declare them as machineDeployments", "or remove the flavour of the provider"],
    }),
  ];
}

/** Members of a topology that a flavour acts on, by the path of their parent. */
const KNOWN: readonly (readonly [path: readonly string[], keys: readonly string[]])[] = [
  [[], ["classRef", "version", "controlPlane", "workers", "variables"]],
  [["controlPlane"], ["replicas", "metadata", "variables", "deletion"]],
];
const KNOWN_OF_POOLS = [
  "class",
  "name",
  "replicas",
  "metadata",
  "variables",
  "failureDomain",
  "deletion",
  "rollout",
  "minReadySeconds",
];
const KNOWN_VARIABLES = ["vmClass", "storageClass"];

/** What a ClusterClass could act on and a flavour does not. */
function reportIgnored(document: Document, context: Context): void {
  const topology = objectAt(document.value, "spec", "topology");
  const tell = (pointer: JsonPointer, what: string): void => {
    context.report(
      problemAt(CODES.clusterPartIgnored, document, {
        pointer,
        detail: `${named(document)}: ${what} has no effect, since a flavour builds the cluster.`,
        help: ["remove it, or remove the flavour of the provider and use a ClusterClass"],
      }),
    );
  };
  const check = (
    value: JsonObject,
    path: readonly (string | number)[],
    keys: readonly string[],
  ) => {
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) tell(pointerOf("spec", "topology", ...path, key), key);
    }
  };
  for (const [path, keys] of KNOWN) check(objectAt(topology, ...path), path, keys);
  arrayAt(topology, "workers", "machineDeployments").forEach((pool, index) => {
    check(objectAt(pool), ["workers", "machineDeployments", index], KNOWN_OF_POOLS);
  });
  arrayAt(topology, "variables").forEach((variable, index) => {
    const name = stringAt(variable, "name") ?? "";
    if (KNOWN_VARIABLES.includes(name)) return;
    tell(pointerOf("spec", "topology", "variables", index), `variable ${name}`);
  });
}

/** A TanzuKubernetesCluster means nothing to a management cluster as it is. */
export function flavourMissing(document: Document, owner: Draft): Diagnostic {
  return problemAt(CODES.flavourMissing, document, {
    pointer: "/kind",
    detail:
      `${named(document)} is bound to provider "${owner.provider}" of type cluster-api, which ` +
      `has no flavour: how its nodes are made is not known.`,
    help: [
      `set flavour: in-memory, or the name of a ClusterFlavour, for provider "${owner.provider}"`,
    ],
  });
}

/** A flavour sets a field where its template has no room for one. */
export function templateBroken(
  document: Document,
  at: {
    readonly flavour: Flavour;
    readonly template: FlavourTemplate;
    readonly pointer: JsonPointer;
  },
): Diagnostic {
  return problemAt(CODES.clusterUnmappable, document, {
    detail:
      `${named(document)} cannot be built: ClusterFlavour "${at.flavour.name}" sets ` +
      `${at.pointer} of its ${at.template.kind}, and the way there leads through a value.`,
    help: [`correct the pointer in ClusterFlavour "${at.flavour.name}"`],
  });
}
