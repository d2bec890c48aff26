import type { Amounts } from "../../model/demand.ts";
import type { NumaNode } from "../../model/host.ts";
import { floorDivide, mebibytesUp, partsPerMillion } from "../basics/units.ts";

/** A NUMA node with what is allocated on it. */
export interface NumaUse {
  readonly node: NumaNode;
  readonly allocated: Amounts;
}

/** Settings, as the source articles give no numbers (CON-8). Both in ppm of the node. */
export interface NumaSettings {
  /** Highest CPU share after the choice; above a million allows over-commitment (U02). */
  readonly cpuThresholdPpm: number;
  readonly memoryThresholdPpm: number;
}

export const NUMA_SETTINGS: NumaSettings = {
  cpuThresholdPpm: 1_500_000,
  memoryThresholdPpm: 1_000_000,
};

/** Where a VM runs: on one node, evenly over several, or nowhere. */
export type NumaPlacement =
  | { readonly is: "node"; readonly node: number }
  | { readonly is: "split"; readonly nodes: readonly number[] }
  | { readonly is: "none" };

/**
 * The node on which CPU and memory shares end up closest (rows U04, U06): the VM is bound to the
 * node, not to CPUs of it, so several VMs may share them (U02). A VM that fits no node is split
 * evenly over the fewest nodes, never 2 + 6 (U03).
 */
export function chooseNuma(
  nodes: readonly NumaUse[],
  want: Amounts & { readonly vcpus: number },
  settings: NumaSettings = NUMA_SETTINGS,
): NumaPlacement {
  const node = bestNode(nodes, want, settings);
  if (node !== undefined) return { is: "node", node };
  // More nodes than CPUs cannot be an even split.
  const countMax = Math.min(nodes.length, want.vcpus);
  for (let count = 2; count <= countMax; count++) {
    if (want.vcpus % count !== 0) continue;
    const part = {
      cpuMillicores: Math.ceil(want.cpuMillicores / count),
      memoryBytes: Math.ceil(want.memoryBytes / count),
    };
    const fitting = nodes.flatMap((use, index) =>
      isBelow(use, part, settings) && part.cpuMillicores <= cpuOf(use.node) ? [index] : [],
    );
    if (fitting.length >= count) return { is: "split", nodes: fitting.slice(0, count) };
  }
  return { is: "none" };
}

/** Smallest difference of the shares, then the lowest number. */
function bestNode(
  nodes: readonly NumaUse[],
  want: Amounts,
  settings: NumaSettings,
): number | undefined {
  let best: { readonly node: number; readonly difference: number } | undefined;
  nodes.forEach((use, node) => {
    // A VM wider than the node would share cores with itself, however idle the node is.
    if (want.cpuMillicores > cpuOf(use.node) || !isBelow(use, want, settings)) return;
    const { cpuPpm, memoryPpm } = sharesAfter(use, want);
    const difference = Math.abs(cpuPpm - memoryPpm);
    if (best === undefined || difference < best.difference) best = { node, difference };
  });
  return best?.node;
}

const cpuOf = (node: NumaNode): number => node.cpus.length * 1000;

/** Shares of the node after the VM came, in ppm. */
export function sharesAfter(
  { node, allocated }: NumaUse,
  want: Amounts,
): { readonly cpuPpm: number; readonly memoryPpm: number } {
  return {
    cpuPpm: partsPerMillion(allocated.cpuMillicores + want.cpuMillicores, cpuOf(node)),
    memoryPpm: partsPerMillion(
      mebibytesUp(allocated.memoryBytes + want.memoryBytes),
      floorDivide(node.memoryBytes, 1_048_576),
    ),
  };
}

function isBelow(use: NumaUse, want: Amounts, settings: NumaSettings): boolean {
  const { cpuPpm, memoryPpm } = sharesAfter(use, want);
  return cpuPpm <= settings.cpuThresholdPpm && memoryPpm <= settings.memoryThresholdPpm;
}
