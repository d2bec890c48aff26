/** Calls to a real libvirtd that are made for their answers alone, to see the shape of each. */
import { expect } from "vitest";
import type { LibvirtConnection } from "../../../providers/libvirt/rpc/connection.ts";
import { CREATE, IMPACT, STATISTICS } from "../../../providers/libvirt/rpc/flags.ts";
import type { Arguments, ProcedureName, Result } from "../../../providers/libvirt/rpc/protocol.ts";
import { ALL, caught, machine, volumeXml } from "./rpc-under-test.ts";

/** Calls whose answers count, and what was answered so far. */
export interface Asks {
  readonly answered: Set<ProcedureName>;
  readonly ask: <Name extends ProcedureName>(
    connection: LibvirtConnection,
    name: Name,
    args: Arguments<Name>,
  ) => Promise<Result<Name>>;
}

/** Nothing was answered yet. */
export function makeAsks(): Asks {
  const answered = new Set<ProcedureName>();
  return {
    answered,
    ask: async (connection, name, args) => {
      const result = await connection.call(name, args);
      answered.add(name);
      return result;
    },
  };
}

/** What is asked of a domain that runs, stands still and is changed. */
export async function asksOfMachines(
  { ask, answered }: Asks,
  qemu: LibvirtConnection,
): Promise<void> {
  const defined = await qemu.call("DomainDefineXMLFlags", { xml: machine("m"), flags: 0 });
  const list = await ask(qemu, "ConnectListAllDomains", { needResults: 1, flags: ALL });
  expect(list.domains).toContainEqual(defined.dom);
  await ask(qemu, "DomainSetAutostart", { dom: defined.dom, autostart: 1 });
  expect(await ask(qemu, "DomainGetAutostart", defined)).toEqual({ autostart: 1 });
  const { dom } = await qemu.call("DomainCreateWithFlags", { ...defined, flags: CREATE.paused });
  const groups = STATISTICS.state | STATISTICS.cpuTotal | STATISTICS.balloon | STATISTICS.vcpu;
  const { records } = await qemu.call("ConnectGetAllDomainStats", {
    doms: [dom],
    stats: groups,
    flags: 0,
  });
  expect(records[0]?.params).toContainEqual({
    field: "balloon.current",
    type: "ullong",
    value: 32_768,
  });
  await ask(qemu, "DomainReset", { dom, flags: 0 });
  expect(await ask(qemu, "DomainGetJobInfo", { dom })).toMatchObject({ type: 0 });
  expect(await ask(qemu, "DomainGetJobStats", { dom, flags: 0 })).toEqual({
    type: 0,
    params: [],
  });
  const { interfaces } = await ask(qemu, "DomainInterfaceAddresses", {
    dom,
    source: 0,
    flags: 0,
  });
  expect(interfaces).toEqual([]);
  expect(await caught(ask(qemu, "DomainAbortJob", { dom }))).toMatchObject({
    meaning: "operationInvalid",
  });
  answered.add("DomainAbortJob");
  const noDisk = { dom, disk: "vda", size: 2_097_152, flags: 1 } as const;
  expect(await caught(ask(qemu, "DomainBlockResize", noDisk))).toMatchObject({
    meaning: "invalidArgument",
  });
  answered.add("DomainBlockResize");
  const device = {
    dom,
    xml: "<watchdog model='i6300esb' action='none'/>",
    flags: IMPACT.config,
  } as const;
  await ask(qemu, "DomainAttachDeviceFlags", device);
  await ask(qemu, "DomainDetachDeviceFlags", device);
  await qemu.call("DomainDestroyFlags", { dom, flags: 0 });
  await qemu.call("DomainUndefineFlags", { dom, flags: 0 });
}

/** What is asked of a network from its definition to its end. */
export async function asksOfNetworks({ ask }: Asks, qemu: LibvirtConnection): Promise<void> {
  const xml =
    "<network><name>n</name><bridge name='vpn0'/><ip address='192.168.131.1' prefix='24'/></network>";
  const { net } = await ask(qemu, "NetworkDefineXML", { xml });
  const list = await ask(qemu, "ConnectListAllNetworks", { needResults: 1, flags: 0 });
  expect(list.networks).toContainEqual(net);
  expect(await ask(qemu, "NetworkLookupByName", { name: "n" })).toEqual({ net });
  await ask(qemu, "NetworkSetAutostart", { net, autostart: 0 });
  await ask(qemu, "NetworkCreate", { net });
  const leases = { net, mac: undefined, needResults: 1, flags: 0 };
  expect(await ask(qemu, "NetworkGetDHCPLeases", leases)).toEqual({ leases: [], count: 0 });
  expect((await ask(qemu, "NetworkGetXMLDesc", { net, flags: 0 })).xml).toContain("vpn0");
  await ask(qemu, "NetworkDestroy", { net });
  await ask(qemu, "NetworkUndefine", { net });
}

/** What is asked of a pool and of one volume in it. */
export async function asksOfPools({ ask }: Asks, qemu: LibvirtConnection): Promise<void> {
  const xml =
    "<pool type='dir'><name>p</name><target><path>/var/lib/libvirt/p</path></target></pool>";
  const { pool } = await ask(qemu, "StoragePoolDefineXML", { xml, flags: 0 });
  await ask(qemu, "StoragePoolBuild", { pool, flags: 0 });
  await ask(qemu, "StoragePoolCreate", { pool, flags: 0 });
  await ask(qemu, "StoragePoolSetAutostart", { pool, autostart: 1 });
  await ask(qemu, "StoragePoolRefresh", { pool, flags: 0 });
  const list = await ask(qemu, "ConnectListAllStoragePools", { needResults: 1, flags: 0 });
  expect(list.pools).toContainEqual(pool);
  expect(await ask(qemu, "StoragePoolLookupByName", { name: "p" })).toEqual({ pool });
  const info = await ask(qemu, "StoragePoolGetInfo", { pool });
  expect(info.state).toBe(2);
  expect(info.capacityBytes).toBeGreaterThanOrEqual(info.availableBytes);
  expect((await ask(qemu, "StoragePoolGetXMLDesc", { pool, flags: 0 })).xml).toContain("/p</path>");
  const made = { pool, xml: volumeXml("v", 1), flags: 0 };
  const { volume } = await ask(qemu, "StorageVolCreateXML", made);
  expect(volume).toMatchObject({ pool: "p", name: "v" });
  const volumes = { volumes: [volume], count: 1 };
  const all = { pool, needResults: 1, flags: 0 };
  expect(await ask(qemu, "StoragePoolListAllVolumes", all)).toEqual(volumes);
  const { path } = await ask(qemu, "StorageVolGetPath", { volume });
  expect(path).toBe("/var/lib/libvirt/p/v");
  expect(await ask(qemu, "StorageVolLookupByPath", { path })).toEqual({ volume });
  expect(await ask(qemu, "StorageVolLookupByName", { pool, name: "v" })).toEqual({ volume });
  await ask(qemu, "StorageVolResize", { volume, capacityBytes: 2_097_152, flags: 0 });
  const grown = await ask(qemu, "StorageVolGetInfo", { volume });
  expect(grown.capacityBytes).toBe(2_097_152);
  expect((await ask(qemu, "StorageVolGetXMLDesc", { volume, flags: 0 })).xml).toContain(path);
  await ask(qemu, "StorageVolDelete", { volume, flags: 0 });
  await ask(qemu, "StoragePoolDestroy", { pool });
  await ask(qemu, "StoragePoolUndefine", { pool });
}
