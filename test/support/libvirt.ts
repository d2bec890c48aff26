import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../cli/wiring/clock.ts";
import type { Clock } from "../../engine/contract/clock.ts";
import type { CallContext, Provider } from "../../engine/contract/provider.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { openLibvirt } from "../../providers/libvirt/index.ts";
import { metadataOf } from "../../providers/libvirt/record.ts";
import { type LibvirtConnection, openConnection } from "../../providers/libvirt/rpc/connection.ts";
import { LibvirtError } from "../../providers/libvirt/rpc/errors.ts";
import { IMPACT, METADATA, UNDEFINE } from "../../providers/libvirt/rpc/flags.ts";
import type { Domain } from "../../providers/libvirt/rpc/shapes.ts";
import {
  METADATA_NAMESPACE,
  METADATA_PREFIX,
  metadataUpdateXml,
} from "../../providers/libvirt/xml/metadata.ts";
import { objectAt } from "../../engine/model/json.ts";
import type { ContractWorld, Failure, Subject } from "../contract/harness.ts";
import { VM } from "../contract/subjects.ts";
import { type LibvirtHosts, startLibvirtHosts } from "../peers/libvirt/hosts.ts";
import { type Losing, openRelay, type Relay } from "./libvirt-relay.ts";

/** libvirt's driver without machines, or real machines that QEMU emulates. */
export type LibvirtTarget = "test" | "qemu";

const NAMES = ["host-a", "host-b"] as const;
/** Longest wait while a call is made to time out. */
const HURRIED_MS = 700;

/** Two daemons for all worlds of a test file. */
export interface LibvirtPeers {
  readonly hosts: LibvirtHosts;
  /** A fresh, empty world on both hosts. */
  open(target: LibvirtTarget): Promise<ContractWorld>;
  stop(): Promise<void>;
}

export async function startLibvirtPeers(): Promise<LibvirtPeers> {
  const hosts = await startLibvirtHosts({ names: NAMES, memoryMiB: 4096 });
  return {
    hosts,
    open: (target) => openWorld(hosts, target),
    stop: () => hosts.stop(),
  };
}

/** Without a guest nobody hears that a machine shall shut down: it is switched off. */
const MACHINE: Subject = {
  ...VM,
  make: (number, over) => {
    const intent = VM.make(number, over);
    const spec = { ...objectAt(intent.attributes, "spec"), powerOffMode: "Hard" };
    return { ...intent, attributes: { ...intent.attributes, spec } };
  },
};

/** Waits of the provider pass quickly while a call is made to time out. */
function hurriedClock(): Clock & { hurry(isHurried: boolean): void } {
  const clock = systemClock({});
  let isHurried = false;
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(isHurried ? Math.min(ms, HURRIED_MS) : ms, signal),
    hurry: (is) => {
      isHurried = is;
    },
  };
}

async function openWorld(peers: LibvirtHosts, target: LibvirtTarget): Promise<ContractWorld> {
  const folder = mkdtempSync(join(tmpdir(), "vpac-relay-"));
  const clock = hurriedClock();
  const direct: LibvirtConnection[] = [];
  const relays: Relay[] = [];
  const losing: Losing = { next: undefined };
  for (const host of peers.hosts) {
    const uri = target === "test" ? host.testUri : host.uri;
    direct.push(await openConnection(uri, { clock: systemClock({}) }));
    relays.push(await openRelay(join(folder, `${host.name}.sock`), host.socket, losing));
  }
  for (const connection of direct) await emptyHost(connection);
  const open = (): Promise<Provider> => openProvider(peers, { target, relays, clock, folder });
  let provider = await open();
  const failing = failures(relays, losing, clock);
  const context: CallContext = {
    clock,
    signal: new AbortController().signal,
    log: () => undefined,
  };
  return {
    provider: () => failing.watch(provider),
    context,
    subjects: [MACHINE],
    hosts: NAMES,
    reopen: async () => {
      await provider.close();
      provider = await open();
    },
    makeForeign: (name, tag) => makeForeign(direct[0] as LibvirtConnection, target, { name, tag }),
    powerOffBehind: async (uuid) => {
      const found = await findDomain(direct, uuid);
      await found?.connection.call("DomainDestroyFlags", { dom: found.dom, flags: 0 });
    },
    failNext: failing.failNext,
    breakPart: async () => {
      clock.hurry(true);
      await relays[1]?.shut();
      return async () => {
        clock.hurry(false);
        await relays[1]?.open();
      };
    },
    close: async () => {
      await provider.close();
      for (const connection of direct) {
        await emptyHost(connection);
        await connection.close();
      }
      for (const relay of relays) await relay.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openProvider(
  peers: LibvirtHosts,
  world: {
    readonly target: LibvirtTarget;
    readonly relays: readonly Relay[];
    readonly clock: Clock;
    readonly folder: string;
  },
): Promise<Provider> {
  const { target, relays, clock, folder } = world;
  const driver = target === "test" ? "test+unix:///default" : "qemu+unix:///system";
  const hosts = peers.hosts.map((host, index) => ({
    name: host.name,
    uri: `${driver}?socket=${relays[index]?.path ?? ""}`,
    peerUri: host.uri,
    migrateUri: `unix://${peers.folder}/move-${host.name}`,
  }));
  const pool = target === "test" ? "default-pool" : "default";
  const settings = { hosts, pool, domainType: "qemu" };
  return openLibvirt({
    config: { name: "kvm", type: "libvirt", settings },
    dataFolder: folder,
    baseFolder: folder,
    clock,
    entropy: { uuid: () => "", u32: () => 0 },
  });
}

/** Breaks the way to the hosts for one writing call. */
function failures(
  relays: readonly Relay[],
  losing: Losing,
  clock: ReturnType<typeof hurriedClock>,
): {
  readonly failNext: (how: Failure) => Promise<void>;
  readonly watch: (provider: Provider) => Provider;
} {
  let isArmed = false;
  const mend = async (): Promise<void> => {
    if (!isArmed) return;
    isArmed = false;
    losing.next = undefined;
    clock.hurry(false);
    for (const relay of relays) await relay.open();
  };
  const watched =
    <Wish, Answer>(call: (wish: Wish, context: CallContext) => Promise<Answer>) =>
    async (wish: Wish, context: CallContext): Promise<Answer> => {
      try {
        return await call(wish, context);
      } finally {
        await mend();
      }
    };
  return {
    failNext: async (how) => {
      isArmed = true;
      clock.hurry(true);
      if (how !== "unavailable") losing.next = how === "timeout-before" ? "request" : "answer";
      else for (const relay of relays) await relay.shut();
    },
    watch: (provider) => ({
      name: provider.name,
      type: provider.type,
      capabilities: provider.capabilities,
      observe: (scope, context) => provider.observe(scope, context),
      create: watched((intent, context) => provider.create(intent, context)),
      update: watched((intent, context) => provider.update(intent, context)),
      remove: watched((permit, context) => provider.remove(permit, context)),
      close: () => provider.close(),
    }),
  };
}

/** A machine that is none of ours; with a tag it is another lineage's. */
async function makeForeign(
  connection: LibvirtConnection,
  target: LibvirtTarget,
  { name, tag }: { readonly name: string; readonly tag: OwnershipTag | undefined },
): Promise<string> {
  const xml = `<domain type='${target}'><name>shop.${name}</name>
    <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`;
  const { dom } = await connection.call("DomainDefineXMLFlags", { xml, flags: 0 });
  if (tag !== undefined) {
    const record = {
      attributes: {},
      namespace: "shop",
      name,
      stage: "made",
      origin: "made",
      volumesOn: [],
    } as const;
    await connection.call("DomainSetMetadata", {
      dom,
      type: METADATA.element,
      metadata: metadataUpdateXml(metadataOf(record, tag)),
      key: METADATA_PREFIX,
      uri: METADATA_NAMESPACE,
      flags: IMPACT.config,
    });
  }
  await connection.call("DomainCreateWithFlags", { dom, flags: 0 });
  return dom.uuid;
}

async function findDomain(
  connections: readonly LibvirtConnection[],
  uuid: string,
): Promise<{ readonly connection: LibvirtConnection; readonly dom: Domain } | undefined> {
  for (const connection of connections) {
    try {
      return { connection, ...(await connection.call("DomainLookupByUUID", { uuid })) };
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
    }
  }
  return undefined;
}

/** Takes every domain away, that of the test driver too, and every volume of ours. */
async function emptyHost(connection: LibvirtConnection): Promise<void> {
  const { domains } = await connection.call("ConnectListAllDomains", { needResults: 1, flags: 0 });
  for (const dom of domains) {
    const ignore = (error: unknown): void => {
      if (!(error instanceof LibvirtError)) throw error;
    };
    await connection.call("DomainDestroyFlags", { dom, flags: 0 }).catch(ignore);
    const flags = UNDEFINE.managedSave | UNDEFINE.snapshots;
    await connection.call("DomainUndefineFlags", { dom, flags }).catch(ignore);
  }
  const { pools } = await connection.call("ConnectListAllStoragePools", {
    needResults: 1,
    flags: 0,
  });
  for (const pool of pools) {
    const wanted = { pool, needResults: 1, flags: 0 };
    const { volumes } = await connection.call("StoragePoolListAllVolumes", wanted);
    for (const volume of volumes.filter(({ name }) => name.startsWith("vpac-"))) {
      await connection.call("StorageVolDelete", { volume, flags: 0 });
    }
  }
}
