import type { Amounts } from "../model/demand.ts";
import type { PlacementWorkload } from "../model/placement.ts";

/** The workload with smaller requests; reservation and size shrink by as much, a limit caps. */
export function withAmounts(workload: PlacementWorkload, amounts: Amounts): PlacementWorkload {
  const { demand } = workload;
  const { request, reservation, size, limit } = demand;
  const shrunk = {
    cpuMillicores: Math.min(reservation.cpuMillicores, amounts.cpuMillicores),
    memoryBytes: Math.min(reservation.memoryBytes, amounts.memoryBytes),
  };
  const cpuCut = request.cpuMillicores - amounts.cpuMillicores;
  const memoryCut = request.memoryBytes - amounts.memoryBytes;
  return {
    ...workload,
    demand: {
      ...demand,
      request: {
        ...request,
        ...amounts,
        nonZero: {
          cpuMillicores: request.nonZero.cpuMillicores - cpuCut,
          memoryBytes: request.nonZero.memoryBytes - memoryCut,
        },
      },
      reservation: shrunk,
      size: {
        ...size,
        cpuMillicores: Math.max(amounts.cpuMillicores, size.cpuMillicores - cpuCut),
        memoryBytes: Math.max(amounts.memoryBytes, size.memoryBytes - memoryCut),
      },
      limit: {
        ...(limit.cpuMillicores === undefined
          ? {}
          : { cpuMillicores: Math.max(amounts.cpuMillicores, limit.cpuMillicores - cpuCut) }),
        ...(limit.memoryBytes === undefined
          ? {}
          : { memoryBytes: Math.max(amounts.memoryBytes, limit.memoryBytes - memoryCut) }),
      },
    },
  };
}
