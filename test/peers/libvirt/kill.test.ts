import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  domainsOf,
  kvmProject,
  type KvmProject,
  type KvmWish,
  uuidsOf,
  virsh,
  volumeOwners,
} from "../../support/libvirt-project.ts";
import { cleanEnv, VPAC } from "../../support/vpac.ts";
import { randomStream } from "../../sim/random.ts";
import { describeWithPeers } from "../peers.ts";
import { buildGuest, offerGuest } from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const VMS = ["web-1", "web-2", "web-3", "web-4"];
const KILLS = Number(process.env["VPAC_KILLS"] ?? 30);
const SEED = Number(process.env["VPAC_KILL_SEED"] ?? 1);
/** Longest time after its first step has begun that a run is killed. */
const KILL_MS_MAX = 2500;
const RESTARTS = Number(process.env["VPAC_RESTARTS"] ?? 8);
/** The same for the daemons; each of the two takes a part of a second to be back. */
const RESTART_MS_MAX = 1000;
const OPTIONS = ["-f", ".", "--yes", "--allow-destroy", "4", "--confirm", "default"];

/** Wishes in turn: each is a different kind of work to be killed in. */
const WISHES: readonly KvmWish[] = [
  { vms: VMS },
  { vms: VMS, maintenance: ["kvm-a"] },
  { vms: VMS, memory: "80Mi", maintenance: ["kvm-b"] },
  { vms: VMS.slice(0, 1) },
];

describeWithPeers("libvirt", "a run that is killed", () => {
  let peers: LibvirtHosts | undefined;
  let hosts: readonly [LibvirtHost, LibvirtHost];
  let work: KvmProject;

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a", "kvm-b"] });
    hosts = peers.hosts as unknown as [LibvirtHost, LibvirtHost];
    // Without the kernel a machine halts in its BIOS, and takes next to nothing of the processor.
    const { source, format } = offerGuest("tiny", await buildGuest("tiny"), peers.hosts);
    work = kvmProject(peers, { source: source ?? "", format: format ?? "" });
  });
  afterAll(async () => {
    work.remove();
    await peers?.stop();
  });

  /** Applies until nothing is left to do; a move that goes on by itself is waited for. */
  const converge = async (): Promise<void> => {
    for (let round = 1; ; round++) {
      const applied = await work.run(`apply ${OPTIONS.join(" ")}`);
      for (const host of hosts) await obeyMessages(host, applied.stderr);
      const { code, stdout } = await work.run("plan -f . --detailed-exitcode");
      if (code === 0) return;
      if (round === 3) expect.unreachable(`${applied.stdout}${applied.stderr}${stdout}`);
    }
  };

  const expectWhole = async ({ vms, maintenance = [] }: KvmWish): Promise<void> => {
    const [first, second] = [await domainsOf(hosts[0]), await domainsOf(hosts[1])];
    expect([...first.keys(), ...second.keys()].sort()).toEqual(vms.map((name) => `shop.${name}`));
    expect([...first.values(), ...second.values()]).toEqual(vms.map(() => "running"));
    for (const host of hosts) {
      expect(volumeOwners(host)).toEqual(await uuidsOf(host));
      if (maintenance.includes(host.name)) expect(await uuidsOf(host)).toEqual([]);
    }
  };

  test(`converges from ${KILLS} instants without a second domain or a volume too many`, async () => {
    const random = randomStream(SEED, "libvirt kills");
    for (let kill = 0; kill < KILLS; kill++) {
      const wish = WISHES[kill % WISHES.length] ?? { vms: VMS };
      work.wish(wish);
      const afterMs = random.below(KILL_MS_MAX);
      await killAfter(work.path, afterMs);
      await converge();
      await expectWhole(wish);
    }
  });

  test("never takes a machine with it: its whole process group is killed (row B03)", async () => {
    work.wish({ vms: VMS });
    await converge();
    work.wish({ vms: VMS, maintenance: ["kvm-a"] });
    const before = await statesOf(hosts);
    await killAfter(work.path, 900);
    expect(await statesOf(hosts)).toEqual(before);
    await converge();
  });

  test(`is outlived by its hosts: daemons that are killed at ${RESTARTS} instants`, async () => {
    const random = randomStream(SEED, "libvirt restarts");
    for (let restart = 0; restart < RESTARTS; restart++) {
      const wish = WISHES[restart % WISHES.length] ?? { vms: VMS };
      work.wish(wish);
      const afterMs = random.below(RESTART_MS_MAX);
      await inApply(work.path, afterMs, async () => {
        await hosts[0].restartDaemon();
        await hosts[1].restartDaemon();
      });
      await converge();
      await expectWhole(wish);
    }
  });
});

/** A start that its daemon has lost can be ended by its host alone: what the message says is done. */
async function obeyMessages(host: LibvirtHost, text: string): Promise<void> {
  const messages = text.matchAll(/daemon of host "(\S+)" was killed while it started .*"(\S+)"/g);
  const lost = [...messages].flatMap(([, name, domain = ""]) =>
    name === host.name ? [domain] : [],
  );
  for (const domain of new Set(lost)) await host.forgetStart(domain);
}

/** Names and states of all machines, wherever they are. */
async function statesOf(hosts: readonly LibvirtHost[]): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (const host of hosts) {
    const { stdout } = await virsh(host, "list", "--name");
    for (const name of stdout.split("\n")) if (name !== "") seen.add(name);
  }
  return [...seen].sort();
}

/** Starts an apply as the leader of a process group, and kills the group in the middle of it. */
const killAfter = (cwd: string, ms: number): Promise<void> =>
  inApply(cwd, ms, (group) => {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    return Promise.resolve();
  });

/** Starts an apply as the leader of a process group, does something in the middle, and awaits it. */
async function inApply(
  cwd: string,
  ms: number,
  act: (group: number) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, [VPAC, "apply", ...OPTIONS, "-o", "ndjson"], {
    cwd,
    env: cleanEnv(),
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const begun = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes('"apply_start"')) resolve();
    });
  });
  await Promise.race([ended, begun]);
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ms))]);
  await act(child.pid ?? 0);
  await ended;
}
