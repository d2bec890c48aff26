import { afterAll, beforeAll } from "vitest";
import type { ContractWorld } from "../../contract/harness.ts";
import { contractSuite } from "../../contract/suite.ts";
import { type LibvirtPeers, startLibvirtPeers, type LibvirtTarget } from "../../support/libvirt.ts";
import { describeWithPeers } from "../peers.ts";

describeWithPeers("libvirt", "the provider contract", () => {
  let peers: LibvirtPeers | undefined;
  beforeAll(async () => {
    peers = await startLibvirtPeers();
  });
  afterAll(() => peers?.stop());
  const open = (target: LibvirtTarget) => (): Promise<ContractWorld> => {
    if (peers === undefined) throw new Error("no hosts");
    return peers.harness(target).open();
  };
  contractSuite({ name: "libvirt, test driver", open: open("test") });
});
