import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";

/** A group of real servers that a suite is run against. */
export type PeerSuite = "libvirt" | "capi";

/** Programs that are built from Go modules, by suite. */
const BUILT: Readonly<Record<PeerSuite, readonly string[]>> = {
  libvirt: [],
  capi: [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kubectl",
    "capi-core",
    "capi-bootstrap",
    "capi-controlplane",
    "capi-dev",
  ],
};

/** Where the built programs are kept, and what is learnt of the emulators. */
export function peersCache(): string {
  return process.env["VPAC_PEERS_CACHE"] ?? join(homedir(), ".cache", "vpac-peers");
}

/** The packages of a suite that are not installed; names as apt-get takes them. */
function missingPackages(suite: PeerSuite): readonly string[] {
  const list = readFileSync(new URL("debian-packages.txt", import.meta.url), "utf8");
  return list
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.split(/\s+/))
    .filter(([owner, , file]) => (owner === "base" || owner === suite) && !existsSync(file ?? ""))
    .map(([, name]) => name ?? "");
}

function missingPrograms(suite: PeerSuite): readonly string[] {
  return BUILT[suite].filter((name) => !existsSync(join(peersCache(), "bin", name)));
}

/** What this machine lacks for a suite, each with the command that helps; empty: it can run. */
export function missingPeers(suite: PeerSuite): readonly string[] {
  const packages = missingPackages(suite);
  const programs = missingPrograms(suite);
  const isRootMissing = suite === "libvirt" && process.getuid?.() !== 0;
  return [
    ...(packages.length > 0
      ? [`Debian packages ${packages.join(", ")}: apt-get install ${packages.join(" ")}`]
      : []),
    ...(programs.length > 0 ? [`programs ${programs.join(", ")}: npm run peers:install`] : []),
    ...(isRootMissing ? ["the rights of root, for namespaces and mounts: sudo npm run …"] : []),
  ];
}

/**
 * A `describe` for tests that need real servers. Where one is missing, the tests are skipped under
 * a name that says what is missing; under CI that is a failure.
 */
export function describeWithPeers(suite: PeerSuite, title: string, define: () => void): void {
  const missing = missingPeers(suite);
  if (missing.length === 0) {
    describe(title, define);
  } else if (process.env["CI"]) {
    test(`${title}: the peers are there`, () => {
      throw new Error(`missing: ${missing.join("; ")}`);
    });
  } else {
    describe.skip(`${title} (left out, missing: ${missing.join("; ")})`, define);
  }
}
