import { arrayAt } from "../../engine/model/json.ts";
import { type Change, findByName, type World } from "./world.ts";

/** Segments for namespaces that declare none: 256 of 4,094 addresses each. */
const POOL_BASE = 0x0a80_0000;
const POOL_PREFIX = 20;
const POOL_SEGMENTS_MAX = 256;

export interface Lease {
  readonly address: string;
  readonly cidr: string;
  /** Change that goes into the same record when the segment is new. */
  readonly changes: readonly Change[];
}

/** A free address of the namespace's own segment (rows A07, W02); undefined when it is full. */
export function leaseAddress(world: World, namespace: string | undefined): Lease | undefined {
  const segment = segmentOf(world, namespace ?? "default");
  for (const cidr of segment.cidrs) {
    const address = freeAddress(world, cidr);
    if (address !== undefined) return { address, cidr, changes: segment.changes };
  }
  return undefined;
}

function freeAddress(world: World, cidr: string): string | undefined {
  const range = rangeOf(cidr);
  if (range === undefined) return undefined;
  // Network, gateway and broadcast address are never leased.
  const count = range.size - 3;
  const hint = world.leaseHints.get(cidr) ?? 0;
  for (let tried = 0; tried < count; tried++) {
    const index = (hint + tried) % count;
    const address = textOf(range.base + 2 + index);
    if (world.addresses.has(address)) continue;
    world.leaseHints.set(cidr, index + 1);
    return address;
  }
  return undefined;
}

interface SegmentChoice {
  readonly cidrs: readonly string[];
  readonly changes: readonly Change[];
}

/** The declared segment `ns-NAME`, else one from the world's own pool. */
function segmentOf(world: World, namespace: string): SegmentChoice {
  const declared = findByName(world, "net", undefined, `ns-${namespace}`)[0];
  const cidrs = arrayAt(declared?.attributes, "spec", "cidrs").filter(
    (cidr) => typeof cidr === "string",
  );
  if (cidrs.length > 0) return { cidrs, changes: [] };
  const own = world.meta.segments[namespace];
  if (own !== undefined) return { cidrs: [own], changes: [] };
  const taken = new Set(Object.values(world.meta.segments));
  for (let index = 0; index < POOL_SEGMENTS_MAX; index++) {
    const fresh = `${textOf(POOL_BASE + index * 2 ** (32 - POOL_PREFIX))}/${POOL_PREFIX}`;
    if (taken.has(fresh)) continue;
    const segments = { ...world.meta.segments, [namespace]: fresh };
    return { cidrs: [fresh], changes: [["meta", { segments }]] };
  }
  return { cidrs: [], changes: [] };
}

/** First address and number of addresses of an IPv4 CIDR with room for at least one lease. */
function rangeOf(cidr: string): { base: number; size: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return undefined;
  const [first, second, third, fourth, prefix] = match.slice(1).map(Number);
  if (prefix === undefined || prefix > 29) return undefined;
  const size = 2 ** (32 - prefix);
  let base = 0;
  for (const part of [first, second, third, fourth]) {
    if (part === undefined || part > 255) return undefined;
    base = base * 256 + part;
  }
  return { base: base - (base % size), size };
}

const textOf = (address: number): string =>
  [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join(".");
