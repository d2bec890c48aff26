import { CLUSTER_PLAIN } from "../../engine/model/holdings.ts";
import type { ApiResource } from "./kube/types.ts";

/** How much of a type is read. `all`: to know the names of others; `ours`: only what is marked. */
interface ListedType {
  readonly type: ApiResource;
  readonly reads: "all" | "ours";
  /** What every guest cluster has one of: without these nothing of it is known. */
  readonly isEssential: boolean;
}

const CLUSTER_API = /(?:^|\.)cluster\.x-k8s\.io$/;

/** Written by people and by vpac, and few; the rest is made in numbers by controllers. */
const DECLARED = /(?:Cluster|ControlPlane|MachineDeployment|MachinePool|Template)$/;

const ESSENTIAL = /\.x-k8s\.io\/(?:Cluster|MachineDeployment|[A-Za-z]+ControlPlane)$/;

/** Which types an observation reads, and how much of each. */
export function listedTypes(resources: readonly ApiResource[]): readonly ListedType[] {
  return newestOf(resources).flatMap((type): ListedType[] => {
    const { group, kind, verbs } = type;
    if (!verbs.includes("list") || !verbs.includes("patch")) return [];
    const key = `${group === "" ? "core" : group}/${kind}`;
    if (key === "core/Namespace") return [{ type, reads: "all", isEssential: true }];
    if (key === "core/ConfigMap") return [{ type, reads: "ours", isEssential: true }];
    if (CLUSTER_PLAIN.includes(key)) return [{ type, reads: "ours", isEssential: false }];
    if (!CLUSTER_API.test(group)) return [];
    const reads = DECLARED.test(kind) ? "all" : "ours";
    return [{ type, reads, isEssential: ESSENTIAL.test(key) }];
  });
}

/** True when a group version that could not be told about may have kinds that we read. */
export const isRead = (apiVersion: string): boolean => {
  const [group = "", version] = apiVersion.split("/");
  const name = version === undefined ? "core" : group;
  return (
    CLUSTER_API.test(group) || name === "core" || CLUSTER_PLAIN.some((key) => key.startsWith(name))
  );
};

/** Each kind once, in the version that the server prefers. */
export function newestOf(resources: readonly ApiResource[]): readonly ApiResource[] {
  const seen = new Set<string>();
  return resources.filter(({ group, kind, resource }) => {
    const key = `${group}/${kind}`;
    if (seen.has(key) || resource.includes("/")) return false;
    seen.add(key);
    return true;
  });
}

/** The kind part of addresses, for objects that carry no address of ours. */
export function shortKind(kind: string): string {
  return kind === "Namespace" ? "ns" : kind.toLowerCase();
}
