/** Random v1 objects that reach the branches of kube-scheduler's filters and scores. */
import type { JsonObject, JsonValue } from "../../../engine/model/json.ts";
import { containers, type Draw, resizeStatus } from "./kubernetes-amounts.ts";
import { EFFECTS, NAMESPACES, podLabels, rules, TAINT_KEYS } from "./kubernetes-rules.ts";

const LISTED = ["web:latest", "web:1", "db:2", "reg.example:5000/big:latest", "web@sha256:aa"];
const SIZES = [0, 1, 1_000_000, 24_117_249, 104_857_600, 629_145_600, 3_145_728_000];

/** What a world is like: where little is ruled out, relations between Pods have the last word. */
interface Kind {
  readonly isCalm: boolean;
}

/** A Pod; `nodeName` binds it, or asks for a node by name where the Pod still waits. */
function pod(draw: Draw, kind: Kind, name: string, nodeName: string | undefined): JsonObject {
  const labels = draw.chance(96) ? podLabels(draw) : draw.one([null, {}]);
  return {
    metadata: {
      name,
      namespace: draw.one(NAMESPACES),
      uid: name,
      labels,
      creationTimestamp: null,
      ...draw.maybe(8, () => ({ deletionTimestamp: "2026-01-01T00:00:00Z" })),
    },
    spec: {
      ...containers(draw),
      ...rules(draw, kind.isCalm),
      ...(nodeName === undefined ? {} : { nodeName }),
    },
  };
}

function boundPod(draw: Draw, kind: Kind, name: string, nodeName: string): JsonObject {
  const bound = pod(draw, kind, name, nodeName);
  if (draw.chance(75)) return { ...bound, status: {} };
  return { ...bound, status: resizeStatus(draw, bound["spec"] as JsonObject) };
}

function nodeLabels(draw: Draw, { isCalm }: Kind, name: string): JsonObject {
  const label = (key: string, values: readonly JsonValue[]): JsonObject =>
    draw.maybe(isCalm ? 95 : 75, () => ({ [key]: draw.one(values) }));
  return {
    ...label("zone", ["a", "b", "c"]),
    ...label("rack", ["a", "b"]),
    ...label("disk", ["a", "x", ""]),
    ...label("num", ["1", "5", "10", "007", "x", "9223372036854775807", "9223372036854775808"]),
    ...draw.maybe(20, () => ({ constructor: draw.one(["a", "b"]) })),
    // Rarely a node calls itself by the name of another.
    ...draw.maybe(95, () => ({ "kubernetes.io/hostname": draw.chance(5) ? "node-0" : name })),
  };
}

const taint = (draw: Draw, { isCalm }: Kind): JsonObject => ({
  key: draw.one(TAINT_KEYS),
  ...draw.maybe(70, () => ({ value: draw.one(["", "v1", "v2", "5", "9"]) })),
  effect: isCalm && draw.chance(70) ? "PreferNoSchedule" : draw.one([...EFFECTS, "Later"]),
});

/** In a calm world there is room; elsewhere a node may say nothing of a resource, or have none. */
function allocatable(draw: Draw, { isCalm }: Kind): JsonObject {
  const counted = (percent: number, name: string, values: readonly string[]): JsonObject =>
    draw.maybe(percent, () => ({ [name]: draw.one(values) }));
  const devices = {
    ...counted(40, "example.com/gpu", ["1", "2", "8", "0"]),
    ...counted(20, "nvidia.com/gpu", ["1", "8"]),
    ...counted(15, "kubernetes.io/batch", ["4"]),
    ...counted(15, "hugepages-2Mi", ["4Mi"]),
  };
  if (isCalm) {
    const [cpu, memory] = [draw.one(["16", "32", "64"]), draw.one(["50Gi", "64Gi", "128G"])];
    return { cpu, memory, "ephemeral-storage": "100Gi", pods: "110", ...devices };
  }
  return {
    ...counted(96, "cpu", ["2", "4", "7777m", "16", "3.9", "3.9", "0"]),
    ...counted(96, "memory", ["4Gi", "8Gi", "10G", "16777216k", "1.5Gi", "1.5Gi", "0"]),
    ...counted(85, "ephemeral-storage", ["10Gi", "1Gi", "0"]),
    ...counted(97, "pods", ["110", "110", "110", "2", "0", "1e2"]),
    ...devices,
  };
}

const image = (draw: Draw): JsonObject => ({
  names: draw.chance(4) ? null : [draw.one(LISTED), ...draw.some(1, () => draw.one(LISTED))],
  ...draw.maybe(95, () => ({ sizeBytes: draw.one(SIZES) })),
});

function node(draw: Draw, kind: Kind, index: number): JsonObject {
  const name = `node-${index}`;
  return {
    metadata: { name, labels: draw.chance(98) ? nodeLabels(draw, kind, name) : null },
    spec: {
      ...draw.maybe(kind.isCalm ? 2 : 8, () => ({ unschedulable: true })),
      taints: draw.some(draw.chance(kind.isCalm ? 15 : 45) ? 2 : 0, () => taint(draw, kind)),
    },
    status: {
      allocatable: allocatable(draw, kind),
      images: draw.some(3, () => image(draw)),
    },
  };
}

/** Namespaces that are listed: all but the last, and not all of them have labels. */
const namespaces = (draw: Draw): JsonObject[] =>
  NAMESPACES.slice(0, -1).map((name, index) => {
    const team = index === 2 ? {} : { team: index === 0 ? "x" : "y" };
    const own = { "kubernetes.io/metadata.name": name, ...team };
    return { metadata: { name, ...(index === 2 && draw.chance(50) ? {} : { labels: own }) } };
  });

/** A scenario in the oracle's input format. */
export function scenario(draw: Draw, pendingCount: number): JsonObject {
  const kind = { isCalm: draw.chance(50) };
  const more = draw.chance(8) ? 40 : 9;
  const nodes = [node(draw, kind, 0), ...draw.some(more, (index) => node(draw, kind, index + 1))];
  const nameOf = (): string => `node-${draw.dice(nodes.length)}`;
  const asked = (): string | undefined =>
    draw.chance(4) ? draw.one([nameOf(), nameOf(), "node-x", ""]) : undefined;
  const bound = draw.some(draw.chance(20) ? 3 * nodes.length : 14, (index) =>
    boundPod(draw, kind, `b${index}`, nameOf()),
  );
  return {
    namespaces: draw.chance(3) ? [] : namespaces(draw),
    nodes,
    pods: bound,
    pending: Array.from({ length: pendingCount }, (_, index) =>
      pod(draw, kind, `p${index}`, asked()),
    ),
  };
}
