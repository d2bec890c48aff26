import type { SharesLevel } from "../../model/demand.ts";
import { multiplyDivide } from "../basics/units.ts";

const CPU_SHARES: Readonly<Record<SharesLevel, number>> = { low: 500, normal: 1000, high: 2000 };
const MEMORY_SHARES: Readonly<Record<SharesLevel, number>> = { low: 5, normal: 10, high: 20 };
const LEVEL_WEIGHT: Readonly<Record<SharesLevel, number>> = { low: 1, normal: 2, high: 4 };
/** A resource pool counts as a VM of 4 vCPU and 16 GB. */
const POOL_CPUS = 4;
const POOL_MEBIBYTES = 16_384;

/** CPU shares of a VM (row R06); a custom figure is taken as it is. */
export const cpuShares = (shares: SharesLevel | number, vcpus: number): number =>
  typeof shares === "number" ? shares : CPU_SHARES[shares] * vcpus;

/** Memory shares of a VM by its size in MB (row R06). */
export const memoryShares = (shares: SharesLevel | number, mebibytes: number): number =>
  typeof shares === "number" ? shares : MEMORY_SHARES[shares] * mebibytes;

/** Shares of a pool whose shares do not scale. */
export const poolShares = (
  shares: SharesLevel | number,
): { readonly cpu: number; readonly memory: number } => ({
  cpu: cpuShares(shares, POOL_CPUS),
  memory: memoryShares(shares, POOL_MEBIBYTES),
});

/**
 * Scalable shares (row D20): level weight times the shares of the powered-on children, in units
 * in which a `normal` pool counts what its children hold.
 */
export function scalablePoolShares(
  shares: SharesLevel | number,
  childShares: readonly number[],
): number {
  const sum = childShares.reduce((total, each) => total + each, 0);
  return typeof shares === "number"
    ? multiplyDivide(sum, shares, poolShares("normal").cpu)
    : multiplyDivide(sum, LEVEL_WEIGHT[shares], LEVEL_WEIGHT.normal);
}
