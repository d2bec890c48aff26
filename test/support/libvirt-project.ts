import { readdirSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../engine/model/canonical.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { type Project, project, yaml } from "../cli/project.ts";
import type { LibvirtHost, LibvirtHosts } from "../peers/libvirt/hosts.ts";
import { PEER_TIMEOUT_MS, type Ran, run } from "./vpac.ts";

/** What the documents of the project ask for. */
export interface KvmWish {
  /** Names of the VMs. */
  readonly vms: readonly string[];
  readonly memory?: string;
  readonly powerOffMode?: "Hard" | "TrySoft";
  /** Names of hosts that are to be left. */
  readonly maintenance?: readonly string[];
}

/** A project folder whose provider are real hosts. */
export interface KvmProject extends Project {
  wish(wish: KvmWish): void;
}

/** Makes a project over the hosts; `image` is the spec of its MachineImage but for `provider`. */
export function kvmProject(peers: LibvirtHosts, image: JsonObject): KvmProject {
  const folder = project({});
  return {
    ...folder,
    run: (args, options) => folder.run(args, { timeoutMs: PEER_TIMEOUT_MS, ...options }),
    wish: (wish) => {
      folder.write("environment.yaml", environmentOf(peers, wish));
      folder.write("vms.yaml", yaml(...documentsOf(wish, image)));
    },
  };
}

function environmentOf({ hosts, folder }: LibvirtHosts, { maintenance = [] }: KvmWish): string {
  const entries = hosts.map(({ name, uri }) => ({
    name,
    uri,
    migrateUri: `unix://${folder}/move-${name}`,
    maintenance: maintenance.includes(name),
  }));
  const provider = { name: "kvm", type: "libvirt", domainType: "qemu", hosts: entries };
  return JSON.stringify({
    apiVersion: "vpac.dev/v1alpha1",
    kind: "Environment",
    metadata: { name: "kvm" },
    spec: { providers: [provider] },
  });
}

function documentsOf(wish: KvmWish, image: JsonObject): readonly string[] {
  const { vms, memory = "96Mi", powerOffMode = "Hard" } = wish;
  const common = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
    {
      apiVersion: "vpac.dev/v1alpha1",
      kind: "MachineImage",
      metadata: { name: "guest" },
      spec: { provider: "kvm", ...image },
    },
    {
      apiVersion: "vmoperator.vmware.com/v1alpha6",
      kind: "VirtualMachineClass",
      metadata: { name: "tiny" },
      spec: { hardware: { cpus: 1, memory } },
    },
  ];
  const machines = vms.map((name, index) => ({
    apiVersion: "vmoperator.vmware.com/v1alpha6",
    kind: "VirtualMachine",
    metadata: { name, namespace: "shop" },
    spec: {
      className: "tiny",
      imageName: "guest",
      powerOffMode,
      network: { interfaces: [{ name: "eth0", addresses: [`10.9.0.${index + 1}/24`] }] },
    },
  }));
  return [...common, ...machines].map((document) => `${JSON.stringify(document)}\n`);
}

/** A command of virsh on one host: what an administrator would type. */
export function virsh(host: LibvirtHost, ...args: readonly string[]): Promise<Ran> {
  return run("virsh", ["-q", "-c", host.uri, ...args], {
    cwd: "/",
    timeoutMs: PEER_TIMEOUT_MS,
  });
}

/** Names of all domains of a host with the words virsh has for their states, by name. */
export async function domainsOf(host: LibvirtHost): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await virsh(host, "list", "--all");
  const lines = stdout.split("\n").map((line) => line.trim());
  const found = lines.map((line) => /^\S+\s+(\S+)\s+(.+)$/.exec(line));
  const pairs = found.flatMap((match): [string, string][] =>
    match === null ? [] : [[match[1] ?? "", match[2] ?? ""]],
  );
  return new Map(pairs.toSorted(([left], [right]) => compareText(left, right)));
}

/** UUIDs of all domains of a host, sorted. */
export async function uuidsOf(host: LibvirtHost): Promise<readonly string[]> {
  const { stdout } = await virsh(host, "list", "--all", "--uuid");
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** UUIDs that volumes of ours in the pool of a host belong to, sorted, each once. */
export function volumeOwners(host: LibvirtHost): readonly string[] {
  const names = readdirSync(host.imagesFolder).filter((name) => name.startsWith("vpac-"));
  return [...new Set(names.map((name) => name.slice(5, 41)))].sort();
}

/** The console log of a machine, as this process sees it. */
export const consoleOf = (host: LibvirtHost, uuid: string): string =>
  join(host.imagesFolder, `vpac-${uuid}-console.log`);
