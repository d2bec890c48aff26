import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Intent, Outcome, Provider, UpdateIntent } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { OUR_LINEAGE, permitOf, updateOf, vmIntent } from "../../contract/subjects.ts";
import { callContext, openOn } from "../../support/libvirt-provider.ts";
import {
  consoleOf,
  domainsOf,
  uuidsOf,
  virsh,
  volumeOwners,
} from "../../support/libvirt-project.ts";
import { describeWithPeers } from "../peers.ts";
import { awaitConsole, buildGuest, offerGuest } from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const context = callContext();

const startsIn = (text: string): number => text.match(/starts=\d/g)?.length ?? 0;

describeWithPeers("libvirt", "a machine that changes its host", () => {
  let peers: LibvirtHosts | undefined;
  let hosts: readonly [LibvirtHost, LibvirtHost];
  let image: JsonObject;
  let provider: Provider;
  let lastNumber = 100;
  let intent: Intent;

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["host-a", "host-b"] });
    hosts = peers.hosts as unknown as [LibvirtHost, LibvirtHost];
    const { commandLine, ...rest } = offerGuest("tiny", await buildGuest("tiny"), peers.hosts);
    image = { name: "tiny", ...rest, cmdline: commandLine ?? "" };
  });
  afterAll(() => peers?.stop());
  afterEach(async () => {
    const permit = permitOf(intent);
    expect(await provider.remove(permit, context)).toMatchObject({ is: "done" });
    await provider.close();
    expect([...(await uuidsOf(hosts[0])), ...(await uuidsOf(hosts[1]))]).toEqual([]);
    expect([...volumeOwners(hosts[0]), ...volumeOwners(hosts[1])]).toEqual([]);
  });

  const open = async (settings: JsonObject = {}, ofSecond: JsonObject = {}): Promise<void> => {
    if (peers === undefined) throw new Error("the hosts are not started");
    provider = await openOn(peers, settings, ofSecond);
    const sizing = { vcpus: 1, cpuMillicores: 1000, memoryBytes: 96 * 2 ** 20 };
    const spec = { powerOffMode: "TrySoft", network: { disabled: true } };
    const attributes = { metadata: {}, spec, sizing, image };
    intent = vmIntent(++lastNumber, { attributes, host: "host-a" });
  };
  const create = (): Promise<Outcome> => provider.create(intent, context);
  const update = (over: Partial<UpdateIntent>): Promise<Outcome> =>
    provider.update(updateOf(intent, "move", over), context);
  const off = (): JsonObject => ({ ...intent.attributes, power: "off" });

  test("takes its disk along when it is off, with what the guest wrote on it", async () => {
    await open();
    expect(await create()).toMatchObject({ is: "done", host: "host-a" });
    await awaitConsole(consoleOf(hosts[0], intent.objectId), /up=\d/);
    expect(await update({ mode: "live", attributes: off() })).toMatchObject({ is: "done" });
    expect([...(await domainsOf(hosts[0])).values()]).toEqual(["shut off"]);
    const tag = { ...intent.tag, intent: "cold" };
    expect(await update({ host: "host-b", attributes: off(), tag })).toMatchObject({
      is: "done",
      host: "host-b",
    });
    expect(volumeOwners(hosts[0])).toEqual([]);
    expect(await uuidsOf(hosts[0])).toEqual([]);
    const on = { mode: "live", host: "host-b", tag: { ...intent.tag, intent: "on" } } as const;
    expect(await update(on)).toMatchObject({ is: "done", host: "host-b" });
    const log = consoleOf(hosts[1], intent.objectId);
    expect(await awaitConsole(log, /starts=2/)).toContain("starts=1");
  });

  test("uses the paths of its new host where its pool is another", async () => {
    const [, second] = hosts;
    const folder = join(second.imagesFolder, "../fast");
    mkdirSync(folder);
    const target = "/var/lib/libvirt/fast";
    await virsh(second, "pool-create-as", "fast", "dir", "--target", target);
    offerGuest("tiny", await buildGuest("tiny"), [{ ...second, imagesFolder: folder }]);
    await open({}, { pool: "fast" });
    await create();
    await awaitConsole(consoleOf(hosts[0], intent.objectId), /up=\d/);
    expect(await update({ host: "host-b" })).toMatchObject({ is: "done", host: "host-b" });
    const { stdout } = await virsh(second, "dumpxml", intent.objectId);
    expect(stdout).toContain(`${target}/vpac-${intent.objectId}-root.qcow2`);
    expect(stdout).not.toContain("/var/lib/libvirt/images");
    expect((await virsh(second, "dumpxml", "--inactive", intent.objectId)).stdout).not.toContain(
      "/var/lib/libvirt/images",
    );
    const log = join(folder, `vpac-${intent.objectId}-console.log`);
    const before = await awaitConsole(log, /up=\d/);
    const grown = new RegExp(`(up=[^]*){${(before.match(/up=/g)?.length ?? 0) + 1}}`);
    expect(startsIn(await awaitConsole(log, grown))).toBe(1);
  });

  test("copies nothing where both hosts use the same storage", async () => {
    const folder = join(peers?.folder ?? "", "shared");
    mkdirSync(folder);
    for (const host of hosts) {
      await virsh(host, "pool-create-as", "shared", "dir", "--target", folder);
      offerGuest("tiny", await buildGuest("tiny"), [{ ...host, imagesFolder: folder }]);
    }
    await open({ sharedStorage: true, pool: "shared" });
    await create();
    const log = join(folder, `vpac-${intent.objectId}-console.log`);
    await awaitConsole(log, /up=\d/);
    expect(await update({ host: "host-b" })).toMatchObject({ is: "done", host: "host-b" });
    const before = await awaitConsole(log, /up=\d/);
    const grown = new RegExp(`(up=[^]*){${(before.match(/up=/g)?.length ?? 0) + 1}}`);
    expect(startsIn(await awaitConsole(log, grown))).toBe(1);
    expect(await uuidsOf(hosts[0])).toEqual([]);
  });

  test("stays where it is when the other daemon dies, and goes when it is back", async () => {
    await open();
    await create();
    await awaitConsole(consoleOf(hosts[0], intent.objectId), /up=\d/);
    await hosts[1].killDaemon();
    const outcome = await update({ host: "host-b" });
    expect(outcome.is).not.toBe("done");
    expect([...(await domainsOf(hosts[0])).values()]).toEqual(["running"]);
    await hosts[1].startDaemon();
    expect(await update({ host: "host-b" })).toMatchObject({ is: "done", host: "host-b" });
    expect(volumeOwners(hosts[0])).toEqual([]);
    const { objects } = await provider.observe({ ids: [], lineage: OUR_LINEAGE }, context);
    expect(objects).toMatchObject([{ id: intent.objectId, host: "host-b", power: "on" }]);
    expect(objects[0]?.unfinished).toBeUndefined();
  });
});
