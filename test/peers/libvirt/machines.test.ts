import { readdirSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Intent, Outcome, Provider } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { ObservedObject } from "../../../engine/model/observation.ts";
import { OUR_LINEAGE, permitOf, updateOf, vmIntent } from "../../contract/subjects.ts";
import { callContext, openOn } from "../../support/libvirt-provider.ts";
import { domainsOf, uuidsOf, virsh, volumeOwners } from "../../support/libvirt-project.ts";
import { describeWithPeers } from "../peers.ts";
import { buildGuest, offerGuest } from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const MEBIBYTE = 2 ** 20;
const context = callContext();

describeWithPeers("libvirt", "a machine on a host", () => {
  let peers: LibvirtHosts;
  let host: LibvirtHost;
  let provider: Provider;
  let intent: Intent;
  let lastNumber = 200;

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["host-a"] });
    [host] = peers.hosts as unknown as [LibvirtHost];
    offerGuest("tiny", await buildGuest("tiny"), peers.hosts);
  });
  afterAll(() => peers.stop());
  afterEach(async () => {
    await provider.remove(permitOf(intent), context);
    await provider.close();
    expect(await uuidsOf(host)).toEqual([]);
    expect(volumeOwners(host)).toEqual([]);
  });

  /** Without a kernel it halts in its BIOS, which is enough here. */
  const open = async (image: JsonObject = {}, settings: JsonObject = {}): Promise<void> => {
    provider = await openOn(peers, settings);
    const attributes = {
      spec: { powerOffMode: "Hard", network: { disabled: true } },
      sizing: { vcpus: 1, cpuMillicores: 1000, memoryBytes: 128 * MEBIBYTE },
      image: { name: "tiny", source: "tiny.qcow2", format: "qcow2", ...image },
    };
    intent = vmIntent(++lastNumber, { attributes, host: "host-a" });
  };
  const create = (): Promise<Outcome> => provider.create(intent, context);
  const update = (name: string, attributes: JsonObject = {}): Promise<Outcome> => {
    const tag = { ...intent.tag, intent: name };
    const wish = { ...intent.attributes, ...attributes };
    return provider.update(updateOf(intent, "live", { tag, attributes: wish }), context);
  };
  const look = async (): Promise<ObservedObject | undefined> => {
    const { objects } = await provider.observe({ ids: [], lineage: OUR_LINEAGE }, context);
    return objects.find(({ id }) => id === intent.objectId);
  };
  const state = async (): Promise<string | undefined> => [...(await domainsOf(host)).values()][0];

  test("is suspended and goes on", async () => {
    await open();
    await create();
    expect(await update("pause", { power: "suspended" })).toMatchObject({ is: "done" });
    expect(await state()).toBe("paused");
    expect((await look())?.power).toBe("suspended");
    expect(await update("resume")).toMatchObject({ is: "done" });
    expect(await state()).toBe("running");
  });

  test("shows the size that somebody gave it, and gets its own back", async () => {
    await open();
    await create();
    await virsh(host, "destroy", intent.objectId);
    await virsh(host, "setmaxmem", intent.objectId, "65536", "--config");
    expect((await look())?.attributes["sizing"]).toMatchObject({ memoryBytes: 64 * MEBIBYTE });
    expect(await update("size")).toMatchObject({ is: "done", changed: true });
    expect((await look())?.attributes).toEqual(intent.attributes);
    expect((await virsh(host, "dominfo", intent.objectId)).stdout).toMatch(/Used.*131072 KiB/);
    expect(await state()).toBe("running");
  });

  test("stays defined when it cannot be started, and the reason is told (row B05)", async () => {
    await open({ kernel: "/no/such/kernel" });
    const outcome = await create();
    expect(outcome).toMatchObject({
      is: "done",
      notStarted: { code: "VP6335" },
    });
    expect(await state()).toBe("shut off");
    expect((await look())?.tag).toEqual(intent.tag);
  });

  test("does not get an empty disk in place of one that is gone (row B05)", async () => {
    await open();
    await create();
    await virsh(host, "destroy", intent.objectId);
    await virsh(host, "vol-delete", `vpac-${intent.objectId}-root.qcow2`, "--pool", "default");
    expect(await update("start")).toMatchObject({ is: "done", notStarted: { code: "VP6335" } });
    expect(await state()).toBe("shut off");
    const files = readdirSync(host.imagesFolder).filter((name) => name.includes("root"));
    expect(files).toEqual([]);
  });

  test("runs on while its daemon is killed, and is found again (rows B01, B02)", async () => {
    await open();
    await create();
    const before = await look();
    const { stdout } = await virsh(host, "domid", intent.objectId);
    await host.restartDaemon();
    expect((await virsh(host, "domid", intent.objectId)).stdout).toBe(stdout);
    expect(await look()).toEqual(before);
    expect(await update("again")).toMatchObject({ is: "done" });
    expect((await virsh(host, "domid", intent.objectId)).stdout).toBe(stdout);
  });

  test("runs again by itself after its host lost its power (row B04)", async () => {
    await open();
    await create();
    await host.powerLoss();
    await host.powerOn();
    expect(await state()).toBe("running");
    expect(volumeOwners(host)).toEqual([intent.objectId]);
    expect(await look()).toMatchObject({ power: "on", tag: intent.tag });
    expect(await update("off", { power: "off" })).toMatchObject({ is: "done" });
    await host.powerLoss();
    await host.powerOn();
    expect(await state()).toBe("shut off");
  });

  test("is not made from an image that lies over another file (row T13)", async () => {
    await open({ source: "layer.qcow2" });
    const over = ["--backing-vol", "tiny.qcow2", "--backing-vol-format", "qcow2"];
    const made = ["default", "layer.qcow2", "8M", "--format", "qcow2", ...over];
    expect((await virsh(host, "vol-create-as", ...made)).code).toBe(0);
    const why = { type: "forbidden", code: "VP6332" };
    expect(await create()).toMatchObject({ is: "failed", why });
    expect(await uuidsOf(host)).toEqual([]);
  });

  const wrong = [
    { name: "an image that is not there", image: { source: "no.qcow2" }, code: "VP6331" },
    { name: "an image of another format", image: { format: "raw" }, code: "VP6332" },
  ] as const;
  test.for(wrong)("is not made from $name", async ({ image, code }) => {
    await open(image);
    expect(await create()).toMatchObject({ is: "failed", why: { type: "invalid", code } });
    expect(await uuidsOf(host)).toEqual([]);
  });

  test("is not made in a pool that is not there", async () => {
    await open({}, { pool: "none" });
    expect(await create()).toMatchObject({ is: "failed", why: { code: "VP6330" } });
  });

  test("is finished by an update when its create was cut off before it had disks", async () => {
    await open();
    const giveUp = new AbortController();
    const log = ({ phase }: { readonly phase: string }): void => {
      if (phase === "disks") giveUp.abort();
    };
    const outcome = await provider.create(intent, { ...context, signal: giveUp.signal, log });
    expect(outcome.is).toBe("unknown");
    expect(await look()).toMatchObject({
      power: "off",
      unfinished: expect.stringContaining("disks"),
    });
    expect(await update("again")).toMatchObject({ is: "done" });
    expect(await state()).toBe("running");
    expect((await look())?.unfinished).toBeUndefined();
  });
});
