import type { Amounts, Demand } from "../../model/demand.ts";
import type { PlacementWorkload } from "../../model/placement.ts";

/** What a request is cut from: some machines reserve without requesting. */
export const askedOf = ({ request, reservation }: Demand, resource: keyof Amounts): number =>
  Math.max(request[resource], reservation[resource]);

/** The workload with a smaller request; the reservation is capped, size and limit shrink by it. */
export function withRequest(
  workload: PlacementWorkload,
  resource: keyof Amounts,
  to: number,
): PlacementWorkload {
  const { demand } = workload;
  const { request, reservation, size, limit } = demand;
  const cut = Math.max(0, askedOf(demand, resource) - to);
  const lessened = (amount: number): number => Math.max(to, amount - cut);
  const ceiling = limit[resource];
  return {
    ...workload,
    demand: {
      ...demand,
      request: {
        ...request,
        [resource]: Math.min(request[resource], to),
        nonZero: {
          ...request.nonZero,
          [resource]: Math.max(0, request.nonZero[resource] - cut),
        },
      },
      reservation: { ...reservation, [resource]: Math.min(reservation[resource], to) },
      size: { ...size, [resource]: lessened(size[resource]) },
      limit: ceiling === undefined ? limit : { ...limit, [resource]: lessened(ceiling) },
    },
  };
}

/** The workload that may use no more than `to`: what it asks for is capped as well. */
export function withLimit(
  workload: PlacementWorkload,
  resource: keyof Amounts,
  to: number,
): PlacementWorkload {
  const { demand } = workload;
  const { request, reservation, size, limit } = demand;
  const capped = (amount: number): number => Math.min(amount, to);
  const ceiling = limit[resource];
  return {
    ...workload,
    demand: {
      ...demand,
      request: {
        ...request,
        [resource]: capped(request[resource]),
        nonZero: { ...request.nonZero, [resource]: capped(request.nonZero[resource]) },
      },
      reservation: { ...reservation, [resource]: capped(reservation[resource]) },
      size: { ...size, [resource]: capped(size[resource]) },
      limit: ceiling === undefined ? limit : { ...limit, [resource]: capped(ceiling) },
    },
  };
}
