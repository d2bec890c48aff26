import type { PlacementWorkload } from "../../model/placement.ts";

/**
 * True for what ends with its host and starts nowhere else: a Pod that was told to stop, and one
 * whose affinity names that host alone, as a daemon's does.
 */
export function endsWithHost(
  { isEnding, demand, scheduling }: PlacementWorkload,
  host: string | undefined,
): boolean {
  if (isEnding === true) return true;
  if (demand.qos === undefined || host === undefined) return false;
  const { required } = scheduling.nodeAffinity;
  return (
    required !== undefined &&
    required.length > 0 &&
    required.every(({ matchFields }) =>
      matchFields.some(
        ({ operator, values }) => operator === "In" && values.length === 1 && values[0] === host,
      ),
    )
  );
}
