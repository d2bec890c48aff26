import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { Clock } from "../../../engine/contract/clock.ts";
import type { Outcome, Provider } from "../../../engine/contract/provider.ts";
import { objectAt } from "../../../engine/model/json.ts";
import { openLibvirt } from "../../../providers/libvirt/index.ts";
import {
  type LibvirtConnection,
  openConnection,
} from "../../../providers/libvirt/rpc/connection.ts";
import { vmIntent } from "../../contract/subjects.ts";
import { virsh } from "../../support/libvirt-project.ts";
import { PEER_TIMEOUT_MS } from "../../support/vpac.ts";
import { describeWithPeers } from "../peers.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";
import { daemonPid, emulatorPid } from "./processes.ts";

const clock = systemClock({});
const HURRIED_MS = 1500;
const IMAGE = `<volume><name>image.qcow2</name><capacity unit='MiB'>16</capacity>
  <target><format type='qcow2'/></target></volume>`;

describeWithPeers("libvirt", "a machine of which one host shows only the arriving half", () => {
  let peers: LibvirtHosts | undefined;
  let from: LibvirtHost;
  let to: LibvirtHost;
  let arriving: LibvirtConnection;
  let provider: Provider;
  /** Gives a silent host up soon. */
  let hurried: Provider;

  const base = vmIntent(1);
  const attributes = {
    ...base.attributes,
    image: { name: "image", source: "image.qcow2", format: "qcow2" },
    spec: { ...objectAt(base.attributes, "spec"), powerOffMode: "Hard" },
  };

  const move = (signal: AbortSignal, deadlineMs: number): Promise<Outcome> =>
    provider.update(
      { ...base, attributes, host: to.name, mode: "move", fromRevision: undefined, deadlineMs },
      { clock, signal, log: () => undefined },
    );

  const volumesAt = (host: LibvirtHost): number =>
    readdirSync(host.imagesFolder).filter((name) => name.startsWith("vpac-")).length;

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a", "kvm-b"] });
    [from, to] = peers.hosts as [LibvirtHost, LibvirtHost];
    for (const { uri } of peers.hosts) {
      const connection = await openConnection(uri, { clock });
      const { pool } = await connection.call("StoragePoolLookupByName", { name: "default" });
      await connection.call("StorageVolCreateXML", { pool, xml: IMAGE, flags: 0 });
      await connection.close();
    }
    arriving = await openConnection(to.uri, { clock });
    // The host that it comes to is asked first, so that its half is seen first.
    const hosts = [to, from].map(({ name, uri }) => ({
      name,
      uri,
      peerUri: uri,
      migrateUri: `unix://${peers?.folder}/move-${name}`,
    }));
    const setup = {
      config: { name: "kvm", type: "libvirt", settings: { hosts, domainType: "qemu" } },
      dataFolder: peers.folder,
      baseFolder: peers.folder,
      entropy: { uuid: () => "", u32: () => 0 },
    } as const;
    provider = await openLibvirt({ ...setup, clock });
    const sleep: Clock["sleep"] = (ms, signal) => clock.sleep(Math.min(ms, HURRIED_MS), signal);
    hurried = await openLibvirt({ ...setup, clock: { now: () => clock.now(), sleep } });
  });
  afterAll(async () => {
    await hurried.close();
    await provider.close();
    await arriving.close();
    await peers?.stop();
  });

  test("keeps its disks while its old host is silent, and arrives when that speaks again", async () => {
    const context = { clock, signal: new AbortController().signal, log: () => undefined };
    const created = await provider.create({ ...base, attributes, host: from.name }, context);
    expect(created).toMatchObject({ is: "done", host: from.name });
    const volumes = volumesAt(from);
    expect(volumes).toBeGreaterThan(0);

    const started = new Promise<void>((resolve) => {
      void arriving.on("lifecycle", ({ event }) => (event === "started" ? resolve() : undefined));
    });
    // Slow enough that it does not arrive before it is stopped.
    await virsh(from, "migrate-setspeed", "shop.vm-1", "1");
    const giveUp = new AbortController();
    const lost = move(giveUp.signal, PEER_TIMEOUT_MS);
    await started;
    const emulator = emulatorPid(to, "shop.vm-1", "-incoming");
    process.kill(emulator, "SIGSTOP");
    giveUp.abort();
    expect(await lost).toMatchObject({ is: "unknown", why: { type: "transient" } });

    const daemon = daemonPid(from);
    process.kill(daemon, "SIGSTOP");
    try {
      const seen = await hurried.observe({ ids: [], lineage: base.tag.lineage }, context);
      expect(seen.complete).toBe(false);
      expect(seen.objects).toMatchObject([
        { id: base.objectId, host: from.name, power: "on", unfinished: expect.any(String) },
      ]);
      const repeat = move(context.signal, 3000);
      // It comes back while the repeat is at work, as after a pause of the whole host.
      await clock.sleep(8000);
      process.kill(daemon, "SIGCONT");
      const silent = { type: "transient", code: "VP6323" };
      expect(await repeat).toMatchObject({ is: "failed", why: silent });
    } finally {
      process.kill(daemon, "SIGCONT");
    }
    expect(volumesAt(from)).toBe(volumes);

    const second = move(context.signal, PEER_TIMEOUT_MS);
    await clock.sleep(500);
    process.kill(emulator, "SIGCONT");
    await virsh(from, "migrate-setspeed", "shop.vm-1", "1000");
    let arrived = await second;
    // Whoever waits may have met the end of the earlier move: then it is asked again, as in apply.
    for (let repeats = 0; arrived.is === "unknown" && repeats < 3; repeats++) {
      arrived = await move(context.signal, PEER_TIMEOUT_MS);
    }
    expect(arrived).toMatchObject({ is: "done", host: to.name });
    expect(volumesAt(from)).toBe(0);
    expect(volumesAt(to)).toBe(volumes);
  });
});
