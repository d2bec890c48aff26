import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import type { ProblemField } from "../../../engine/contract/provider.ts";
import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  member,
  numberAt,
  objectAt,
  pointerOf,
  stringAt,
} from "../../../engine/model/json.ts";
import { macAddress } from "../xml/mac.ts";
import type { GuestInterface, GuestRoute, GuestSetup, UserData } from "./guest.ts";
import { OWN_KEYS } from "./user-data.ts";

/** What the mapping needs besides the spec. */
export interface SetupContext {
  /** Identity of the machine: instance id and MAC addresses come from it. */
  readonly objectId: string;
  /** Name of the machine, and of the guest where the spec gives no other. */
  readonly name: string;
  /** Content of the Secret that `rawCloudConfig` names, where the caller has it. */
  readonly rawUserData?: string | undefined;
}

/** Either what to tell the guest, or every field that stands in the way. */
export type SetupResult =
  | { readonly setup: GuestSetup; readonly problems?: never }
  | { readonly setup?: never; readonly problems: readonly ProblemField[] };

/** How a spec's wrong fields are collected; pointers are into the machine's attributes. */
type Report = (path: readonly (string | number)[], message: string) => void;

/**
 * Reads how the guest of a VirtualMachine is set up, from `spec.bootstrap` and `spec.network` of
 * its attributes. Undefined: the set-up is turned off, the machine gets no seed.
 */
export function guestSetupOf(
  attributes: JsonObject,
  context: SetupContext,
): SetupResult | undefined {
  const spec = objectAt(attributes, "spec");
  if (member(spec, "bootstrap", "disabled") === true) return undefined;
  const problems: ProblemField[] = [];
  const report: Report = (path, message) => {
    problems.push({ pointer: pointerOf("spec", ...path), message });
  };
  const cloudInit = objectAt(spec, "bootstrap", "cloudInit");
  const told: Omit<GuestSetup, "instanceId"> = {
    hostname: hostnameOf(spec, context, report),
    domain: domainOf(spec, report),
    sshAuthorizedKeys: stringsOf(cloudInit["sshAuthorizedKeys"]),
    userData: userDataOf(spec, context, report),
    interfaces: guestInterfaces(spec, context.objectId, report),
  };
  if (problems.length > 0) return { problems };
  const instanceId = stringAt(cloudInit, "instanceID") ?? instanceIdOf(context.objectId, told);
  return { setup: { instanceId, ...told } };
}

/**
 * Another one for everything else that the guest is told, its addresses included: cloud-init reads
 * a seed again only when the instance is a new one to it.
 */
function instanceIdOf(objectId: string, told: Omit<GuestSetup, "instanceId">): string {
  const digest = createHash("sha256").update(JSON.stringify(told)).digest("hex");
  return `${objectId}-${digest.slice(0, 8)}`;
}

const stringsOf = (value: JsonObject[string]): readonly string[] =>
  arrayAt(value).filter((item) => typeof item === "string");

const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

function hostnameOf(spec: JsonObject, { name }: SetupContext, report: Report): string {
  const hostname = stringAt(spec, "network", "hostName") ?? name;
  if (!LABEL.test(hostname)) {
    report(
      ["network", "hostName"],
      `"${hostname}" cannot be the name of a guest: it takes 1 to 63 letters, digits and hyphens`,
    );
  }
  return hostname;
}

function domainOf(spec: JsonObject, report: Report): string | undefined {
  const domain = stringAt(spec, "network", "domainName");
  if (domain !== undefined && !domain.split(".").every((label) => LABEL.test(label))) {
    report(["network", "domainName"], `"${domain}" is not a domain name`);
  }
  return domain;
}

function userDataOf(spec: JsonObject, context: SetupContext, report: Report): UserData {
  for (const other of ["linuxPrep", "sysprep", "vAppConfig"]) {
    if (member(spec, "bootstrap", other) !== undefined) {
      report(["bootstrap", other], `libvirt guests are set up by cloud-init, not by ${other}`);
    }
  }
  const path = ["bootstrap", "cloudInit"];
  const config = member(spec, ...path, "cloudConfig");
  if (isJsonObject(config)) {
    reportOwnKeys(config, [...path, "cloudConfig"], report);
    return { is: "config", config };
  }
  if (member(spec, ...path, "rawCloudConfig") === undefined) return { is: "none" };
  return opaqueData(context, [...path, "rawCloudConfig"], report);
}

/** The name of the guest is said once, or the two would differ and one would silently win. */
function reportOwnKeys(config: JsonObject, path: readonly string[], report: Report): void {
  for (const key of OWN_KEYS) {
    if (config[key] === undefined) continue;
    report([...path, key], `${key} is set by vpac: give spec.network.hostName and domainName`);
  }
}

function opaqueData(
  { rawUserData }: SetupContext,
  path: readonly string[],
  report: Report,
): UserData {
  if (rawUserData === undefined) {
    report(path, "the Secret's content is not at hand: give cloudConfig inline instead");
    return { is: "none" };
  }
  // A template is run by the guest over facts of the host; nobody asked for that (row T15).
  if (/^##\s*template:/i.test(rawUserData)) {
    report([...path, "key"], "the user data is a template: write out what it stands for");
  }
  return { is: "opaque", text: rawUserData };
}

/**
 * The cards of a machine, with a MAC address each. A machine that names none has one card,
 * `eth0`; one whose network is disabled has none.
 */
export function guestInterfaces(
  spec: JsonObject,
  objectId: string,
  report: Report = () => undefined,
): readonly GuestInterface[] {
  const network = objectAt(spec, "network");
  if (network["disabled"] === true) return [];
  const given = arrayAt(network, "interfaces");
  const cards = given.length === 0 ? [{ name: "eth0" }] : given;
  return cards.map((card, index) => {
    const at = ["network", "interfaces", index];
    checkDevice(objectAt(card), at, report);
    checkAddresses(objectAt(card), at, report);
    return interfaceOf(objectAt(card), network, macAddress(objectId, index));
  });
}

const deviceOf = (card: JsonObject): string =>
  stringAt(card, "guestDeviceName") ?? stringAt(card, "name") ?? "eth0";

/** Linux takes no longer names. */
const DEVICE = /^[A-Za-z0-9][\w.-]{0,14}$/;

function checkDevice(card: JsonObject, at: readonly (string | number)[], report: Report): void {
  const device = deviceOf(card);
  if (DEVICE.test(device)) return;
  report(
    [...at, card["guestDeviceName"] === undefined ? "name" : "guestDeviceName"],
    `"${device}" cannot be the name of a card in the guest: give guestDeviceName up to 15 letters`,
  );
}

function interfaceOf(card: JsonObject, network: JsonObject, mac: string): GuestInterface {
  const addresses = stringsOf(card["addresses"]);
  const own = {
    servers: stringsOf(card["nameservers"]),
    domains: stringsOf(card["searchDomains"]),
  };
  const common = {
    servers: stringsOf(network["nameservers"]),
    domains: stringsOf(network["searchDomains"]),
  };
  return {
    name: deviceOf(card),
    mac: (stringAt(card, "macAddr") ?? mac).toLowerCase(),
    ...requestsOf(card, addresses),
    addresses,
    gateway4: stringAt(card, "gateway4"),
    gateway6: stringAt(card, "gateway6"),
    mtu: numberAt(card, "mtu"),
    nameservers: own.servers.length > 0 ? own.servers : common.servers,
    searchDomains: own.domains.length > 0 ? own.domains : common.domains,
    routes: arrayAt(card, "routes").map(routeOf),
  };
}

/** A card that says nothing about its address asks the network for one. */
function requestsOf(
  card: JsonObject,
  addresses: readonly string[],
): { readonly dhcp4: boolean; readonly dhcp6: boolean } {
  const dhcp6 = card["dhcp6"] === true;
  const saysNothing = card["dhcp4"] === undefined && addresses.length === 0 && !dhcp6;
  return { dhcp4: card["dhcp4"] === true || saysNothing, dhcp6 };
}

function routeOf(route: JsonObject[string]): GuestRoute {
  return {
    to: stringAt(route, "to") ?? "",
    via: stringAt(route, "via") ?? "",
    metric: numberAt(route, "metric"),
  };
}

/** Which texts of a card must be addresses, and of which form. */
const ADDRESS_FIELDS: readonly (readonly [field: string, (text: string) => boolean, string])[] = [
  ["gateway4", isIPv4, "an IPv4 address"],
  ["gateway6", isIPv6, "an IPv6 address"],
  ["macAddr", isMac, "a MAC address of one card such as 52:54:00:12:34:56"],
];

function isMac(text: string): boolean {
  // The lowest bit of the first byte marks addresses of groups.
  return /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i.test(text);
}

/** An address with its prefix length. */
function isNetworkAddress(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return (isIPv4(address) && Number(prefix) <= 32) || (isIPv6(address) && Number(prefix) <= 128);
}

function checkAddresses(card: JsonObject, at: readonly (string | number)[], report: Report): void {
  for (const [field, isRight, what] of ADDRESS_FIELDS) {
    const text = stringAt(card, field);
    if (text !== undefined && !isRight(text)) report([...at, field], `"${text}" is not ${what}`);
  }
  for (const [index, address] of stringsOf(card["addresses"]).entries()) {
    if (isNetworkAddress(address)) continue;
    report([...at, "addresses", index], `"${address}" is not an address such as 10.0.0.5/24`);
  }
  for (const [index, route] of arrayAt(card, "routes").map(routeOf).entries()) {
    const toIsRight = route.to === "default" || isNetworkAddress(route.to);
    if (toIsRight && (isIPv4(route.via) || isIPv6(route.via))) continue;
    report([...at, "routes", index], "a route needs `to` (10.1.0.0/16) and `via` (10.0.0.1)");
  }
}
