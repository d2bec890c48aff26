import type { LookOutcome } from "../../engine/index.ts";
import type { Address } from "../../engine/model/address.ts";
import { formatAddress, parseAddress } from "../../engine/model/address.ts";
import { compareText } from "../../engine/model/canonical.ts";
import { type JsonObject, objectAt, stringAt } from "../../engine/model/json.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import type { RecordedResource } from "../../engine/model/recorded.ts";
import { healthOf, type Health } from "./health.ts";

/** One object as `get`, `describe` and `status` show it: live if it is seen, else as recorded. */
export interface Item {
  readonly address: Address;
  readonly kind: string;
  readonly apiVersion: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: string;
  readonly id: string;
  readonly host: string | undefined;
  readonly power: string | undefined;
  readonly phase: string | undefined;
  readonly health: Health;
  readonly owner: string | undefined;
  /** True when it carries our tag or is in our state. */
  readonly managed: boolean;
  /** True when it only exists to carry another object. */
  readonly helper: boolean;
  readonly attributes: JsonObject;
  readonly status: JsonObject;
  readonly recorded: RecordedResource | undefined;
  readonly observed: ObservedObject | undefined;
}

/** Everything the workspace knows of, in address order; foreign objects have no record. */
export function itemsOf(world: LookOutcome): readonly Item[] {
  const { recorded, observation } = world;
  const byId = new Map(observation.objects.map((object) => [object.id, object]));
  const complete = new Set(
    observation.readings.filter((reading) => reading.complete).map(({ provider }) => provider),
  );
  const items: Item[] = [];
  const shown = new Set<string>();
  for (const record of recorded.resources.values()) {
    const observed = byId.get(record.id);
    shown.add(record.id);
    items.push(itemOf(record, observed, complete.has(record.provider)));
  }
  for (const object of observation.objects) {
    if (!shown.has(object.id)) items.push(foundItem(object, recorded.lineage));
  }
  return items.sort((left, right) => compareText(left.address, right.address));
}

/** Kinds of objects that are only parts of how another one is carried out. */
const SHOWN_PARTS = new Set(["pod", "vm", "host"]);
const CARRIED = new Set(["computenode"]);

function isHelper(record: RecordedResource): boolean {
  if (record.owner === undefined) return false;
  const kind = parseAddress(record.address)?.kind ?? "";
  const owner = parseAddress(record.owner)?.kind ?? "";
  return !SHOWN_PARTS.has(kind) || CARRIED.has(owner);
}

function itemOf(
  record: RecordedResource,
  observed: ObservedObject | undefined,
  isComplete: boolean,
): Item {
  const attributes = observed?.attributes ?? record.attributes;
  return {
    address: record.address,
    kind: record.kindKey.split("/").at(-1) ?? record.kind,
    apiVersion: record.apiVersion,
    namespace: record.namespace,
    name: record.name,
    labels: labelsOf(attributes),
    provider: record.provider,
    id: record.id,
    host: observed === undefined ? record.host : observed.host,
    power: observed?.power,
    phase: stringAt(observed?.status, "phase"),
    health: healthOf({ record, observed, isComplete }),
    owner: record.owner,
    managed: true,
    helper: isHelper(record),
    attributes,
    status: observed?.status ?? {},
    recorded: record,
    observed,
  };
}

function foundItem(object: ObservedObject, lineage: string): Item {
  const { kind, namespace, name } = object;
  return {
    address: object.tag?.address ?? formatAddress({ kind, namespace, name }),
    kind,
    apiVersion: undefined,
    namespace,
    name,
    labels: labelsOf(object.attributes),
    provider: object.provider,
    id: object.id,
    host: object.host,
    power: object.power,
    phase: stringAt(object.status, "phase"),
    health: healthOf({ record: undefined, observed: object, isComplete: true }),
    owner: undefined,
    managed: object.tag?.lineage === lineage,
    helper: object.tag?.lineage !== lineage,
    attributes: object.attributes,
    status: object.status,
    recorded: undefined,
    observed: object,
  };
}

function labelsOf(attributes: JsonObject): Readonly<Record<string, string>> {
  const labels = Object.entries(objectAt(attributes, "metadata", "labels"));
  return Object.fromEntries(
    labels.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}
