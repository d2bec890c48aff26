import { afterAll, beforeAll } from "vitest";
import { LIBVIRT_QEMU, LIBVIRT_TEST } from "../../contract/descriptions.ts";
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
    if (peers === undefined) throw new Error("the hosts are not started");
    return peers.open(target);
  };
  contractSuite({ ...LIBVIRT_TEST, open: open("test") });
  contractSuite({ ...LIBVIRT_QEMU, open: open("qemu") });
});
