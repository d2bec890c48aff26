import type { ProviderConfig } from "../../engine/model/desired.ts";
import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  objectAt,
  stringAt,
} from "../../engine/model/json.ts";
import { memoryBytes } from "../../engine/model/quantity.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";

/** One hypervisor, as the Environment names it. */
export interface HostSettings {
  readonly name: string;
  /** Where vpac reaches it, such as `qemu+unix:///system?socket=/run/a/libvirt-sock`. */
  readonly uri: string;
  /** Where its peers reach it for a migration. */
  readonly peerUri: string;
  /** Where migration data is to be sent to; undefined: libvirt chooses. */
  readonly migrateUri: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly cluster: string;
  readonly isInMaintenance: boolean;
  /** Pool of machines that name no storage class. */
  readonly pool: string;
  /** Every pool in which volumes of ours may be. */
  readonly pools: readonly string[];
  readonly reservedMemoryBytes: number;
}

/** The entry of the Environment, read and complete. */
export interface LibvirtSettings {
  readonly provider: string;
  readonly hosts: readonly HostSettings[];
  /** Pools by storage class; the same on every host. */
  readonly storageClasses: Readonly<Record<string, string>>;
  /** True when the pools of all hosts are the same storage. */
  readonly isStorageShared: boolean;
  /** libvirt network of interfaces that name none. */
  readonly network: string;
  readonly networks: Readonly<Record<string, string>>;
  readonly domainType: "kvm" | "qemu";
  /** Calls that may run at once on one host. */
  readonly parallelCalls: number;
}

const PARALLEL_CALLS_DEFAULT = 4;

/** Reads the entry; throws `ProviderError` where a value cannot be used. */
export function readSettings({ name, settings }: ProviderConfig): LibvirtSettings {
  const pool = stringAt(settings, "pool") ?? "default";
  const listed = arrayAt(settings, "hosts");
  const single: readonly JsonValue[] =
    settings["uri"] === undefined ? [] : [{ ...settings, name: settings["host"] ?? name }];
  const storageClasses = textsAt(settings, "storageClasses");
  const pools = { usual: pool, ofClasses: Object.values(storageClasses) };
  const hosts = (listed.length > 0 ? listed : single).map((item) => readHost(item, name, pools));
  if (hosts.length === 0) throw wrong(name, "it names no hypervisor: give it uri or hosts");
  const names = new Set<string>();
  for (const host of hosts) {
    if (names.has(host.name)) throw wrong(name, `two of its hosts are named "${host.name}"`);
    names.add(host.name);
  }
  return {
    provider: name,
    hosts,
    storageClasses,
    isStorageShared: settings["sharedStorage"] === true,
    network: stringAt(settings, "network") ?? "default",
    networks: textsAt(settings, "networks"),
    domainType: stringAt(settings, "domainType") === "qemu" ? "qemu" : "kvm",
    parallelCalls: numberAt(settings, "parallelCalls") ?? PARALLEL_CALLS_DEFAULT,
  };
}

function readHost(
  item: JsonValue,
  provider: string,
  pools: { readonly usual: string; readonly ofClasses: readonly string[] },
): HostSettings {
  const settings: JsonObject = isJsonObject(item) ? item : {};
  const name = stringAt(settings, "name");
  const uri = stringAt(settings, "uri");
  if (name === undefined || name === "") throw wrong(provider, "one of its hosts has no name");
  if (uri === undefined || uri === "") throw wrong(provider, `host "${name}" has no uri`);
  const reserved = settings["reservedMemory"];
  const isAmount = typeof reserved === "string" || typeof reserved === "number";
  const reservedMemoryBytes = isAmount ? memoryBytes(reserved) : 0;
  if (reservedMemoryBytes === undefined) {
    throw wrong(provider, `reservedMemory of host "${name}" is not an amount such as 512Mi`);
  }
  const pool = nonEmpty(stringAt(settings, "pool")) ?? pools.usual;
  return {
    name,
    uri,
    peerUri: nonEmpty(stringAt(settings, "peerUri")) ?? uri,
    migrateUri: nonEmpty(stringAt(settings, "migrateUri")),
    labels: textsAt(settings, "labels"),
    cluster: nonEmpty(stringAt(settings, "cluster")) ?? "default",
    isInMaintenance: settings["maintenance"] === true,
    pool,
    pools: [...new Set([pool, ...pools.ofClasses])],
    reservedMemoryBytes,
  };
}

function textsAt(settings: JsonObject, key: string): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectAt(settings, key))) {
    if (typeof value === "string") texts[name] = value;
  }
  return texts;
}

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const wrong = (provider: string, why: string): ProviderError =>
  new ProviderError({
    type: "invalid",
    code: CODES.settingsWrong,
    message: `provider "${provider}": ${why}`,
  });
