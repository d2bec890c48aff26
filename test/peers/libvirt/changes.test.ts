import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outcome, Provider } from "../../../engine/contract/provider.ts";
import { type JsonObject, objectAt } from "../../../engine/model/json.ts";
import { permitOf, updateOf, vmIntent } from "../../contract/subjects.ts";
import { callContext, openOn } from "../../support/libvirt-provider.ts";
import { domainsOf, virsh, volumeOwners } from "../../support/libvirt-project.ts";
import { describeWithPeers } from "../peers.ts";
import { buildGuest, offerGuest } from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const MEBIBYTE = 2 ** 20;
const context = callContext();

/** One machine that is changed again and again; it halts in its BIOS, which is enough here. */
describeWithPeers("libvirt", "a machine whose document changes", () => {
  let peers: LibvirtHosts;
  let host: LibvirtHost;
  let provider: Provider;
  const base = vmIntent(310, { host: "kvm-a" });
  const attributesWith = (spec: JsonObject): JsonObject => ({
    image: { name: "tiny", source: "tiny.qcow2", format: "qcow2" },
    sizing: objectAt(base.attributes, "sizing"),
    spec: { powerOffMode: "Hard", ...spec },
  });
  const cards = (address: string): JsonObject => ({
    interfaces: [{ name: "eth0", addresses: [address] }],
  });
  const FIRST = { network: cards("10.9.0.1/24") };
  const SECOND = {
    network: cards("10.9.0.2/24"),
    bootstrap: { cloudInit: { cloudConfig: { runcmd: [["touch", "/second"]] } } },
  };

  let last = 0;
  const update = (mode: "live" | "power-off", spec: JsonObject): Promise<Outcome> => {
    const tag = { ...base.tag, intent: `change-${++last}` };
    return provider.update(
      updateOf(base, mode, { tag, attributes: attributesWith(spec) }),
      context,
    );
  };
  const seed = (): string =>
    readFileSync(join(host.imagesFolder, `vpac-${base.objectId}-seed.img`), "latin1");
  const instance = (): string => /instance-id"?: *"?([\w-]+)/.exec(seed())?.[1] ?? "";
  const idOfRun = async (): Promise<string> => (await virsh(host, "domid", base.objectId)).stdout;
  const capacity = async (): Promise<number> => {
    const name = `vpac-${base.objectId}-root.qcow2`;
    const { stdout } = await virsh(host, "vol-dumpxml", name, "--pool", "default");
    return Number(/<capacity unit='bytes'>(\d+)/.exec(stdout)?.[1]);
  };

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a"] });
    [host] = peers.hosts as unknown as [LibvirtHost];
    offerGuest("tiny", await buildGuest("tiny"), peers.hosts);
    provider = await openOn(peers);
    const created = await provider.create({ ...base, attributes: attributesWith(FIRST) }, context);
    expect(created).toMatchObject({ is: "done", changed: true });
    expect(created).not.toHaveProperty("notStarted");
  });
  afterAll(async () => {
    await provider.remove(permitOf(base), context);
    await provider.close();
    expect(volumeOwners(host)).toEqual([]);
    await peers.stop();
  });

  test("is stopped, told its new address and user data as a new instance, and runs", async () => {
    const [run, before] = [await idOfRun(), instance()];
    expect(seed()).toContain("10.9.0.1/24");
    expect(before).toContain(base.objectId);
    expect(await update("power-off", SECOND)).toMatchObject({ is: "done", changed: true });
    expect(seed()).toContain("10.9.0.2/24");
    expect(seed()).not.toContain("10.9.0.1/24");
    expect(seed()).toContain("/second");
    expect(instance()).not.toBe(before);
    expect(await idOfRun()).not.toBe(run);
    expect((await domainsOf(host)).get("shop.vm-310")).toBe("running");
  });

  test("gets a second card, and loses it again", async () => {
    const count = async (): Promise<number> => {
      const { stdout } = await virsh(host, "domiflist", base.objectId);
      return stdout.split("\n").filter((line) => line.includes("default")).length;
    };
    const two = { interfaces: [{ name: "eth0" }, { name: "eth1" }] };
    expect(await count()).toBe(1);
    expect(await update("power-off", { ...SECOND, network: two })).toMatchObject({ is: "done" });
    expect(await count()).toBe(2);
    expect(await update("power-off", SECOND)).toMatchObject({ is: "done" });
    expect(await count()).toBe(1);
  });

  test("gets a larger disk while it runs, and while it is off", async () => {
    const run = await idOfRun();
    const grown = { ...SECOND, advanced: { bootDiskCapacity: "96Mi" } };
    expect(await update("live", grown)).toMatchObject({ is: "done", changed: true });
    expect(await capacity()).toBe(96 * MEBIBYTE);
    expect(await idOfRun()).toBe(run);
    const off = { ...SECOND, advanced: { bootDiskCapacity: "128Mi" }, powerState: "PoweredOff" };
    expect(await update("power-off", off)).toMatchObject({ is: "done", changed: true });
    expect(await capacity()).toBe(128 * MEBIBYTE);
  });

  test("keeps a disk that is larger than it is wished, and says so", async () => {
    const small = { ...SECOND, advanced: { bootDiskCapacity: "64Mi" }, powerState: "PoweredOff" };
    const why = { type: "invalid", code: "VP6339" };
    expect(await update("power-off", small)).toMatchObject({ is: "failed", why });
    expect(await capacity()).toBe(128 * MEBIBYTE);
  });

  test("has no seed any more when its guest shall not be set up", async () => {
    const none = { ...SECOND, bootstrap: { disabled: true }, powerState: "PoweredOff" };
    expect(await update("power-off", none)).toMatchObject({ is: "done", changed: true });
    expect(() => seed()).toThrow("ENOENT");
    const { stdout } = await virsh(host, "domblklist", base.objectId);
    expect(stdout).not.toContain("seed");
    expect(await update("power-off", SECOND)).toMatchObject({ is: "done", changed: true });
    expect(seed()).toContain("10.9.0.2/24");
    expect((await domainsOf(host)).get("shop.vm-310")).toBe("running");
  });

  test("is defined again when it only runs, as after a move without its last step", async () => {
    const isPersistent = async (): Promise<boolean> =>
      /Persistent:\s+yes/.test((await virsh(host, "dominfo", base.objectId)).stdout);
    const run = await idOfRun();
    await virsh(host, "undefine", base.objectId);
    expect(await isPersistent()).toBe(false);
    expect(await update("live", SECOND)).toMatchObject({ is: "done" });
    expect(await isPersistent()).toBe(true);
    expect(await idOfRun()).toBe(run);
  });

  test("is not removed while a pool that may hold its disks is not active", async () => {
    await virsh(host, "pool-destroy", "default");
    const why = {
      type: "transient",
      code: "VP6330",
      message: expect.stringContaining('"default"'),
    };
    const outcome = await provider.remove(permitOf(base), context);
    await virsh(host, "pool-start", "default");
    expect(outcome).toMatchObject({ is: "failed", why });
    expect((await domainsOf(host)).get("shop.vm-310")).toBe("running");
    expect(volumeOwners(host)).toEqual([base.objectId]);
  });
});
