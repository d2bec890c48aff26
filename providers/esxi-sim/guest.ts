/** What a machine lets its guest use: the VM bounds the sum, a cgroup each container (row S21). */
import type { Amounts } from "../../engine/model/demand.ts";
import { arrayAt, type JsonValue, member } from "../../engine/model/json.ts";
import { cpuMillicores, memoryBytes } from "../../engine/model/quantity.ts";
import type { WorldObject } from "./world.ts";

type Read = (input: string | number) => number | undefined;

/** The load that remains of one that is asked for. */
export function withinGuest({ machine, attributes }: WorldObject, asked: Amounts): Amounts {
  if (machine === undefined) return asked;
  const containers = arrayAt(attributes, "spec", "containers");
  return {
    cpuMillicores: Math.min(
      asked.cpuMillicores,
      boundOf(machine.cpuMillicores, limitsOf(containers, "cpu", cpuMillicores)),
    ),
    memoryBytes: Math.min(
      asked.memoryBytes,
      boundOf(machine.memoryBytes, limitsOf(containers, "memory", memoryBytes)),
    ),
  };
}

/** Limit of each container; undefined where it has none and may use the whole VM. */
const limitsOf = (
  containers: readonly JsonValue[],
  resource: string,
  read: Read,
): readonly (number | undefined)[] =>
  containers.map((container) => {
    const limit = member(container, "resources", "limits", resource);
    return typeof limit === "string" || typeof limit === "number" ? read(limit) : undefined;
  });

/** A VM without containers, or with one that has no limit, is bounded by its size alone. */
function boundOf(size: number, limits: readonly (number | undefined)[]): number {
  if (limits.length === 0) return size;
  const sum = limits.reduce<number>((total, limit) => total + (limit ?? size), 0);
  return Math.min(size, sum);
}
