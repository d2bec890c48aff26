import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { domainsOf, volumeOwners } from "../../support/libvirt-project.ts";
import { followStory, storyTools } from "../../support/story.ts";
import { run, temporaryFolder } from "../../support/vpac.ts";
import { startManagementCluster } from "../capi/start.ts";
import type { KubernetesPeer } from "../kube/start.ts";
import { buildGuest, offerGuest } from "../libvirt/guest/guests.ts";
import { type LibvirtHosts, startLibvirtHosts } from "../libvirt/hosts.ts";
import { peersCache } from "../missing.ts";
import { describeWithPeers } from "../peers.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/three-platforms/", import.meta.url));

const KINDS =
  "namespaces,clusters,kubeadmcontrolplanes,machinedeployments,devclusters,devmachinetemplates";

describeWithPeers("together", "one spec on three platforms", () => {
  const folder = temporaryFolder("three-platforms");
  const home = join(folder.path, "home");
  let kvm: LibvirtHosts | undefined;
  let guests: KubernetesPeer | undefined;

  beforeAll(async () => {
    kvm = await startLibvirtHosts({ names: ["kvm-a", "kvm-b"] });
    guests = await startManagementCluster();
    cpSync(EXAMPLE, home, { recursive: true });
    const image = offerGuest("tiny", await buildGuest("tiny"), kvm.hosts);
    settle(kvm, guests, image);
  });
  afterAll(async () => {
    await guests?.stop();
    await kvm?.stop();
    folder.remove();
  });

  /** Puts the real addresses where the example has those of somebody else. */
  function settle(hosts: LibvirtHosts, cluster: KubernetesPeer, image: object): void {
    const write = (name: string, document: object): void =>
      writeFileSync(join(home, name), JSON.stringify(document));
    const providers = [
      { name: "sim", type: "esxi-sim", seed: 42 },
      {
        name: "kvm",
        type: "libvirt",
        domainType: "qemu",
        hosts: hosts.hosts.map(({ name, uri }) => ({ name, uri })),
      },
      {
        name: "guests",
        type: "cluster-api",
        kubeconfig: cluster.kubeconfig,
        flavour: "in-memory",
      },
    ];
    const metadata = { name: "three-platforms" };
    const api = { apiVersion: "vpac.dev/v1alpha1" };
    write("vpac.yaml", { ...api, kind: "Environment", metadata, spec: { providers } });
    const machineImage = { ...api, kind: "MachineImage", metadata: { name: "small-linux" } };
    write("manifests/image.yaml", { ...machineImage, spec: image });
  }

  test("the story of the example comes true", async () => {
    const page = join(home, "README.md");
    const bin = storyTools(folder.path);
    await followStory(page, home, { bin, fence: "console platforms", timeoutMs: 600_000 });
  });

  test("nothing of ours is left on any of the three", async () => {
    for (const host of kvm?.hosts ?? []) {
      expect([...(await domainsOf(host)).keys()]).toEqual([]);
      expect(volumeOwners(host)).toEqual([]);
    }
    const left = await run(
      join(peersCache(), "bin", "kubectl"),
      `--kubeconfig ${guests?.kubeconfig ?? ""} get -A -o name -l vpac.dev/lineage ${KINDS}`.split(
        " ",
      ),
      { cwd: home },
    );
    expect(left.code, left.stderr).toBe(0);
    expect(left.stdout).toBe("");
  });
});
