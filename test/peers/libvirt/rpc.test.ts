import { expect, test } from "vitest";
import { LibvirtError } from "../../../providers/libvirt/rpc/errors.ts";
import type { LifecycleEvent } from "../../../providers/libvirt/rpc/events.ts";
import {
  DOMAIN_XML,
  IMPACT,
  METADATA,
  MIGRATE,
  MIGRATE_PARAMETER,
  STATISTICS,
} from "../../../providers/libvirt/rpc/flags.ts";
import { PROCEDURES, type ProcedureName } from "../../../providers/libvirt/rpc/protocol.ts";
import { emulatorPid } from "./processes.ts";
import { asksOfMachines, asksOfNetworks, asksOfPools, makeAsks } from "./rpc-asks.ts";
import { caught, clock, describeWithRpc, machine, volumeXml } from "./rpc-under-test.ts";

const NAMESPACE = "https://vpac.dev/ns/test/1";

const testDomain = (name: string): string =>
  `<domain type='test'><name>${name}</name><memory unit='MiB'>64</memory><vcpu current='1'>2</vcpu>
   <os><type>hvm</type></os></domain>`;

/** What a call gives: its result, or what it threw. */
const caughtOr = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error);

describeWithRpc("the protocol client and a real libvirtd", (rpc) => {
  const asks = makeAsks();
  const { ask, answered } = asks;

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
    await expect.poll(() => seen.at(-1)?.event).toBe("undefined");
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
    expect(await caught(dropped)).toMatchObject({ meaning: "operationInvalid" });
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
    // The daemon cannot get further than to ask the machine, whenever it gets to the call.
    await clock.sleep(3000);
    await asking.close();
    expect(await error).toMatchObject({ name: "ConnectionLost", sent: true, lossCause: "closed" });
    process.kill(emulator, "SIGCONT");
    await expect
      .poll(() => caughtOr(from.call("DomainLookupByUUID", { uuid: dom.uuid })))
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
    await asksOfMachines(asks, qemu);
    await asksOfNetworks(asks, qemu);
    await asksOfPools(asks, qemu);
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
});
