import type { JsonObject } from "../../../engine/model/json.ts";
import { fullName, type GuestInterface, type GuestSetup } from "./guest.ts";
import { userDataText, yamlText } from "./user-data.ts";

/** Label by which cloud-init's NoCloud finds the volume. */
export const NOCLOUD_LABEL = "cidata";

/** The files of a NoCloud seed: path → text. */
export function nocloudFiles(setup: GuestSetup): ReadonlyMap<string, string> {
  return new Map([
    ["meta-data", yamlText(metaData(setup))],
    ["network-config", yamlText(networkConfig(setup.interfaces))],
    ["user-data", userDataText(setup)],
  ]);
}

function metaData(setup: GuestSetup): JsonObject {
  return {
    "instance-id": setup.instanceId,
    "local-hostname": fullName(setup),
    ...(setup.sshAuthorizedKeys.length === 0 ? {} : { "public-keys": setup.sshAuthorizedKeys }),
  };
}

/** Version 2 of cloud-init's network configuration. */
function networkConfig(interfaces: readonly GuestInterface[]): JsonObject {
  const ethernets = interfaces.map((card): [string, JsonObject] => [card.name, ethernet(card)]);
  return { version: 2, ethernets: Object.fromEntries(ethernets) };
}

function ethernet(card: GuestInterface): JsonObject {
  const { nameservers, searchDomains, routes } = card;
  const resolves = nameservers.length > 0 || searchDomains.length > 0;
  return {
    match: { macaddress: card.mac },
    "set-name": card.name,
    dhcp4: card.dhcp4,
    dhcp6: card.dhcp6,
    ...(card.addresses.length === 0 ? {} : { addresses: card.addresses }),
    gateway4: card.gateway4,
    gateway6: card.gateway6,
    mtu: card.mtu,
    ...(resolves ? { nameservers: { addresses: nameservers, search: searchDomains } } : {}),
    ...(routes.length === 0 ? {} : { routes: routes.map((route) => ({ ...route })) }),
  };
}
