import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outcome, Provider } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { Admission } from "../../../providers/libvirt/admission.ts";
import { HostLink } from "../../../providers/libvirt/link.ts";
import { Operation } from "../../../providers/libvirt/operation.ts";
import { readSettings } from "../../../providers/libvirt/settings.ts";
import { permitOf, vmIntent } from "../../contract/subjects.ts";
import { callContext, openOn } from "../../support/libvirt-provider.ts";
import { describeWithPeers } from "../peers.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

const context = callContext();
const MACHINES = 20;

describeWithPeers("libvirt", "the neighbours of a machine", () => {
  let peers: LibvirtHosts;
  let host: LibvirtHost;
  let provider: Provider;

  const machine = (number: number, macAddr: string): ReturnType<typeof vmIntent> => {
    const spec: JsonObject = {
      powerOffMode: "Hard",
      powerState: "PoweredOff",
      network: { interfaces: [{ name: "eth0", macAddr }] },
    };
    return vmIntent(number, { host: "kvm-a", attributes: { spec } });
  };
  const create = (number: number, macAddr: string): Promise<Outcome> =>
    provider.create(machine(number, macAddr), context);

  beforeAll(async () => {
    peers = await startLibvirtHosts({ names: ["kvm-a"] });
    [host] = peers.hosts as unknown as [LibvirtHost];
    provider = await openOn(peers);
  });
  afterAll(async () => {
    await provider.close();
    await peers.stop();
  });

  test("may not have a card with its MAC address", async () => {
    const done = { is: "done", changed: true };
    expect(await create(401, "52:00:00:00:00:01")).toMatchObject(done);
    const why = { type: "conflict", code: "VP6340" };
    expect(await create(402, "52:00:00:00:00:01")).toMatchObject({ is: "failed", why });
    expect(await create(402, "52:00:00:00:00:02")).toMatchObject(done);
    for (const number of [401, 402]) {
      await provider.remove(permitOf(machine(number, "")), context);
    }
  });

  test("are read once when many machines ask for room at the same time", async () => {
    const uri = host.uri;
    const [settings] = readSettings({ name: "kvm", type: "libvirt", settings: { uri } }).hosts;
    if (settings === undefined) throw new Error("no host");
    // What was read stays fresh, however long the machine takes for the rest.
    const link = new HostLink(settings, { ...context.clock, now: () => 0 }, 4);
    const operation = new Operation(context, 120_000);
    for (let number = 0; number < MACHINES; number++) {
      const xml = `<domain type='qemu'><name>n-${number}</name><memory unit='MiB'>64</memory>
        <os><type>hvm</type></os></domain>`;
      await operation.tell(link, "DomainDefineXMLFlags", { xml, flags: 0 });
    }
    let documents = 0;
    const call = link.call.bind(link);
    link.call = (name, args, options) => {
      if (name === "DomainGetXMLDesc") documents++;
      return call(name, args, options);
    };
    const admission = new Admission();
    for (let times = 0; times < 10; times++) {
      await admission.check(link, { objectId: `new-${times}`, attributes: {} }, operation);
    }
    expect(documents).toBe(MACHINES);
    await link.close();
  });
});
