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
  const cut = Math.max(0, askedOf(workload.demand, resource) - to);
  return withAmounts(workload, resource, {
    asked: (amount) => Math.min(amount, to),
    counted: (amount) => Math.max(0, amount - cut),
    used: (amount) => Math.max(to, amount - cut),
  });
}

/** The workload that may use no more than `to`: what it asks for is capped as well. */
export function withLimit(
  workload: PlacementWorkload,
  resource: keyof Amounts,
  to: number,
): PlacementWorkload {
  const capped = (amount: number): number => Math.min(amount, to);
  return withAmounts(workload, resource, { asked: capped, counted: capped, used: capped });
}

/** How amounts of one resource change. */
interface Change {
  /** Of the request and of the reservation. */
  readonly asked: (amount: number) => number;
  /** Of what scores count as the request. */
  readonly counted: (amount: number) => number;
  /** Of the size, and of the limit where there is one. */
  readonly used: (amount: number) => number;
}

function withAmounts(
  workload: PlacementWorkload,
  resource: keyof Amounts,
  { asked, counted, used }: Change,
): PlacementWorkload {
  const { demand } = workload;
  const { request, reservation, size, limit } = demand;
  const ceiling = limit[resource];
  return {
    ...workload,
    demand: {
      ...demand,
      request: {
        ...request,
        [resource]: asked(request[resource]),
        nonZero: { ...request.nonZero, [resource]: counted(request.nonZero[resource]) },
      },
      reservation: { ...reservation, [resource]: asked(reservation[resource]) },
      size: { ...size, [resource]: used(size[resource]) },
      limit: ceiling === undefined ? limit : { ...limit, [resource]: used(ceiling) },
    },
  };
}

/** The workload with other requests. */
export const withAsked = (
  workload: PlacementWorkload,
  asked: Partial<PlacementWorkload["demand"]["request"]>,
): PlacementWorkload => ({
  ...workload,
  demand: { ...workload.demand, request: { ...workload.demand.request, ...asked } },
});
