import type { JsonObject } from "../../../engine/model/json.ts";
import { fullName, type GuestInterface, type GuestSetup } from "./guest.ts";
import { userDataText } from "./user-data.ts";

/** Label by which cloud-init finds an OpenStack config drive. */
export const CONFIG_DRIVE_LABEL = "config-2";

/** Folders that readers look into: the newest they know, or the last version of the layout. */
const VERSIONS = ["2018-08-27", "latest"];

/** The files of an OpenStack config drive: path → text. */
export function configDriveFiles(setup: GuestSetup): ReadonlyMap<string, string> {
  const json = (value: JsonObject): string => `${JSON.stringify(value, undefined, 2)}\n`;
  const files: readonly (readonly [string, string])[] = [
    ["meta_data.json", json(metaData(setup))],
    ["network_data.json", json(networkData(setup.interfaces))],
    ["user_data", userDataText(setup)],
  ];
  return new Map(
    VERSIONS.flatMap((version) =>
      files.map(([name, text]): [string, string] => [`openstack/${version}/${name}`, text]),
    ),
  );
}

function metaData(setup: GuestSetup): JsonObject {
  const keys = setup.sshAuthorizedKeys.map((key, index): [string, string] => [`key-${index}`, key]);
  return {
    uuid: setup.instanceId,
    name: setup.hostname,
    hostname: fullName(setup),
    launch_index: 0,
    public_keys: Object.fromEntries(keys),
    meta: {},
    devices: [],
  };
}

function networkData(interfaces: readonly GuestInterface[]): JsonObject {
  const servers = new Set(interfaces.flatMap(({ nameservers }) => nameservers));
  return {
    links: interfaces.map(linkOf),
    networks: interfaces.flatMap(networksOf),
    services: [...servers].map((address) => ({ type: "dns", address })),
  };
}

/** `name` is no part of the format, but cloud-init calls the device so. */
function linkOf({ name, mac, mtu }: GuestInterface): JsonObject {
  return { id: name, name, type: "phy", ethernet_mac_address: mac, mtu };
}

function networksOf(card: GuestInterface): readonly JsonObject[] {
  const { name, nameservers, searchDomains } = card;
  const kinds = [
    ...(card.dhcp4 ? [{ type: "ipv4_dhcp" }] : []),
    ...(card.dhcp6 ? [{ type: "ipv6_dhcp" }] : []),
    ...card.addresses.map((address) => staticNetwork(card, address)),
  ];
  return kinds.map((kind, index) => ({
    id: `${name}-${index}`,
    link: name,
    ...kind,
    ...(nameservers.length === 0 ? {} : { dns_nameservers: nameservers }),
    ...(searchDomains.length === 0 ? {} : { dns_search: searchDomains }),
  }));
}

/** The gateway and the routes belong to the first address of their family. */
function staticNetwork(card: GuestInterface, address: string): JsonObject {
  const isV6 = address.includes(":");
  const family = card.addresses.filter((other) => other.includes(":") === isV6);
  const routes = family[0] === address ? routesOf(card, isV6) : [];
  if (isV6) return { type: "ipv6", ip_address: address, routes };
  const [plain = "", prefix] = address.split("/");
  return { type: "ipv4", ip_address: plain, netmask: netmaskOf(Number(prefix ?? 32)), routes };
}

function routesOf(card: GuestInterface, isV6: boolean): readonly JsonObject[] {
  const gateway = isV6 ? card.gateway6 : card.gateway4;
  const everywhere = isV6 ? "::/0" : "0.0.0.0/0";
  const own = card.routes
    .filter(({ via }) => via.includes(":") === isV6)
    .map(({ to, via }) => ({ to: to === "default" ? everywhere : to, via }));
  const all = gateway === undefined ? own : [{ to: everywhere, via: gateway }, ...own];
  return all.map(({ to, via }) => {
    const [network = "", prefix] = to.split("/");
    const netmask = isV6 ? (prefix ?? "128") : netmaskOf(Number(prefix ?? 32));
    return { network, netmask, gateway: via };
  });
}

/** 24 → `255.255.255.0`. */
function netmaskOf(prefix: number): string {
  const bits = "1".repeat(prefix).padEnd(32, "0");
  return [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join(".");
}
