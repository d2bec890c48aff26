import { keepSmallest } from "./argmin-select.ts";
import type { HostOrder } from "./plain-order.ts";

/** Hosts of a list of which the keys are read to guess how large the key of a near host is. */
const SAMPLE = 1024;
/** Of so many hosts that a sample lets expect, and so many more, few lists have too few. */
const CAUTION = 1.25;
const CAUTION_MORE = 8;

/** What near hosts are looked for in. */
export interface Field {
  readonly order: HostOrder;
  /** Hosts to choose from, in host order. */
  readonly hosts: Int32Array;
  /** Where those are written that are near, in host order. */
  readonly near: Int32Array;
}

/**
 * Finds the `count` hosts with the smallest keys, maybe more, and with them every host whose key
 * equals the largest of theirs; reads their keys anew. Returns how many they are. Where few of many
 * are wanted, most hosts are passed over without working out their keys.
 */
export function nearest(field: Field, count: number): number {
  const { order, hosts, near } = field;
  if (count >= hosts.length) {
    for (let index = 0; index < hosts.length; index++) order.renew(hosts[index] ?? 0);
    near.set(hosts);
    return hosts.length;
  }
  const sampled = hosts.length > 4 * SAMPLE ? nearestBySample(field, count) : 0;
  if (sampled >= count) return sampled;
  for (let index = 0; index < hosts.length; index++) order.renew(hosts[index] ?? 0);
  near.set(hosts);
  return keepSmallest(near, hosts.length, order.keys, count);
}

/** As `nearest`, or fewer where the sample did not tell how large the keys of so many are. */
function nearestBySample({ order, hosts, near }: Field, count: number): number {
  // An odd step meets hosts of all kinds where they alternate.
  const step = 2 * Math.ceil(hosts.length / (2 * SAMPLE)) + 1;
  let length = 0;
  for (let index = 0; index < hosts.length; index += step) {
    const host = hosts[index] ?? 0;
    order.renew(host);
    near[length++] = host;
  }
  const expected = Math.ceil((count * CAUTION * length) / hosts.length) + CAUTION_MORE;
  const kept = keepSmallest(near, length, order.keys, expected);
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < kept; index++) {
    largest = Math.max(largest, order.keys[near[index] ?? 0] ?? 0);
  }
  let found = 0;
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? 0;
    if (order.isBeyond(host, largest)) continue;
    order.renew(host);
    near[found++] = host;
  }
  return found;
}
