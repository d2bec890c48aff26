/** What calls to a libvirt daemon cost, against the same bytes without our client and virsh. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { systemClock } from "../../cli/wiring/clock.ts";
import { type LibvirtConnection, openConnection } from "../../providers/libvirt/rpc/connection.ts";
import { IMPACT, LIST_DOMAINS, METADATA, STATISTICS } from "../../providers/libvirt/rpc/flags.ts";
import { encodeFrame, FrameSplitter } from "../../providers/libvirt/rpc/frames.ts";
import { KEEP_ALIVE, keepAliveFrame } from "../../providers/libvirt/rpc/keepalive.ts";
import { procedureOf } from "../../providers/libvirt/rpc/protocol.ts";
import type { Domain } from "../../providers/libvirt/rpc/shapes.ts";
import { type LibvirtHost, startLibvirtHosts } from "../peers/libvirt/hosts.ts";
import { missingPeers } from "../peers/missing.ts";
import { median } from "../support/measure.ts";
import { emptyImportMs, importMs } from "./import-time.ts";
import { startRows } from "./rows.ts";

const DOMAINS = Number(process.env["BENCH_DOMAINS"] ?? 500);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 9);
const CALLS = 300;
const UPLOAD_MIB = 64;
const REMOTE = { program: 0x2000_8086, version: 1, type: 0, status: 0 };

const run = promisify(execFile);
const rows = startRows();
const clock = systemClock({});
const folder = mkdtempSync(join(tmpdir(), "vpac-bench-"));
const log = (text: string): void => void process.stderr.write(`${text}\n`);
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function medianOf(work: () => Promise<unknown>, rounds: number = ROUNDS): Promise<number> {
  // The first round warms up what is measured, on both sides of the socket.
  await work();
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) figures.push(await timed(work));
  return median(figures);
}

/** A socket without our client: sends bytes and counts the frames that come back. */
interface Raw {
  exchange(bytes: Uint8Array, frames: number): Promise<void>;
  readonly socket: Socket;
}

async function openRaw(path: string): Promise<Raw> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve).once("error", reject);
  });
  const splitter = new FrameSplitter();
  let missing = 0;
  let done: () => void = () => undefined;
  socket.on("data", (chunk: Buffer) => {
    missing -= splitter.push(chunk).length;
    if (missing <= 0) done();
  });
  const exchange = (bytes: Uint8Array, frames: number): Promise<void> =>
    new Promise((resolve) => {
      missing = frames;
      done = resolve;
      socket.write(bytes);
    });
  return { exchange, socket };
}

const domainXml = (type: string, index: number): string =>
  `<domain type='${type}'><name>shop.db-${index}</name><memory unit='MiB'>64</memory>
   <vcpu>2</vcpu><os><type arch='x86_64'>hvm</type></os></domain>`;

/** As large as what the provider keeps there. */
const metadata = `<owner lineage='l' address='vm/shop/db' fence='1'>${"x".repeat(1500)}</owner>`;

async function defineDomains(connection: LibvirtConnection, type: string): Promise<void> {
  for (let index = 0; index < DOMAINS; index++) {
    const xml = domainXml(type, index);
    const { dom } = await connection.call("DomainDefineXMLFlags", { xml, flags: 0 });
    await connection.call("DomainSetMetadata", {
      dom,
      type: METADATA.element,
      metadata,
      key: "vpac",
      uri: "https://vpac.dev/ns/bench/1",
      flags: IMPACT.config,
    });
  }
}

const listAll = async (connection: LibvirtConnection): Promise<readonly Domain[]> => {
  const flags = LIST_DOMAINS.active | LIST_DOMAINS.inactive;
  return (await connection.call("ConnectListAllDomains", { needResults: 1, flags })).domains;
};

/** What an observation reads of every domain of a host. */
async function observe(connection: LibvirtConnection): Promise<number> {
  const { state, cpuTotal, balloon, vcpu } = STATISTICS;
  const stats = state | cpuTotal | balloon | vcpu;
  const statistics = connection.call("ConnectGetAllDomainStats", { doms: [], stats, flags: 0 });
  const domains = await listAll(connection);
  const texts = await Promise.all(
    domains.map((dom) => connection.call("DomainGetXMLDesc", { dom, flags: 0 })),
  );
  await statistics;
  return texts.reduce((sum, { xml }) => sum + xml.length, 0);
}

/** The same requests, encoded beforehand, with answers that nobody reads. */
async function replay(raw: Raw, domains: readonly Domain[]): Promise<void> {
  const { number, args } = procedureOf("DomainGetXMLDesc");
  const frames = domains.map((dom, index) =>
    encodeFrame({ ...REMOTE, procedure: number, serial: index + 100 }, (writer) =>
      args.write(writer, { dom, flags: 0 }),
    ),
  );
  await raw.exchange(Buffer.concat(frames), frames.length);
}

const opening = (open: string): Uint8Array => {
  const auth = encodeFrame({ ...REMOTE, procedure: procedureOf("AuthList").number, serial: 1 });
  const { number, args } = procedureOf("ConnectOpen");
  const call = encodeFrame({ ...REMOTE, procedure: number, serial: 2 }, (writer) =>
    args.write(writer, { name: open, flags: 0 }),
  );
  return Buffer.concat([auth, call]);
};

async function benchRoundTrip(host: LibvirtHost, connection: LibvirtConnection): Promise<void> {
  const raw = await openRaw(host.socket);
  await raw.exchange(opening(connection.uri.open), 2);
  const repeat = async (once: () => Promise<unknown>): Promise<number> =>
    (await medianOf(async () => {
      for (let call = 0; call < CALLS; call++) await once();
    })) / CALLS;
  const ping = keepAliveFrame(KEEP_ALIVE.ping);
  const floor = await repeat(() => raw.exchange(ping, 1));
  const { number } = procedureOf("ConnectGetHostname");
  const bare = encodeFrame({ ...REMOTE, procedure: number, serial: 9 });
  const bareCall = await repeat(() => raw.exchange(bare, 1));
  const ours = await repeat(() => connection.call("ConnectGetHostname", {}));
  const opened = await medianOf(async () => {
    const other = await openConnection(host.testUri, { clock });
    await other.close();
  });
  raw.socket.destroy();
  rows.note("floor: ping to the daemon and pong", ms(floor));
  rows.note("floor: the same call without our client", ms(bareCall));
  rows.limit("round trip of a call / the same without our client", ours / bareCall, 2, "x");
  rows.note("round trip of a call", ms(ours));
  rows.note("connect, open and close", ms(opened));
}

async function benchList(
  host: LibvirtHost,
  connection: LibvirtConnection,
  what: string,
): Promise<void> {
  const { open } = connection.uri;
  await defineDomains(connection, open.startsWith("test") ? "test" : "qemu");
  const raw = await openRaw(host.socket);
  await raw.exchange(opening(open), 2);
  const domains = await listAll(connection);
  const floor = await medianOf(() => replay(raw, domains));
  raw.socket.destroy();
  const ours = await medianOf(() => observe(connection));
  const commands = domains.map(({ uuid }) => `dumpxml ${uuid}`).join(";");
  const uri = open.replace(":///", "+unix:///");
  const virsh = await medianOf(
    () =>
      run("virsh", ["-q", "-c", `${uri}?socket=${host.socket}`, `domstats;${commands}`], {
        maxBuffer: 256 * 1_048_576,
      }),
    3,
  );
  rows.note(`floor: XML of ${domains.length} ${what}, not read`, ms(floor));
  const list = `list ${domains.length} ${what} with statistics and XML`;
  // The goal is for the test driver, whose answers take the daemon no time.
  if (open.startsWith("test")) rows.limit(list, ours, 100, " ms");
  else rows.note(list, ms(ours));
  rows.limit("the same / its floor", ours / floor, 3, "x");
  rows.note("the same by one virsh process", ms(virsh));
}

async function benchStreams(host: LibvirtHost): Promise<void> {
  const connection = await openConnection(host.uri, { clock });
  const { pool } = await connection.call("StoragePoolLookupByName", { name: "default" });
  const xml = `<volume><name>bench</name><capacity unit='MiB'>${UPLOAD_MIB}</capacity>
    <target><format type='raw'/></target></volume>`;
  const { volume } = await connection.call("StorageVolCreateXML", { pool, xml, flags: 0 });
  const content = Buffer.alloc(UPLOAD_MIB * 1_048_576, 1);
  const up = await medianOf(() => connection.upload(volume, content), 3);
  const down = await medianOf(async () => {
    for await (const part of connection.download(volume)) void part.length;
  }, 3);
  await connection.close();
  const rate = (value: number): string => `${((UPLOAD_MIB * 1000) / value).toFixed(0)} MiB/s`;
  rows.note("upload of a volume", rate(up));
  rows.note("download of a volume", rate(down));
}

async function benchImports(): Promise<void> {
  rows.note("floor: import of an empty module", ms(emptyImportMs(folder)));
  const providers = fileURLToPath(new URL("../../providers", import.meta.url));
  const modules = ["libvirt/rpc/connection", "libvirt/index", "cluster-api/index"];
  for (const name of modules.filter((one) => existsSync(`${providers}/${one}.ts`))) {
    const file = `providers/${name}.ts`;
    rows.limit(`import of ${file}`, await importMs(file, folder), 30, " ms");
  }
}

const missing = missingPeers("libvirt");
try {
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  log(`machine: Node ${process.version}; ${DOMAINS} domains; ${ROUNDS} rounds`);
  await benchImports();
  if (missing.length > 0)
    rows.note("calls to a daemon", `left out, missing: ${missing.join("; ")}`);
  else {
    const peers = await startLibvirtHosts({ names: ["bench"] });
    try {
      const [host] = peers.hosts as [LibvirtHost];
      const simulated = await openConnection(host.testUri, { clock });
      await benchRoundTrip(host, simulated);
      await benchList(host, simulated, "domains of the test driver");
      await simulated.close();
      const qemu = await openConnection(host.uri, { clock });
      await benchList(host, qemu, "domains of QEMU");
      await qemu.close();
      await benchStreams(host);
    } finally {
      await peers.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
rows.print();
