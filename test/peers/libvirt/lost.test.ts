import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  domainsOf,
  kvmProject,
  type KvmProject,
  uuidsOf,
  volumeOwners,
} from "../../support/libvirt-project.ts";
import type { Ran } from "../../support/vpac.ts";
import { describeWithPeers } from "../peers.ts";
import { buildGuest, offerGuest } from "./guest/guests.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";
import { daemonPid } from "./processes.ts";

const DOMAIN = "shop.web-1";
/** The instant is met nearly always; on a busy machine the daemon may be quicker than the kill. */
const ATTEMPTS_MAX = 10;

describeWithPeers("libvirt", "a machine that a killed daemon was starting", () => {
  let peers: LibvirtHosts | undefined;
  let here: LibvirtHost;
  let there: LibvirtHost;
  let work: KvmProject;

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a", "kvm-b"] });
    [here, there] = peers.hosts as unknown as [LibvirtHost, LibvirtHost];
    const { source, format } = offerGuest("tiny", await buildGuest("tiny"), peers.hosts);
    work = kvmProject(peers, { source: source ?? "", format: format ?? "" });
  });
  afterAll(async () => {
    work.remove();
    await peers?.stop();
  });

  const apply = (): Promise<Ran> =>
    work.run("apply -f . --yes --allow-destroy 1 --confirm default");

  const expectOnly = async (host: LibvirtHost): Promise<void> => {
    const { code, stdout } = await work.run("plan -f . --detailed-exitcode");
    expect([code, stdout]).toEqual([0, expect.any(String)]);
    for (const each of [here, there]) {
      const wanted = each === host ? [[DOMAIN, "running"]] : [];
      expect([...(await domainsOf(each))]).toEqual(wanted);
      expect(volumeOwners(each)).toEqual(await uuidsOf(each));
    }
  };

  /** Applies a wish again and again until the daemon was killed where it loses the start. */
  const applyLosing = async (host: LibvirtHost, wish: () => Promise<void>): Promise<Ran> => {
    for (let attempt = 1; ; attempt++) {
      await wish();
      const isLost = killAtStart(host);
      const applied = await apply();
      if (isLost()) return applied;
      if (attempt === ATTEMPTS_MAX) expect.unreachable(`${applied.stdout}${applied.stderr}`);
    }
  };

  test("is told with what its host has to do, and runs after that", async () => {
    const applied = await applyLosing(here, async () => {
      work.wish({ vms: [] });
      expect(await apply()).toMatchObject({ code: 0 });
      work.wish({ vms: ["web-1"], maintenance: [there.name] });
    });
    const lost = `the daemon of host "${here.name}" was killed while it started machine "${DOMAIN}"`;
    expect(applied).toMatchObject({ code: 9, stderr: expect.stringContaining(lost) });
    expect(applied.stderr).toContain(`/run/libvirt/qemu/${DOMAIN}.xml`);
    const planned = await work.run("plan -f . --detailed-exitcode");
    expect(planned).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("its start has not"),
    });

    await here.forgetStart(DOMAIN);
    expect(await apply()).toMatchObject({ code: 0 });
    await expectOnly(here);
  });

  test("is thrown away where it was the arriving half, and comes again", async () => {
    const applied = await applyLosing(there, async () => {
      work.wish({ vms: ["web-1"], maintenance: [there.name] });
      expect(await apply()).toMatchObject({ code: 0 });
      work.wish({ vms: ["web-1"], maintenance: [here.name] });
    });
    expect([applied.code, applied.stderr]).toEqual([0, expect.any(String)]);
    await expectOnly(there);
  });
});

/**
 * Kills the daemon of a host as soon as it has written down that it starts the machine. The answer
 * tells whether it did not know the emulator's process yet: then it forgets that, not the start.
 */
function killAtStart(host: LibvirtHost): () => boolean {
  const daemon = daemonPid(host);
  const status = join(host.statusFolder, `${DOMAIN}.xml`);
  let isKilled = false;
  let isLost = false;
  const watcher = watch(host.statusFolder, (_, file) => {
    if (isKilled || file !== `${DOMAIN}.xml` || !existsSync(status)) return;
    isKilled = true;
    process.kill(daemon, "SIGKILL");
    setTimeout(() => {
      isLost = existsSync(status) && readFileSync(status, "utf8").includes("pid='0'");
    }, 50);
  });
  return () => {
    watcher.close();
    return isLost;
  };
}
