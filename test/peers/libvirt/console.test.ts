import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallContext, Intent, Provider } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { openLibvirt } from "../../../providers/libvirt/index.ts";
import { type SeedFormat, seedImage } from "../../../providers/libvirt/seed/image.ts";
import { permitOf, vmIntent } from "../../contract/subjects.ts";
import { setup } from "../../providers/libvirt/seed/setups.ts";
import { describeWithPeers } from "../peers.ts";
import {
  awaitConsole,
  buildGuest,
  GUEST_DEADLINE_MS,
  type GuestName,
  offerGuest,
} from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const run = promisify(execFile);

const MIB = 2 ** 20;
const MEMORY_MIB: Readonly<Record<GuestName, number>> = { tiny: 96, debian: 512 };

const context: CallContext = {
  clock: {
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  signal: new AbortController().signal,
  log: () => undefined,
};

describeWithPeers("libvirt", "what a guest reads from its seed", () => {
  let peers: LibvirtHosts;
  let host: LibvirtHost;
  let provider: Provider;

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a"], memoryMiB: 8192 });
    host = peers.hosts[0] as LibvirtHost;
    const settings = { domainType: "qemu", hosts: [{ name: host.name, uri: host.uri }] };
    provider = await openLibvirt({
      config: { name: "kvm", type: "libvirt", settings },
      dataFolder: peers.folder,
      baseFolder: peers.folder,
      clock: context.clock,
      entropy: { uuid: () => "", u32: () => 0 },
    });
  });
  afterAll(async () => {
    await provider?.close();
    await peers?.stop();
  });

  const machine = async (
    number: number,
    guestName: GuestName,
    { spec, bootstrap }: { readonly spec: JsonObject; readonly bootstrap: string },
  ): Promise<Intent> => {
    const guest = await buildGuest(guestName);
    const { commandLine, ...image } = offerGuest(guestName, guest, [host]);
    return vmIntent(number, {
      host: host.name,
      deadlineMs: GUEST_DEADLINE_MS,
      attributes: {
        metadata: {},
        spec: { className: "small", imageName: guestName, ...spec },
        image: { name: guestName, ...image, cmdline: commandLine, bootstrap },
        sizing: { vcpus: 1, cpuMillicores: 1000, memoryBytes: MEMORY_MIB[guestName] * MIB },
      },
    });
  };

  /** Starts the machine, reads its console until it says the wanted, and removes it. */
  const startAndRead = async (intent: Intent, wanted: RegExp): Promise<string> => {
    expect(await provider.create(intent, context)).toMatchObject({ is: "done", changed: true });
    try {
      return await awaitConsole(consoleOf(intent), wanted);
    } finally {
      expect(await provider.remove(permitOf(intent), context)).toMatchObject({ is: "done" });
    }
  };

  const consoleOf = ({ objectId }: Intent): string =>
    `${host.imagesFolder}/vpac-${objectId}-console.log`;

  const cards = (address: string): JsonObject => ({
    hostName: "primary",
    domainName: "shop.example",
    interfaces: [{ name: "eth0", addresses: [address], gateway4: "192.168.122.1" }],
  });

  test.for([
    ["cloud-init", "cidata", "192.168.122.21/24"],
    ["config-drive", "config-2", "192.168.122.22/24"],
  ] as const)(
    "its name and address, from %s as the volume %s",
    async ([bootstrap, label, address], { skip }) => {
      skip(!peers.hasTap, "there is no /dev/net/tun");
      const number = label === "cidata" ? 1 : 2;
      const intent = await machine(number, "tiny", {
        bootstrap,
        spec: { network: cards(address) },
      });
      const text = await startAndRead(intent, /vpac-guest: seed=.*\n/);
      expect(text).toContain(`seed=${label} hostname=primary address=${address}`);
      expect(text).toContain("image=tiny starts=1");
    },
  );

  test("the address that the network gives it, where it has none of its own", async ({ skip }) => {
    skip(!peers.hasTap, "there is no /dev/net/tun");
    const intent = await machine(3, "tiny", { bootstrap: "cloud-init", spec: {} });
    const text = await startAndRead(intent, /vpac-guest: seed=.*\n/);
    expect(text).toMatch(/hostname=vm-3 address=192\.168\.122\.\d+\/24/);
  });

  test("cloud-init reads either volume, and does what the cloud-config says", async ({ skip }) => {
    skip(!peers.hasTap, "there is no /dev/net/tun");
    const script =
      'echo "vpac-guest: hostname=$(hostname) address=$(ip -4 -o address show dev eth0 | ' +
      `sed -n 's/.* inet \\([^ ]*\\).*/\\1/p') source=$(cloud-id)" >/dev/ttyS0`;
    const cloudConfig = { runcmd: [["sh", "-c", script]] };
    const read = async (number: number, bootstrap: string, source: string): Promise<void> => {
      const address = `192.168.122.${40 + number}/24`;
      const bootstrapSpec = { cloudInit: { cloudConfig } };
      const spec = { bootstrap: bootstrapSpec, network: cards(address) };
      const intent = await machine(number, "debian", { bootstrap, spec });
      const text = await startAndRead(intent, /vpac-guest: hostname=.*\n/);
      expect(text).toContain(`hostname=primary address=${address} source=${source}`);
    };
    await Promise.all([read(6, "cloud-init", "nocloud"), read(7, "config-drive", "configdrive")]);
  });

  test("a machine that is asked to stop hears it, and its disk keeps what was written", async ({
    skip,
  }) => {
    skip(!peers.hasTap, "there is no /dev/net/tun");
    const intent = await machine(5, "tiny", { bootstrap: "cloud-init", spec: {} });
    expect(await provider.create(intent, context)).toMatchObject({ is: "done" });
    const virsh = async (verb: string): Promise<string> =>
      (await run("virsh", ["-q", "-c", host.uri, verb, `shop.${intent.name}`])).stdout.trim();
    await awaitConsole(consoleOf(intent), /hostname=/);
    await virsh("shutdown");
    await awaitConsole(consoleOf(intent), /power button/);
    await expect.poll(() => virsh("domstate"), { timeout: GUEST_DEADLINE_MS }).toBe("shut off");
    await virsh("start");
    const text = await awaitConsole(consoleOf(intent), /starts=2/);
    expect(text).toContain("starts=1");
    await provider.remove(permitOf(intent), context);
  });
});

describeWithPeers("libvirt", "seeds under the tools of others", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vpac-seed-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.for(["nocloud", "config-2"] as const)("%s", (format: SeedFormat) => {
    let file: string;

    beforeAll(() => {
      file = join(folder, format);
      writeFileSync(file, seedImage(format, setup));
    });

    test("has a label that the guest's tools find it by", async () => {
      const { stdout } = await run("blkid", ["-o", "export", file]);
      expect(stdout).toContain(`LABEL=${format === "nocloud" ? "cidata" : "config-2"}\n`);
      expect(stdout).toContain("TYPE=vfat\n");
    });

    test("is found without fault by the file system's checker", async () => {
      const { stdout } = await run("fsck.vfat", ["-n", "-v", file]);
      expect(stdout).toMatch(/\d+ files, \d+\/8095 clusters\n$/);
    });

    test("is read by mtools under the long names", async () => {
      const { stdout } = await run("mdir", ["-b", "-/", "-i", file, "::"]);
      const inside = format === "nocloud" ? "::/user-data" : "::/openstack/latest/user_data";
      expect(stdout.split("\n")).toContain(inside);
      const read = await run("mtype", ["-i", file, inside]);
      expect(read.stdout).toMatch(/^#cloud-config\n/);
    });
  });
});
