import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  consoleOf,
  domainsOf,
  kvmProject,
  type KvmProject,
  uuidsOf,
  virsh,
  volumeOwners,
} from "../../support/libvirt-project.ts";
import { describeWithPeers } from "../peers.ts";
import { awaitConsole, buildGuest, offerGuest } from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const VMS = ["web-1", "web-2", "web-3", "web-4"];
const FOREIGN = `<domain type='qemu'><name>legacy</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;

const oldMachine = (uuid: string): string =>
  JSON.stringify({
    apiVersion: "vmoperator.vmware.com/v1alpha6",
    kind: "VirtualMachine",
    metadata: { name: "old", namespace: "shop", annotations: { "vpac.dev/adopt": uuid } },
    spec: { className: "tiny", imageName: "guest", powerOffMode: "Hard" },
  });

/** One story on two hosts: every test goes on where the one before has ended. */
describeWithPeers("libvirt", "four VMs on two hosts", () => {
  let peers: LibvirtHosts | undefined;
  let hosts: readonly [LibvirtHost, LibvirtHost];
  let work: KvmProject;
  let foreign = "";
  const everywhere = async (): Promise<string[]> => [
    ...[...(await domainsOf(hosts[0]))].map(([name, state]) => `${name} ${state}`),
    ...[...(await domainsOf(hosts[1]))].map(([name, state]) => `${name} ${state}`),
  ];

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a", "kvm-b"] });
    hosts = peers.hosts as unknown as [LibvirtHost, LibvirtHost];
    const image = offerGuest("tiny", await buildGuest("tiny"), peers.hosts);
    work = kvmProject(peers, image);
    work.write("foreign.xml", FOREIGN);
    await virsh(hosts[0], "define", `${work.path}/foreign.xml`);
    await virsh(hosts[0], "start", "legacy");
    foreign = (await virsh(hosts[0], "dumpxml", "legacy")).stdout;
  });
  afterAll(async () => {
    work.remove();
    await peers?.stop();
  });

  const planIsEmpty = async (): Promise<void> => {
    const ran = await work.run("plan -f . --detailed-exitcode");
    expect(ran.stdout + ran.stderr).toContain("No changes.");
    expect(ran.code).toBe(0);
  };

  test("are made as planned, and virsh agrees", async () => {
    work.wish({ vms: VMS });
    const planned = await work.run("plan -f . --detailed-exitcode");
    expect(planned.stdout).toContain("4 to add, 0 to change, 0 to destroy");
    expect(planned.code).toBe(2);
    expect(await everywhere()).toEqual(["legacy running"]);
    const applied = await work.run("apply -f . --yes");
    expect(applied.stdout).toContain("4 added, 0 changed, 0 destroyed");
    expect((await everywhere()).sort()).toEqual(
      ["legacy", ...VMS.map((name) => `shop.${name}`)].map((name) => `${name} running`),
    );
    await planIsEmpty();
  });

  test("read their names and addresses from what they were given", async () => {
    for (const [index, name] of VMS.entries()) {
      const [host, uuid] = await placeOf(name);
      await awaitConsole(
        consoleOf(host, uuid),
        new RegExp(`hostname=${name} address=10\\.9\\.0\\.${index + 1}/24`),
      );
    }
  });

  test("are missed when one is switched off behind our back, and started again", async () => {
    const [host, uuid] = await placeOf("web-2");
    await virsh(host, "destroy", uuid);
    const planned = await work.run("plan -f .");
    expect(planned.stdout).toContain("vm/shop/web-2  power: is off, was left on");
    expect((await work.run("apply -f . --yes")).code).toBe(0);
    expect((await domainsOf(host)).get("shop.web-2")).toBe("running");
    await planIsEmpty();
  });

  test("leave a host in maintenance while their guests run on", async () => {
    const moving = await uuidsOf(hosts[0]);
    const [before = ""] = volumeOwners(hosts[0]);
    const starts = startsIn(await awaitConsole(consoleOf(hosts[0], before), /up=\d/));
    work.wish({ vms: VMS, maintenance: ["kvm-a"] });
    const applied = await work.run("apply -f . --yes");
    expect(applied.stdout, applied.stderr).toContain("0 added, 2 changed, 0 destroyed");
    expect([...(await domainsOf(hosts[0])).keys()]).toEqual(["legacy"]);
    expect(volumeOwners(hosts[0])).toEqual([]);
    expect(volumeOwners(hosts[1])).toEqual(await uuidsOf(hosts[1]));
    expect(await uuidsOf(hosts[1])).toContain(before);
    const path = consoleOf(hosts[1], before);
    const atMove = readFileSync(path, "utf8");
    const later = await awaitConsole(
      path,
      new RegExp(`(up=.*\\n[^]*){${upTimes(atMove).length + 2}}`),
    );
    expect(startsIn(later)).toBe(starts);
    const [earlier = 0, last = 0] = upTimes(later).slice(-2);
    expect(last).toBeGreaterThan(earlier);
    expect(moving.length).toBe(3);
    await planIsEmpty();
  });

  test("are stopped to get another size, and run again", async () => {
    work.wish({ vms: VMS, memory: "112Mi", powerOffMode: "TrySoft" });
    const applied = await work.run("apply -f . --yes");
    expect(applied.stdout, applied.stderr).toContain("0 added, 4 changed, 0 destroyed");
    const [host, uuid] = await placeOf("web-3");
    expect((await virsh(host, "dominfo", uuid)).stdout).toMatch(/Max memory:\s+114688 KiB/);
    expect((await domainsOf(host)).get("shop.web-3")).toBe("running");
    await planIsEmpty();
  });

  test("are joined by one that somebody else made, which is not restarted and let go again", async () => {
    work.write("old.xml", FOREIGN.replace("legacy", "shop.old").replace("64", "112"));
    await virsh(hosts[1], "define", `${work.path}/old.xml`);
    await virsh(hosts[1], "start", "shop.old");
    const [, uuid] = await placeOf("old");
    const number = (await virsh(hosts[1], "domid", uuid)).stdout;
    work.write("old.yaml", oldMachine(uuid));
    expect((await work.run("plan -f .")).stdout).toContain("& vm/shop/old  adopt  on kvm-b");
    expect((await work.run("apply -f . --yes")).code).toBe(0);
    await planIsEmpty();
    expect((await virsh(hosts[1], "domid", uuid)).stdout).toBe(number);
    const forgotten = await work.run("state forget vm/shop/old -f .");
    expect(forgotten.code, forgotten.stderr).toBe(0);
    expect((await virsh(hosts[1], "dumpxml", uuid)).stdout).toMatch(/<vpac:object [^>]*lineage=""/);
    expect((await domainsOf(hosts[1])).get("shop.old")).toBe("running");
    rmSync(join(work.path, "old.yaml"));
    await virsh(hosts[1], "destroy", uuid);
    await virsh(hosts[1], "undefine", uuid);
  });

  test("say what is unknown when one host is down, and nothing is guessed", async () => {
    await hosts[1].killDaemon();
    const ran = await work.run("plan -f . --detailed-exitcode");
    await hosts[1].startDaemon();
    expect(ran.stderr).toContain('host "kvm-b": its libvirt daemon cannot be reached');
    expect(ran.stdout).toContain("0 to add");
    expect(ran.stdout).toContain("4 changes blocked");
    await planIsEmpty();
  });

  test("are gone after destroy, with every volume of theirs and nothing else", async () => {
    const ran = await work.run("destroy -f . --yes --confirm default");
    expect(ran.stdout).toContain("4 destroyed");
    expect(await everywhere()).toEqual(["legacy running"]);
    expect([...volumeOwners(hosts[0]), ...volumeOwners(hosts[1])]).toEqual([]);
    expect((await virsh(hosts[0], "dumpxml", "legacy")).stdout).toBe(foreign);
  });

  const placeOf = async (name: string): Promise<readonly [LibvirtHost, string]> => {
    for (const host of hosts) {
      const { stdout, code } = await virsh(host, "domuuid", `shop.${name}`);
      if (code === 0) return [host, stdout.trim()];
    }
    throw new Error(`no host has shop.${name}`);
  };
});

const startsIn = (text: string): number => text.match(/starts=/g)?.length ?? 0;

const upTimes = (text: string): readonly number[] =>
  [...text.matchAll(/up=(\d+)/g)].map((match) => Number(match[1]));
