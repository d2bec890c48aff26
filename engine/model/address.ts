import { compareText } from "./canonical.ts";

/**
 * The identity of a resource: `kind/namespace/name`, or `kind/name` where the kind has no
 * namespace. The kind part is the short kind (`vm`, `pod`, `ns` …) or the lower-case kind.
 */
export type Address = `${string}/${string}`;

export interface AddressParts {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

export function formatAddress(parts: {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}): Address {
  return parts.namespace === undefined
    ? `${parts.kind}/${parts.name}`
    : `${parts.kind}/${parts.namespace}/${parts.name}`;
}

/** Reads an address or a glob of addresses; undefined when it has not two or three parts. */
export function parseAddress(text: string): AddressParts | undefined {
  const parts = text.split("/");
  if (parts.some((part) => part === "")) return undefined;
  const [kind, second, third] = parts;
  if (kind === undefined || second === undefined || parts.length > 3) return undefined;
  if (third === undefined) return { kind, namespace: undefined, name: second };
  return { kind, namespace: second, name: third };
}

/** Total order used wherever addresses are listed and wherever a tie has to be broken. */
export function compareAddress(left: Address, right: Address): number {
  return compareText(left, right);
}

/** True when `address` matches `glob`; `*` stands for any run of characters but `/`. */
export function matchesAddress(address: Address, glob: string): boolean {
  const addressParts = address.split("/");
  const globParts = glob.split("/");
  if (addressParts.length !== globParts.length) return false;
  return globParts.every((part, index) => matchesPart(addressParts[index] ?? "", part));
}

/** Linear wildcard match with one backtrack point; no regular expression is built from input. */
function matchesPart(text: string, pattern: string): boolean {
  let textIndex = 0;
  let patternIndex = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (textIndex < text.length) {
    if (patternIndex < pattern.length && pattern[patternIndex] === "*") {
      starAt = patternIndex++;
      resumeAt = textIndex;
    } else if (patternIndex < pattern.length && pattern[patternIndex] === text[textIndex]) {
      patternIndex++;
      textIndex++;
    } else if (starAt >= 0) {
      patternIndex = starAt + 1;
      textIndex = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternIndex] === "*") patternIndex++;
  return patternIndex === pattern.length;
}
