const BUCKETS = 2048;

/**
 * Keeps of the first `length` hosts in `hosts` at least the `count` with the smallest keys, and
 * with them every host whose key equals the largest one kept. They stay in their order and move to
 * the front; returns how many there are. O(length), without sorting.
 */
export function keepSmallest(
  hosts: Int32Array,
  length: number,
  keys: Float64Array,
  count: number,
): number {
  if (count >= length) return length;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index++) {
    const key = keys[hosts[index] ?? 0] ?? 0;
    least = Math.min(least, key);
    most = Math.max(most, key);
  }
  // Equal parts of the range: a smaller key never lies in a later one.
  const scale = most > least ? (BUCKETS - 1) / (most - least) : 0;
  const last = lastBucket({ hosts, length, keys, least, scale }, count);
  let kept = 0;
  for (let index = 0; index < length; index++) {
    const host = hosts[index] ?? 0;
    if (Math.floor(((keys[host] ?? 0) - least) * scale) <= last) hosts[kept++] = host;
  }
  return kept;
}

interface Range {
  readonly hosts: Int32Array;
  readonly length: number;
  readonly keys: Float64Array;
  readonly least: number;
  readonly scale: number;
}

/** The first part of the range up to which there are enough keys. */
function lastBucket({ hosts, length, keys, least, scale }: Range, count: number): number {
  const counts = new Int32Array(BUCKETS);
  for (let index = 0; index < length; index++) {
    const bucket = Math.floor(((keys[hosts[index] ?? 0] ?? 0) - least) * scale);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  let last = 0;
  for (let sum = counts[0] ?? 0; sum < count; sum += counts[last] ?? 0) last++;
  return last;
}
