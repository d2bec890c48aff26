import { arrayAt, isJsonObject, objectAt, stringAt } from "../../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";

type Draft = Record<string, JsonValue | undefined>;

const POWER_STATES: ReadonlyMap<string, string> = new Map([
  ["poweredon", "PoweredOn"],
  ["poweredoff", "PoweredOff"],
  ["suspended", "Suspended"],
]);
const MODES: ReadonlyMap<string, string> = new Map([
  ["hard", "Hard"],
  ["soft", "Soft"],
  ["trysoft", "TrySoft"],
]);

/** Brings a VM of any served version into the newest form; what is newest already stays. */
export function upgradeVirtualMachine(document: JsonObject): JsonObject {
  const spec: Draft = { ...objectAt(document, "spec") };
  renameCase(spec, "powerState", POWER_STATES);
  for (const field of ["powerOffMode", "suspendMode", "restartMode"]) {
    renameCase(spec, field, MODES);
  }
  upgradeImage(spec);
  upgradeInterfaces(spec);
  upgradeMetadata(spec);
  upgradeResourcePolicy(spec);
  upgradeDrives(spec);
  upgradeAffinity(spec);
  return { ...document, spec };
}

function renameCase(spec: Draft, field: string, words: ReadonlyMap<string, string>): void {
  const value = spec[field];
  if (typeof value === "string") spec[field] = words.get(value.toLowerCase()) ?? value;
}

/** `imageName` is what every version has; an image reference of another name wins. */
function upgradeImage(spec: Draft): void {
  const name = stringAt(spec["image"], "name");
  if (name !== undefined) spec["imageName"] = name;
}

/** v1alpha1 `networkInterfaces` become `network.interfaces`, named eth0, eth1 and so on. */
function upgradeInterfaces(spec: Draft): void {
  if (spec["networkInterfaces"] === undefined) return;
  const interfaces = arrayAt(spec["networkInterfaces"]).map((card, index): JsonObject => {
    const name = stringAt(card, "name") ?? `eth${index}`;
    const networkName = stringAt(card, "networkName");
    return networkName === undefined ? { name } : { name, network: { name: networkName } };
  });
  const network = objectAt(spec["network"]);
  spec["network"] = { ...network, interfaces: network["interfaces"] ?? interfaces };
  delete spec["networkInterfaces"];
}

/** v1alpha1 `vmMetadata` becomes the raw cloud-config of the bootstrap. */
function upgradeMetadata(spec: Draft): void {
  const secretName = stringAt(spec["vmMetadata"], "secretName");
  delete spec["vmMetadata"];
  if (secretName === undefined || spec["bootstrap"] !== undefined) return;
  spec["bootstrap"] = { cloudInit: { rawCloudConfig: { name: secretName, key: "user-data" } } };
}

function upgradeResourcePolicy(spec: Draft): void {
  const resourcePolicyName = spec["resourcePolicyName"];
  delete spec["resourcePolicyName"];
  if (resourcePolicyName === undefined) return;
  spec["reserved"] = { ...objectAt(spec["reserved"]), resourcePolicyName };
}

/** CD drives stood directly in the spec before v1alpha5. */
function upgradeDrives(spec: Draft): void {
  const cdrom = spec["cdrom"];
  delete spec["cdrom"];
  if (cdrom === undefined) return;
  spec["hardware"] = { cdrom, ...objectAt(spec["hardware"]) };
}

const OLD_TERMS = "DuringSchedulingIgnoredDuringExecution";
const NEW_TERMS = "DuringSchedulingPreferredDuringExecution";

function upgradeAffinity(spec: Draft): void {
  const affinity = spec["affinity"];
  if (!isJsonObject(affinity)) return;
  const result: Draft = { ...affinity };
  for (const side of ["vmAffinity", "vmAntiAffinity"]) {
    const terms = result[side];
    if (isJsonObject(terms)) result[side] = renameTerms(terms);
  }
  spec["affinity"] = result;
}

function renameTerms(terms: JsonObject): JsonObject {
  const entries = Object.entries(terms).map(([name, value]): [string, JsonValue | undefined] => [
    name.replace(OLD_TERMS, NEW_TERMS),
    value,
  ]);
  return Object.fromEntries(entries);
}
