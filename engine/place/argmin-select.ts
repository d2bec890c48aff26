const BUCKETS = 1024;

/**
 * At least the `count` hosts with the smallest keys, in the order in which they come, and with
 * them every host whose key equals the largest one taken. O(hosts), without sorting.
 */
export function smallestKeys(
  keys: Float64Array,
  hosts: readonly number[],
  count: number,
): readonly number[] {
  if (count >= hosts.length) return hosts;
  const bucketOf = buckets(keys, hosts);
  const counts = new Int32Array(BUCKETS);
  for (const host of hosts) {
    const bucket = bucketOf(host);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  let last = 0;
  for (let sum = counts[0] ?? 0; sum < count; sum += counts[last] ?? 0) last++;
  return hosts.filter((host) => bucketOf(host) <= last);
}

/** Cuts the range of the keys into equal parts; smaller keys never have a larger number. */
function buckets(keys: Float64Array, hosts: readonly number[]): (host: number) => number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const host of hosts) {
    least = Math.min(least, keys[host] ?? 0);
    most = Math.max(most, keys[host] ?? 0);
  }
  const scale = most > least ? (BUCKETS - 1) / (most - least) : 0;
  return (host) => Math.floor(((keys[host] ?? 0) - least) * scale);
}
