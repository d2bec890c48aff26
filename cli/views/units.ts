/** Amounts as a person reads them; JSON keeps base units. */
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1.5 GiB`, `512 MiB`; at most one decimal, none when it is zero. */
export function bytesText(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1024 && unit < SIZES.length - 1) {
    value /= 1024;
    unit++;
  }
  const rounded = value >= 100 ? Math.round(value).toString() : trimZero(value.toFixed(1));
  return `${bytes < 0 ? "-" : ""}${rounded} ${SIZES[unit] ?? "B"}`;
}

/** `4`, `0.5`, `12.3`: CPUs from millicores. */
export const cpuText = (millicores: number): string => trimZero((millicores / 1000).toFixed(1));

const trimZero = (text: string): string => (text.endsWith(".0") ? text.slice(0, -2) : text);

/** `350ms`, `4.2s`, `01:42`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${trimZero((ms / 1000).toFixed(1))}s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1000);
  return `${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}`;
}

/** `1 host`, `3 hosts`. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Whole percent of `part` in `whole`; 0 when there is no whole. */
export const percentOf = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.round((part * 100) / whole);
