import { keepSmallest } from "./argmin-select.ts";

/** Hosts of a list that are looked at to guess where the near ones end. */
const SAMPLE = 1024;
/** Of so many hosts that a sample lets expect, and so many more, few lists have too few. */
const CAUTION = 1.25;
const CAUTION_MORE = 8;

/** What is worked out of an order most easily; a better host never has more of it. */
export interface RoughOrder {
  readonly roughly: (host: number) => number;
  /** True when a host has more than so much of that, told without working it out. */
  readonly isBeyond: (host: number, most: number) => boolean;
}

/** What near hosts are looked for in. */
interface Field {
  readonly order: RoughOrder;
  /** Hosts to choose from, in host order. */
  readonly hosts: Int32Array;
  /** Where those are written that are near, in host order. */
  readonly near: Int32Array;
  /** Room for a number of each host. */
  readonly numbers: Float64Array;
}

/**
 * Finds the `count` best hosts by a rough order, maybe many more, and with them every host that is
 * as good as the last of them. Returns how many they are. Where few of many are wanted, most hosts
 * are passed over without working out how good they are.
 */
export function nearest(field: Field, count: number): number {
  const { hosts, near } = field;
  if (2 * count >= hosts.length) {
    near.set(hosts);
    return hosts.length;
  }
  const sampled = hosts.length > 4 * SAMPLE ? nearestBySample(field, count) : 0;
  return sampled >= count ? sampled : keepNearest(field, 1, count);
}

/** As `nearest`, or fewer where the sample did not tell where so many end. */
function nearestBySample(field: Field, count: number): number {
  const { order, hosts, near, numbers } = field;
  // An odd step meets hosts of all kinds where they alternate.
  const step = 2 * Math.ceil(hosts.length / (2 * SAMPLE)) + 1;
  const expected = Math.ceil((count * CAUTION) / step) + CAUTION_MORE;
  const kept = near.subarray(0, keepNearest(field, step, expected));
  const sample = new Float64Array(kept.length);
  for (let index = 0; index < kept.length; index++) sample[index] = numbers[kept[index] ?? 0] ?? 0;
  const last = sample.sort()[expected - 1] ?? Number.POSITIVE_INFINITY;
  let found = 0;
  for (let index = 0; index < hosts.length; index++) {
    const host = hosts[index] ?? 0;
    if (!order.isBeyond(host, last)) near[found++] = host;
  }
  return found;
}

/** Keeps the nearest `count` of every so many hosts. */
function keepNearest({ order, hosts, near, numbers }: Field, step: number, count: number): number {
  let length = 0;
  for (let index = 0; index < hosts.length; index += step) {
    const host = hosts[index] ?? 0;
    numbers[host] = order.roughly(host);
    near[length++] = host;
  }
  const kept = keepSmallest(near, length, numbers, count);
  // Where most numbers lie close together, their range is worth being parted once more.
  return kept > 2 * count ? keepSmallest(near, kept, numbers, count) : kept;
}
