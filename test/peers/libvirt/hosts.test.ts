import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PEER_TIMEOUT_MS } from "../../support/vpac.ts";
import { describeWithPeers } from "../peers.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const run = promisify(execFile);

async function virsh(uri: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run("virsh", ["-q", "-c", uri, ...words], { timeout: PEER_TIMEOUT_MS });
  return stdout.trim();
}

const machineXml = (devices: string): string =>
  `<domain type='qemu'><name>m</name><memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os><devices>${devices}</devices></domain>`;

const INTERFACE = "<interface type='network'><source network='default'/></interface>";

describeWithPeers("libvirt", "the hosts of the libvirt suite", () => {
  let peers: LibvirtHosts | undefined;
  let a: LibvirtHost;
  let b: LibvirtHost;

  beforeAll(async () => {
    peers = await startLibvirtHosts({
      names: ["kvm-a", "kvm-b"],
      memoryMiB: 8192,
      cells: 2,
      tcp: true,
    });
    [a, b] = peers.hosts as [LibvirtHost, LibvirtHost];
  });
  afterAll(() => peers?.stop());

  const startMachine = async (uri: string): Promise<void> => {
    const file = join(peers?.folder ?? "", "machine.xml");
    writeFileSync(file, machineXml(peers?.hasTap === true ? INTERFACE : ""));
    await virsh(uri, "create", file);
  };

  test("are two hosts: each has its own identity, pool and network", async () => {
    const [first, second] = await Promise.all([a, b].map(({ uri }) => virsh(uri, "capabilities")));
    const identity = /<uuid>.*/;
    expect(identity.exec(first ?? "")?.[0]).not.toBe(identity.exec(second ?? "")?.[0]);
    for (const { name, uri } of [a, b]) {
      expect(await virsh(uri, "hostname")).toBe(name);
      expect(await virsh(uri, "pool-list", "--name")).toBe("default");
      expect(await virsh(uri, "net-list", "--name")).toBe(peers?.hasTap === true ? "default" : "");
    }
    await virsh(a.uri, "vol-create-as", "default", "only-a", "1M");
    expect(existsSync(`${a.imagesFolder}/only-a`)).toBe(true);
    expect(await virsh(b.uri, "vol-list", "default")).toBe("");
  });

  test("show the memory they were given, over TCP too", async () => {
    expect(await virsh(a.tcpUri ?? "", "nodememstats")).toMatch(/total *: *8388608 KiB/);
    expect(await virsh(b.uri, "freecell", "--all")).toMatch(/1: *4194304 KiB/);
  });

  test("keep their machines when the daemon is killed, and lose them with their power", async () => {
    await startMachine(a.uri);
    await a.killDaemon();
    await expect(virsh(a.uri, "list")).rejects.toThrow();
    await a.startDaemon();
    expect(await virsh(a.uri, "list", "--name")).toBe("m");
    await a.restartDaemon();
    expect(await virsh(a.uri, "list", "--name")).toBe("m");
    await a.powerLoss();
    await expect(virsh(a.uri, "list")).rejects.toThrow();
    await a.powerOn();
    expect(await virsh(a.uri, "list", "--name")).toBe("");
    expect(await virsh(a.uri, "net-list", "--name")).toBe(peers?.hasTap === true ? "default" : "");
  });

  test("leave nothing behind", async () => {
    const folder = peers?.folder ?? "";
    await startMachine(b.uri);
    await peers?.stop();
    expect(existsSync(folder)).toBe(false);
    expect((await run("ps", ["-eo", "args"])).stdout).not.toContain(folder);
  });
});
