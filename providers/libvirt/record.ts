import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  member,
  stringAt,
} from "../../engine/model/json.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { numaOf, type NumaWish } from "./numa.ts";
import type { DomainMetadata } from "./xml/metadata.ts";

/**
 * How far a machine of ours is. `unplaced`: no host can run it, it is only registered. `making`:
 * its disks may be missing or unfinished, it has never run. `made`: its disks hold its data.
 */
type Stage = "unplaced" | "making" | "made";

/** What vpac keeps in the metadata of a domain besides the tag. */
export interface MachineRecord {
  /** The attributes of the wish that was last applied. */
  readonly attributes: JsonObject;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly stage: Stage;
  /** `adopted`: its devices were chosen by somebody else and are left as they are. */
  readonly origin: "made" | "adopted";
  /** Hosts on which volumes of the machine may be; written before the first is made there. */
  readonly volumesOn: readonly string[];
  /** NUMA nodes and CPUs of its host; absent: it is bound to nothing. */
  readonly numa?: NumaWish;
}

/** A tag of nobody: what is left when a domain is forgotten, so that its record stays readable. */
const NOBODY: OwnershipTag = { lineage: "", address: "vm/forgotten", fence: 0, intent: "" };

/** The metadata for a domain; without a tag it belongs to nobody. */
export function metadataOf(record: MachineRecord, tag: OwnershipTag | undefined): DomainMetadata {
  const { attributes, namespace, name, stage, origin, volumesOn, numa } = record;
  const kept: JsonObject = {
    attributes,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    stage,
    origin,
    volumesOn,
    ...(numa === undefined ? {} : { numa }),
  };
  return { tag: tag ?? NOBODY, attributes: kept };
}

/** Reads metadata back; "damaged" where it is ours and cannot be understood. */
export function recordOf(
  metadata: DomainMetadata,
): { readonly record: MachineRecord; readonly tag: OwnershipTag | undefined } | "damaged" {
  const kept = metadata.attributes;
  const attributes = member(kept, "attributes");
  const name = stringAt(kept, "name");
  const stage = stringAt(kept, "stage");
  const isStage = stage === "unplaced" || stage === "making" || stage === "made";
  if (!isJsonObject(attributes) || name === undefined || !isStage) return "damaged";
  const numa = numaOf(member(kept, "numa"));
  const record: MachineRecord = {
    attributes,
    namespace: stringAt(kept, "namespace"),
    name,
    stage,
    origin: stringAt(kept, "origin") === "adopted" ? "adopted" : "made",
    volumesOn: arrayAt(kept, "volumesOn").filter((item) => typeof item === "string"),
    ...(numa === undefined ? {} : { numa }),
  };
  return { record, tag: metadata.tag.lineage === "" ? undefined : metadata.tag };
}
