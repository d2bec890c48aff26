/**
 * Extra host memory that running a VM costs, in hundredths of a MB of 2^20 bytes: the sample table
 * VMware published for ESXi, by guest memory and vCPUs (row D14, DEC-3).
 */
const CPU_COLUMNS = [1, 2, 4, 8] as const;
const MEMORY_ROWS: readonly (readonly [memoryMib: number, hundredths: readonly number[]])[] = [
  [256, [2029, 2428, 3223, 4816]],
  [1024, [2590, 2991, 3786, 5382]],
  [4096, [4864, 5272, 6067, 7678]],
  [16384, [13962, 14398, 15193, 16860]],
];
const MEBIBYTE = 2 ** 20;

/** The pair of neighbours to interpolate between; outside the table the nearest pair goes on. */
function bracket(points: readonly number[], at: number): number {
  let index = 0;
  while (index < points.length - 2 && at > (points[index + 1] ?? 0)) index++;
  return index;
}

function interpolate(points: readonly number[], values: readonly number[], at: number): number {
  const index = bracket(points, at);
  const [from, to] = [points[index] ?? 0, points[index + 1] ?? 0];
  const [low, high] = [values[index] ?? 0, values[index + 1] ?? 0];
  if (at === from) return low;
  if (at === to) return high;
  return low + ((high - low) * (at - from)) / (to - from);
}

const MEMORY_POINTS = MEMORY_ROWS.map(([memoryMib]) => memoryMib);

/**
 * Bytes of overhead, exact at the cells of the table, linear between them and beyond, rounded up.
 * Guests below the smallest row cost what the smallest row costs.
 */
export function overheadBytes(vcpus: number, memoryBytes: number): number {
  const memoryMib = Math.max(MEMORY_POINTS[0] ?? 0, memoryBytes / MEBIBYTE);
  const byMemory = MEMORY_ROWS.map(([, hundredths]) => interpolate(CPU_COLUMNS, hundredths, vcpus));
  const hundredths = interpolate(MEMORY_POINTS, byMemory, memoryMib);
  return Math.ceil((hundredths * MEBIBYTE) / 100);
}
