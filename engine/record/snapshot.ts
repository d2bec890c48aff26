import type { Address } from "../model/address.ts";
import { canonicalJson, compareText } from "../model/canonical.ts";
import type { Digest } from "../model/digest.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { OpenOperation, RecordedResource } from "../model/recorded.ts";
import { emptyLedger, type Ledger } from "./fold.ts";
import type { ChainEnd } from "./journal.ts";

const FORMAT_VERSION = 1;

/** Everything a state file holds. */
export interface Snapshot {
  readonly workspace: string;
  readonly lineage: string;
  readonly serial: number;
  readonly fence: number;
  /** Last journal record that is part of this snapshot. */
  readonly chain: ChainEnd;
  readonly ledger: Ledger;
  /** As `ledgerDigest` gives it. */
  readonly digest: string;
  /** Checksum in the state file; empty where there is no file yet. */
  readonly checksum: string;
}

/** What becomes a state file. */
export type SnapshotContent = Omit<Snapshot, "digest" | "checksum">;

/** Stands where the checksum goes while the checksum is taken. */
const CHECKSUM_KEY = '"sha256":"';
const CHECKSUM_LENGTH = 64;

export interface EncodedSnapshot {
  readonly text: string;
  readonly checksum: string;
}

/** The state document: Terraform's top level, our own data under `vpac`; canonical JSON. */
export function encodeSnapshot(snapshot: SnapshotContent, digest: Digest): EncodedSnapshot {
  const { ledger, lineage, serial, fence, chain, workspace } = snapshot;
  const addresses = [...ledger.resources.keys()].sort(compareText);
  const resources = resourcesText(ledger);
  const own = {
    consumedPlans: ledger.consumedPlans,
    digest: factsDigest({ ledger, lineage, resources }, digest),
    fence,
    formatVersion: FORMAT_VERSION,
    journal: { sequence: chain.sequence, sha256: chain.sha256 },
    openOperations: [...ledger.open.values()] as unknown as JsonValue,
  };
  // Nothing but plain text may follow the checksum, so that its place can be found from the end.
  const text = [
    `{"lineage":${JSON.stringify(lineage)},"outputs":{},`,
    `"resources":[${addresses.map((address) => terraformEntry(ledger, address)).join(",")}],`,
    `"serial":${serial},"version":4,"vpac":${canonicalJson(own).slice(0, -1)},`,
    `"resources":${resources},${CHECKSUM_KEY}`,
  ].join("");
  const { unfinishedRun } = ledger;
  const run =
    unfinishedRun === undefined ? "" : `"unfinishedRun":${JSON.stringify(unfinishedRun)},`;
  const end = `",${run}"workspace":${JSON.stringify(workspace)}}}\n`;
  const checksum = digest(text + end);
  return { text: text + checksum + end, checksum };
}

/**
 * Digest of what is recorded: equal facts give equal digests whatever their history. The applied
 * plans count, so that a plan made again after a crash is another plan than the one used up.
 */
export function ledgerDigest(ledger: Ledger, lineage: string, digest: Digest): string {
  return factsDigest({ ledger, lineage, resources: resourcesText(ledger) }, digest);
}

function factsDigest(
  facts: { readonly ledger: Ledger; readonly lineage: string; readonly resources: string },
  digest: Digest,
): string {
  return digest(`${facts.lineage}|${facts.ledger.consumedPlans.join(",")}|${facts.resources}`);
}

function resourcesText(ledger: Ledger): string {
  const addresses = [...ledger.resources.keys()].sort(compareText);
  return `[${addresses.map((address) => canonicalJson(recordJson(ledger, address))).join(",")}]`;
}

const recordJson = (ledger: Ledger, address: Address): JsonValue =>
  ledger.resources.get(address) as unknown as JsonObject;

/** The small entry that Terraform's readers expect; our own record is under `vpac`. */
function terraformEntry(ledger: Ledger, address: Address): string {
  const resource = ledger.resources.get(address);
  const slash = address.indexOf("/");
  return canonicalJson({
    instances: [{ attributes: { id: resource?.id ?? "" }, schema_version: 0 }],
    mode: "managed",
    name: address.slice(slash + 1),
    provider: "vpac",
    type: address.slice(0, slash),
  });
}

export type DecodedSnapshot =
  | { readonly is: "good"; readonly snapshot: Snapshot }
  | { readonly is: "empty" }
  | { readonly is: "newer"; readonly formatVersion: number }
  | { readonly is: "damaged"; readonly why: string };

/** Reads a state document; anything but exactly what was written is damage. */
export function decodeSnapshot(text: string, digest: Digest): DecodedSnapshot {
  if (text.trim() === "") return { is: "empty" };
  const document = parse(text);
  if (document === undefined) return { is: "damaged", why: "it is not JSON" };
  const own = document.vpac;
  if (typeof own !== "object" || own === null) {
    return { is: "damaged", why: "it has no vpac section" };
  }
  if (own.formatVersion !== FORMAT_VERSION) {
    return typeof own.formatVersion === "number" && own.formatVersion > FORMAT_VERSION
      ? { is: "newer", formatVersion: own.formatVersion }
      : { is: "damaged", why: "its format version is missing" };
  }
  const checksum = checksumIn(text);
  if (checksum === undefined || digest(withoutChecksum(text)) !== checksum) {
    return { is: "damaged", why: "its checksum differs" };
  }
  return { is: "good", snapshot: snapshotOf(document, checksum) };
}

interface OwnSection {
  readonly consumedPlans: readonly string[];
  readonly digest: string;
  readonly fence: number;
  readonly formatVersion: number;
  readonly journal: ChainEnd;
  readonly openOperations: readonly OpenOperation[];
  readonly resources: readonly RecordedResource[];
  readonly unfinishedRun?: string;
  readonly workspace: string;
}

interface StateDocument {
  readonly lineage: string;
  readonly serial: number;
  readonly vpac: OwnSection;
}

function parse(text: string): StateDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as StateDocument) : undefined;
  } catch {
    return undefined;
  }
}

/** The checksum that a state document, or its end, names. */
export function checksumIn(text: string): string | undefined {
  const at = text.lastIndexOf(CHECKSUM_KEY);
  if (at < 0) return undefined;
  const from = at + CHECKSUM_KEY.length;
  return text.slice(from, from + CHECKSUM_LENGTH);
}

function withoutChecksum(text: string): string {
  const from = text.lastIndexOf(CHECKSUM_KEY) + CHECKSUM_KEY.length;
  return text.slice(0, from) + text.slice(from + CHECKSUM_LENGTH);
}

function snapshotOf({ lineage, serial, vpac }: StateDocument, checksum: string): Snapshot {
  const ledger = emptyLedger();
  for (const resource of vpac.resources) ledger.resources.set(resource.address, resource);
  for (const operation of vpac.openOperations) ledger.open.set(operation.intent, operation);
  ledger.consumedPlans = [...vpac.consumedPlans];
  ledger.unfinishedRun = vpac.unfinishedRun;
  const { workspace, fence, journal, digest } = vpac;
  return { workspace, lineage, serial, fence, chain: journal, ledger, digest, checksum };
}
