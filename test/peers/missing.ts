import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A group of real servers that a suite is run against; also the name of its vitest project. */
export type PeerSuite = "libvirt" | "capi" | "together" | "nodes";

export const PEER_SUITES: readonly PeerSuite[] = ["libvirt", "capi", "together", "nodes"];

/** The folder of the Go module that builds a program, and the programs, by suite. */
const MANAGEMENT_CLUSTER: Readonly<Record<string, readonly string[]>> = {
  kube: ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"],
  capi: ["capi-core", "capi-bootstrap", "capi-controlplane", "capi-dev"],
};
const BUILDS: Readonly<Record<PeerSuite, Readonly<Record<string, readonly string[]>>>> = {
  libvirt: {},
  capi: MANAGEMENT_CLUSTER,
  together: MANAGEMENT_CLUSTER,
  nodes: { nodes: ["node-22", "node-24", "node-26"] },
};

/** Suites that make namespaces and mounts. */
const STARTS_DAEMONS: readonly PeerSuite[] = ["libvirt", "together"];

/** Where built programs are kept, and what is learnt of the emulators. */
export function peersCache(): string {
  return process.env["VPAC_PEERS_CACHE"] ?? join(homedir(), ".cache", "vpac-peers");
}

/** The packages of a suite that are not installed; names as apt-get takes them. */
export function missingPackages(suite: PeerSuite): readonly string[] {
  const list = readFileSync(new URL("debian-packages.txt", import.meta.url), "utf8");
  return list
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/))
    .filter(
      ([owner]) =>
        (owner === "base" && suite !== "nodes") || suite === "together" || owner === suite,
    )
    .filter(([, , file]) => !existsSync(file ?? ""))
    .map(([, name]) => name ?? "");
}

/** The folders below this one whose build.sh makes programs that a suite needs. */
export const buildsOf = (suite: PeerSuite): readonly string[] => Object.keys(BUILDS[suite]);

function missingPrograms(suite: PeerSuite): readonly string[] {
  return Object.values(BUILDS[suite])
    .flat()
    .filter((name) => !existsSync(join(peersCache(), "bin", name)));
}

/** What this machine lacks for a suite, each with the command that helps; empty: it can run. */
export function missingPeers(suite: PeerSuite): readonly string[] {
  const packages = missingPackages(suite);
  const programs = missingPrograms(suite);
  const isRootMissing = STARTS_DAEMONS.includes(suite) && process.getuid?.() !== 0;
  return [
    ...(packages.length > 0
      ? [`Debian packages ${packages.join(", ")}: apt-get install ${packages.join(" ")}`]
      : []),
    ...(programs.length > 0 ? [`programs ${programs.join(", ")}: npm run peers:install`] : []),
    ...(isRootMissing ? ["the rights of root, for namespaces and mounts: use sudo"] : []),
  ];
}
