import { formatAddress, parseAddress } from "../../../engine/model/address.ts";
import { canonicalJson } from "../../../engine/model/canonical.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../engine/model/json.ts";
import type { OwnershipTag } from "../../../engine/model/observation.ts";
import { element, render, type XmlElement } from "./element.ts";
import { elementsOf, integerOf, textAt } from "./read.ts";

/** Namespace of what vpac keeps in the metadata of a domain. */
export const METADATA_NAMESPACE = "https://vpac.dev/ns/libvirt/1";

/** Prefix that vpac writes the namespace with. */
export const METADATA_PREFIX = "vpac";

/** What a domain of ours says about itself: whose it is, and what was asked for. */
export interface DomainMetadata {
  readonly tag: OwnershipTag;
  /** The attributes of the wish that was last applied. */
  readonly attributes: JsonObject;
}

/** Our element as it stands below `<metadata>` of a domain. */
export function metadataElement(metadata: DomainMetadata): XmlElement {
  return build(metadata, `${METADATA_PREFIX}:`, {
    [`xmlns:${METADATA_PREFIX}`]: METADATA_NAMESPACE,
  });
}

/**
 * The same for DomainSetMetadata: libvirt adds the namespace itself, from the key and URI of the
 * call, and refuses a text that brings it along.
 */
export function metadataUpdateXml(metadata: DomainMetadata): string {
  return render(build(metadata, "", {}));
}

function build(
  { tag, attributes }: DomainMetadata,
  prefix: string,
  namespace: Readonly<Record<string, string>>,
): XmlElement {
  const { lineage, address, fence, intent } = tag;
  return element(
    `${prefix}object`,
    { ...namespace, lineage, address, fence, intent },
    element(`${prefix}attributes`, {}, jsonText(attributes)),
  );
}

/** Canonical JSON that XML can hold: two characters that JSON allows, XML does not. */
function jsonText(attributes: JsonObject): string {
  return canonicalJson(attributes).replaceAll(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

/**
 * Finds our element below `<metadata>`, whatever prefix it has. Undefined: there is none, the
 * domain is not ours. "damaged": there is one, but it cannot be understood; it is ours no more
 * than not ours, so nothing may be done to the domain.
 */
export function readMetadata(
  parent: XmlElement | undefined,
): DomainMetadata | "damaged" | undefined {
  const own = elementsOf(parent).find((child) => namespaceOf(child) === METADATA_NAMESPACE);
  if (own === undefined) return undefined;
  const tag = tagOf(own);
  const text = attributesText(own);
  const attributes = text === undefined ? undefined : jsonObjectOf(text);
  return tag === undefined || attributes === undefined ? "damaged" : { tag, attributes };
}

/** libvirt keeps the declaration on the element itself, wherever it was written. */
function namespaceOf({ name, attributes }: XmlElement): string | undefined {
  const colon = name.indexOf(":");
  return attributes.get(colon === -1 ? "xmlns" : `xmlns:${name.slice(0, colon)}`);
}

function tagOf({ attributes }: XmlElement): OwnershipTag | undefined {
  const lineage = attributes.get("lineage");
  const intent = attributes.get("intent");
  const address = parseAddress(attributes.get("address") ?? "");
  const fence = integerOf(attributes.get("fence"));
  if (lineage === undefined || intent === undefined) return undefined;
  if (address === undefined || fence === undefined) return undefined;
  return { lineage, address: formatAddress(address), fence, intent };
}

function attributesText(own: XmlElement): string | undefined {
  const found = elementsOf(own).find((child) => /^(.*:)?attributes$/.test(child.name));
  return found === undefined ? undefined : textAt(found);
}

function jsonObjectOf(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
