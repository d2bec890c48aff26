import { expect, test } from "vitest";
import type { LibvirtConnection } from "../../../providers/libvirt/rpc/connection.ts";
import { LibvirtError } from "../../../providers/libvirt/rpc/errors.ts";
import type { LifecycleEvent } from "../../../providers/libvirt/rpc/events.ts";
import {
  CREATE,
  DOMAIN_XML,
  IMPACT,
  METADATA,
  MIGRATE,
  MIGRATE_PARAMETER,
  STATISTICS,
} from "../../../providers/libvirt/rpc/flags.ts";
import {
  type Arguments,
  PROCEDURES,
  type ProcedureName,
  type Result,
} from "../../../providers/libvirt/rpc/protocol.ts";
import { emulatorPid } from "./processes.ts";
import { ALL, caught, clock, describeWithRpc, machine, volumeXml } from "./rpc-under-test.ts";

const NAMESPACE = "https://vpac.dev/ns/test/1";

const testDomain = (name: string): string =>
  `<domain type='test'><name>${name}</name><memory unit='MiB'>64</memory><vcpu current='1'>2</vcpu>
   <os><type>hvm</type></os></domain>`;

/** What a call gives: its result, or what it threw. */
const caughtOr = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error);

describeWithRpc("the protocol client and a real libvirtd", (rpc) => {
  const answered = new Set<ProcedureName>();

  /** A call whose answer counts for the table. */
  const ask = async <Name extends ProcedureName>(
    connection: LibvirtConnection,
    name: Name,
    args: Arguments<Name>,
  ): Promise<Result<Name>> => {
    const result = await connection.call(name, args);
    answered.add(name);
    return result;
  };

  test("opens over the socket and over TCP on loopback", async () => {
    for (const uri of [rpc.host.uri, rpc.host.tcpUri ?? "", rpc.host.testUri]) {
      const connection = await rpc.open(uri);
      expect(connection.libraryVersion).toBeGreaterThanOrEqual(9_000_000);
      expect(await ask(connection, "ConnectGetHostname", {})).toEqual({ hostname: "rpc" });
      await connection.close();
      expect(await connection.ended).toMatchObject({ cause: "closed" });
      expect(await caught(connection.call("ConnectGetHostname", {}))).toMatchObject({
        name: "ConnectionLost",
        sent: false,
      });
    }
  });

  test("a domain is defined, started, changed, stopped and undefined, with its events", async () => {
    const connection = await rpc.open(rpc.host.testUri);
    const other = await rpc.open(rpc.host.testUri);
    const seen: LifecycleEvent[] = [];
    const unsubscribe = await other.on("lifecycle", (event) => seen.push(event));
    const { dom } = await ask(connection, "DomainDefineXMLFlags", {
      xml: testDomain("shop.db-0"),
      flags: 0,
    });
    expect(await ask(connection, "DomainLookupByUUID", { uuid: dom.uuid })).toEqual({ dom });
    expect(await ask(connection, "DomainLookupByName", { name: dom.name })).toEqual({ dom });
    const started = await ask(connection, "DomainCreateWithFlags", { dom, flags: 0 });
    expect(started.dom).toMatchObject({ name: dom.name, uuid: dom.uuid });
    expect(started.dom.id).toBeGreaterThan(0);
    expect(await ask(connection, "DomainGetState", { dom, flags: 0 })).toMatchObject({ state: 1 });
    await ask(connection, "DomainSuspend", { dom });
    expect(await ask(connection, "DomainGetState", { dom, flags: 0 })).toMatchObject({ state: 3 });
    await ask(connection, "DomainResume", { dom });
    await ask(connection, "DomainSetVcpusFlags", { dom, vcpus: 2, flags: IMPACT.config });
    await ask(connection, "DomainSetMemoryFlags", { dom, memoryKiB: 32_768, flags: IMPACT.config });
    const { xml } = await ask(connection, "DomainGetXMLDesc", { dom, flags: DOMAIN_XML.inactive });
    expect(xml).toContain("<currentMemory unit='KiB'>32768</currentMemory>");
    await ask(connection, "DomainReboot", { dom, flags: 0 });
    await ask(connection, "DomainDestroyFlags", { dom, flags: 0 });
    await ask(connection, "DomainCreateWithFlags", { dom, flags: 0 });
    await ask(connection, "DomainShutdownFlags", { dom, flags: 0 });
    await ask(connection, "DomainUndefineFlags", { dom, flags: 0 });
    await expect.poll(() => seen.at(-1)?.event, { timeout: 30_000 }).toBe("undefined");
    await unsubscribe();
    expect(new Set(seen.map(({ dom: of }) => of.uuid))).toEqual(new Set([dom.uuid]));
    expect(seen.map(({ event }) => event)).toEqual([
      "defined",
      "started",
      "suspended",
      "resumed",
      "stopped",
      "started",
      "stopped",
      "undefined",
    ]);
    await ask(connection, "DomainDefineXMLFlags", { xml: testDomain("later"), flags: 0 });
    expect(seen.at(-1)?.event).toBe("undefined");
    answered.add("ConnectDomainEventCallbackRegisterAny");
    answered.add("ConnectDomainEventCallbackDeregisterAny");
  });

  test("metadata of ours survives every character", async () => {
    const connection = await rpc.open(rpc.host.testUri);
    const { dom } = await ask(connection, "DomainDefineXMLFlags", {
      xml: testDomain("meta"),
      flags: 0,
    });
    const at = { dom, type: METADATA.element, uri: NAMESPACE, flags: IMPACT.config } as const;
    expect(await caught(connection.call("DomainGetMetadata", at))).toMatchObject({
      meaning: "noMetadata",
    });
    const metadata = "<owner hash='a&amp;b&lt;&quot;'>\u{1f600} grüße</owner>";
    await ask(connection, "DomainSetMetadata", { ...at, metadata, key: "vpac" });
    const back = await ask(connection, "DomainGetMetadata", at);
    expect(back.metadata).toContain("\u{1f600} grüße");
    expect(back.metadata).toContain("a&amp;b&lt;");
    await connection.call("DomainSetMetadata", { ...at, metadata: undefined, key: undefined });
    expect(await caught(connection.call("DomainGetMetadata", at))).toMatchObject({ code: 80 });
  });

  test("what the daemon refuses is typed by meaning", async () => {
    const connection = await rpc.open(rpc.host.uri);
    const call = connection.call.bind(connection);
    const { dom } = await call("DomainDefineXMLFlags", { xml: machine("refused"), flags: 0 });
    const { pool } = await call("StoragePoolLookupByName", { name: "default" });
    const volume = { pool, xml: volumeXml("refused", 1), flags: 0 };
    await call("StorageVolCreateXML", volume);
    const uuid = "00000000-0000-4000-8000-000000000000";
    const sameName = machine("refused").replace("<memory", `<uuid>${uuid}</uuid><memory`);
    const refusals: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["noDomain", () => call("DomainLookupByUUID", { uuid })],
      ["operationFailed", () => call("DomainDefineXMLFlags", { xml: sameName, flags: 0 })],
      ["operationInvalid", () => call("DomainDestroyFlags", { dom, flags: 0 })],
      ["xmlInvalid", () => call("DomainDefineXMLFlags", { xml: "<domain", flags: 0 })],
      ["noPool", () => call("StoragePoolLookupByName", { name: "none" })],
      ["noVolume", () => call("StorageVolLookupByName", { pool, name: "none" })],
      ["noVolume", () => call("StorageVolLookupByPath", { path: "/none" })],
      ["volumeExists", () => call("StorageVolCreateXML", volume)],
      ["noNetwork", () => call("NetworkLookupByName", { name: "none" })],
    ];
    for (const [meaning, refused] of refusals) {
      const error = await caught(refused());
      expect(error).toBeInstanceOf(LibvirtError);
      expect([meaning, error]).toMatchObject([meaning, { meaning, level: 2 }]);
    }
    await call("DomainUndefineFlags", { dom, flags: 0 });
  });

  test("a migration goes on when the connection that asked for it is gone", async () => {
    const [from, asking, to] = [
      await rpc.open(rpc.host.uri),
      await rpc.open(rpc.host.uri),
      await rpc.open(rpc.second.uri),
    ];
    const name = "moves";
    const { dom } = await from.call("DomainDefineXMLFlags", { xml: machine(name), flags: 0 });
    await from.call("DomainCreateWithFlags", { dom, flags: 0 });
    const flags =
      MIGRATE.live | MIGRATE.peerToPeer | MIGRATE.persistDestination | MIGRATE.undefineSource;
    const uri = { field: MIGRATE_PARAMETER.uri, value: `unix://${rpc.folder}/move.sock` };
    const none = { params: [], cookieIn: new Uint8Array(), flags: 0, cancelled: 1 };
    const named = {
      field: MIGRATE_PARAMETER.destinationName,
      type: "string",
      value: name,
    } as const;
    const dropped = from.call("DomainMigrateFinish3Params", { ...none, params: [named] });
    expect(await caught(dropped)).toMatchObject({ meaning: "operationFailed" });
    answered.add("DomainMigrateFinish3Params");
    // A machine that stands still keeps the migration from ending too early.
    const emulator = emulatorPid(rpc.host, name);
    process.kill(emulator, "SIGSTOP");
    const asked = asking.call("DomainMigratePerform3Params", {
      dom,
      destinationUri: rpc.second.uri,
      params: [{ ...uri, type: "string" }],
      cookieIn: new Uint8Array(),
      flags,
    });
    const error = caught(asked);
    await clock.sleep(300);
    await asking.close();
    expect(await error).toMatchObject({ name: "ConnectionLost", sent: true, lossCause: "closed" });
    process.kill(emulator, "SIGCONT");
    await expect
      .poll(() => caughtOr(from.call("DomainLookupByUUID", { uuid: dom.uuid })), {
        timeout: 30_000,
      })
      .toMatchObject({ meaning: "noDomain" });
    expect(await to.call("DomainGetState", { dom, flags: 0 })).toMatchObject({ state: 1 });
    await to.call("DomainDestroyFlags", { dom, flags: 0 });
    await to.call("DomainUndefineFlags", { dom, flags: 0 });
    answered.add("DomainMigratePerform3Params");
  });

  test("every other procedure of the table is answered in the shape it has there", async () => {
    const qemu = await rpc.open(rpc.host.uri);
    const info = await ask(qemu, "NodeGetInfo", {});
    expect(info.model).toBe("x86_64");
    expect(info.cpus).toBeGreaterThan(0);
    const { capabilities } = await ask(qemu, "ConnectGetCapabilities", {});
    expect(capabilities).toMatch(/^<capabilities>/);
    const any = { cellNumber: -1, cpuNumber: -1, flags: 0 };
    for (const name of ["NodeGetMemoryStats", "NodeGetCPUStats"] as const) {
      const { nparams } = await qemu.call(name, { ...any, nparams: 0 });
      const { params } = await ask(qemu, name, { ...any, nparams });
      expect(params).toHaveLength(nparams);
    }
    await asksOfMachines(qemu);
    await asksOfNetworks(qemu);
    await asksOfPools(qemu);
    const simulated = await rpc.open(rpc.host.testUri);
    const { records } = await ask(simulated, "ConnectGetAllDomainStats", {
      doms: [],
      stats: STATISTICS.state,
      flags: 0,
    });
    expect(records.length).toBeGreaterThan(0);
    for (const name of ["AuthList", "ConnectGetLibVersion"] as const)
      await ask(simulated, name, {});
    await ask(simulated, "ConnectSupportsFeature", { feature: 10 });
  });

  test("the tests above have asked for every procedure of the table", () => {
    // The handshake and the end of every connection.
    answered.add("ConnectOpen").add("ConnectClose");
    const left = (Object.keys(PROCEDURES) as ProcedureName[]).filter((name) => !answered.has(name));
    expect(left).toEqual([]);
  });

  const asksOfMachines = async (qemu: LibvirtConnection): Promise<void> => {
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
  };

  const asksOfNetworks = async (qemu: LibvirtConnection): Promise<void> => {
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
  };

  const asksOfPools = async (qemu: LibvirtConnection): Promise<void> => {
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
    expect((await ask(qemu, "StoragePoolGetXMLDesc", { pool, flags: 0 })).xml).toContain(
      "/p</path>",
    );
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
  };
});
