import type { GpuHost, GpuShape } from "../../../engine/place/gpu/cluster.ts";

/** Rows of a table with a head line, as records. */
function rowsOf(text: string, columns: readonly string[], name: string): Record<string, string>[] {
  const [head = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const names = head.split(",");
  const absent = columns.filter((column) => !names.includes(column));
  if (absent.length > 0) throw new Error(`${name}: no column ${absent.join(", ")}`);
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const cells = line.split(",");
      return Object.fromEntries(names.map((column, index) => [column, cells[index] ?? ""]));
    });
}

/** An empty cell counts as 0. */
function numberAt(row: Record<string, string>, column: string, name: string): number {
  const value = Number(row[column]);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${name}: ${column} is "${row[column]}", not a number`);
}

/** The hosts with GPUs: the published figures are over these alone. Throws when there is none. */
export function readHosts(text: string): GpuHost[] {
  const hosts = rowsOf(text, ["sn", "cpu_milli", "memory_mib", "gpu", "model"], "nodes")
    .map((row) => ({
      name: row["sn"]!,
      cpuMillicores: numberAt(row, "cpu_milli", "nodes"),
      memoryMebibytes: numberAt(row, "memory_mib", "nodes"),
      gpuCount: numberAt(row, "gpu", "nodes"),
      gpuModel: row["model"]!,
    }))
    .filter(({ gpuCount }) => gpuCount > 0);
  if (hosts.length === 0) throw new Error("nodes: no row has a GPU");
  return hosts;
}

/** The workloads in the order of their names. Throws when no number of them asks for the GPUs. */
export function readWorkloads(text: string): GpuShape[] {
  const workloads = rowsOf(
    text,
    ["name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"],
    "pods",
  )
    .toSorted((left, right) => (left["name"]! < right["name"]! ? -1 : 1))
    .map((row) => {
      const gpuCount = numberAt(row, "num_gpu", "pods");
      return {
        cpuMillicores: numberAt(row, "cpu_milli", "pods"),
        memoryMebibytes: numberAt(row, "memory_mib", "pods"),
        gpuCount,
        gpuMilli: gpuCount === 0 ? 0 : numberAt(row, "gpu_milli", "pods"),
        gpuModels: gpuCount === 0 ? [] : (row["gpu_spec"] ?? "").split("|").filter(Boolean),
      };
    });
  if (workloads.some(({ gpuCount, gpuMilli }) => gpuCount * gpuMilli > 0)) return workloads;
  throw new Error("pods: no row asks for a GPU");
}
