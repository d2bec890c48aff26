import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Project, project, yaml } from "../cli/project.ts";
import type { KubernetesPeer } from "../peers/kube/start.ts";
import { peersCache } from "../peers/missing.ts";
import { PEER_TIMEOUT_MS } from "./vpac.ts";

const run = promisify(execFile);

/** What the documents of the project ask for. */
export interface GuestWish {
  readonly controlPlane?: number;
  readonly workers?: number;
  readonly version?: string;
  /** ConfigMaps beside the cluster, each with this text. */
  readonly notes?: { readonly count: number; readonly text: string };
  /** Documents besides. */
  readonly more?: string;
}

/** A project folder whose provider is a real management cluster. */
export interface GuestProject extends Project {
  wish(wish: GuestWish): void;
  /** The kubeconfig that the provider is given. */
  become(kubeconfig: string): void;
}

export const ENVIRONMENT = `apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: lab}
spec:
  providers:
    - {name: guests, type: cluster-api, kubeconfig: ./mgmt.kubeconfig, flavour: in-memory}
`;

const COMMON = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: vpac.dev/v1alpha1
kind: StoragePolicy
metadata: {name: gold}
spec: {displayName: Gold}
`;

const clusterOf = ({ controlPlane = 1, workers = 2, version = "v1.36.0" }: GuestWish): string =>
  `apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, namespace: shop}
spec:
  topology:
    controlPlane:
      replicas: ${controlPlane}
      tkr: {reference: {name: ${version}}}
      vmClass: best-effort-small
      storageClass: gold
    nodePools:
      - {name: pool-a, replicas: ${workers}, vmClass: best-effort-small, storageClass: gold}
`;

const notesOf = ({ notes }: GuestWish): readonly string[] =>
  Array.from({ length: notes?.count ?? 0 }, (_, index) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `note-${index + 1}`, namespace: "shop" },
      data: { text: notes?.text ?? "" },
    }).concat("\n"),
  );

export function guestProject(peer: KubernetesPeer): GuestProject {
  const folder = project({ "environment.yaml": ENVIRONMENT });
  const become = (kubeconfig: string): void =>
    folder.write("mgmt.kubeconfig", readFileSync(kubeconfig, "utf8"));
  become(peer.kubeconfig);
  return {
    ...folder,
    run: (args, options) => folder.run(args, { timeoutMs: PEER_TIMEOUT_MS, ...options }),
    become,
    wish: (wish) => {
      const { more } = wish;
      folder.write("cluster.yaml", clusterOf(wish));
      const others = [...notesOf(wish), ...(more === undefined ? [] : [more])];
      folder.write("common.yaml", yaml(COMMON, ...others));
    },
  };
}

/** What a person does behind vpac's back. */
export async function kubectl(peer: KubernetesPeer, ...words: readonly string[]): Promise<string> {
  const program = join(peersCache(), "bin", "kubectl");
  const { stdout } = await run(program, ["--kubeconfig", peer.kubeconfig, ...words], {
    timeout: PEER_TIMEOUT_MS,
  });
  return stdout.trim();
}

const KINDS = [
  "namespaces",
  "configmaps",
  "clusters",
  "machinedeployments",
  "kubeadmcontrolplanes",
  "kubeadmconfigtemplates",
  "devclusters",
  "devmachinetemplates",
].join(",");

/** Every object that carries our mark, as `kind/name`. */
export async function markedObjects(peer: KubernetesPeer): Promise<readonly string[]> {
  const label = "vpac.dev/lineage";
  const listed = await kubectl(peer, "get", KINDS, "-A", "-l", label, "-o", "name");
  return listed
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^([a-z]+)[^/]*/, "$1"))
    .sort();
}
