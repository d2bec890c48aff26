import type { Digest } from "../model/digest.ts";
import { compareText } from "../model/canonical.ts";

/** A range of IPv4 addresses: `size` is a power of two, `base` a multiple of it. */
export interface AddressRange {
  readonly base: number;
  readonly size: number;
}

/** Reads `10.0.0.0/16`; host bits are cut off. Undefined for anything else, IPv6 included. */
export function parseCidr(text: string): AddressRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [, first, second, third, fourth, bits] = match.map(Number);
  const octets = [first ?? 256, second ?? 256, third ?? 256, fourth ?? 256];
  if (octets.some((octet) => octet > 255) || (bits ?? 33) > 32) return undefined;
  const size = 2 ** (32 - (bits ?? 32));
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { base: address - (address % size), size };
}

export function formatCidr(range: AddressRange): string {
  const octets = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(range.base / unit) % 256);
  return `${octets.join(".")}/${32 - Math.round(Math.log2(range.size))}`;
}

export const overlaps = (left: AddressRange, right: AddressRange): boolean =>
  left.base < right.base + right.size && right.base < left.base + left.size;

export interface AddressWish {
  readonly name: string;
  /** Number of addresses, a power of two. */
  readonly size: number;
}

/** Addresses are handed out in blocks of at least this many. */
const BLOCK = 16;

function blocksOf(range: AddressRange): number[] {
  const first = range.base / BLOCK;
  return Array.from({ length: Math.max(1, range.size / BLOCK) }, (_, index) => first + index);
}

/** Slot `index` of a wish's size over all ranges, or undefined past the last one. */
function slotAt(
  ranges: readonly AddressRange[],
  size: number,
  index: number,
): AddressRange | undefined {
  let left = index;
  for (const range of ranges) {
    const slots = Math.floor(range.size / size);
    if (left < slots) return { base: range.base + left * size, size };
    left -= slots;
  }
  return undefined;
}

/**
 * Gives every wish its own part of the ranges (row W02); undefined where they are used up. Larger
 * wishes come first, then the order of names. The search starts at a slot drawn from the name, so
 * that a new name seldom moves the others.
 */
export function allocate(
  ranges: readonly AddressRange[],
  wishes: readonly AddressWish[],
  digest: Digest,
): ReadonlyMap<string, AddressRange | undefined> {
  const given = new Map<string, AddressRange | undefined>();
  const taken = new Set<number>();
  const ordered = [...wishes].sort(
    (left, right) => right.size - left.size || compareText(left.name, right.name),
  );
  for (const wish of ordered) {
    const slots = ranges.reduce((sum, range) => sum + Math.floor(range.size / wish.size), 0);
    const start = slots === 0 ? 0 : Number.parseInt(digest(wish.name).slice(0, 8), 16) % slots;
    let found: AddressRange | undefined;
    for (let step = 0; step < slots && found === undefined; step++) {
      const slot = slotAt(ranges, wish.size, (start + step) % slots);
      if (slot !== undefined && blocksOf(slot).every((block) => !taken.has(block))) found = slot;
    }
    given.set(wish.name, found);
    if (found !== undefined) for (const block of blocksOf(found)) taken.add(block);
  }
  return given;
}
