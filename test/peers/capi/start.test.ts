import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubernetesPeer } from "../kube/start.ts";
import { PEER_TIMEOUT_MS } from "../../support/vpac.ts";
import { peersCache } from "../missing.ts";
import { describeWithPeers } from "../peers.ts";
import { startManagementCluster } from "./start.ts";

const run = promisify(execFile);

async function kubectl(kubeconfig: string, ...words: readonly string[]): Promise<string> {
  const program = join(peersCache(), "bin", "kubectl");
  const { stdout } = await run(program, ["--kubeconfig", kubeconfig, ...words], {
    timeout: PEER_TIMEOUT_MS,
  });
  return stdout.trim();
}

describeWithPeers("capi", "the management cluster of the Cluster API suite", () => {
  let peer: KubernetesPeer;

  beforeAll(async () => {
    peer = await startManagementCluster();
  });
  afterAll(() => peer.stop());

  test("knows an administrator and a user without rights", async () => {
    expect(await kubectl(peer.kubeconfig, "auth", "can-i", "create", "clusters")).toBe("yes");
    const denied = kubectl(peer.userKubeconfig, "get", "clusters");
    await expect(denied).rejects.toThrow(/"user" cannot list resource "clusters"/);
  });

  test("keeps its data and its address when the API server is killed", async () => {
    await kubectl(peer.kubeconfig, "create", "namespace", "kept");
    await peer.killApiServer();
    await expect(kubectl(peer.kubeconfig, "get", "namespace", "kept")).rejects.toThrow();
    await peer.startApiServer();
    await peer.restartApiServer();
    expect(await kubectl(peer.kubeconfig, "get", "namespace", "kept", "-o", "name")).toBe(
      "namespace/kept",
    );
  });

  test("deletes what it is told to after a restart: its controllers go on", async () => {
    await kubectl(peer.kubeconfig, "delete", "namespace", "kept", "--timeout=300s");
    const clusters = kubectl(peer.kubeconfig, "get", "devclusters", "--all-namespaces");
    await expect(clusters).resolves.toBe("");
  });

  test("leaves nothing behind", async () => {
    await peer.stop();
    expect(existsSync(peer.folder)).toBe(false);
    expect((await run("ps", ["-eo", "args"])).stdout).not.toContain(peer.folder);
  });
});
