import type { Host } from "../../engine/model/host.ts";
import { arrayAt, type JsonValue, member } from "../../engine/model/json.ts";
import type { PlanDecision } from "../../engine/model/plan.ts";
import type { Binding } from "./xml/binding.ts";

/** What the plan chose of a host for a machine; kept in its record, and so plain JSON. */
export type NumaWish = {
  readonly nodes: readonly number[];
  /** Absent: all CPUs of the nodes. */
  readonly cpus?: readonly number[];
  readonly isPinned?: true;
};

/** Undefined where the plan bound the machine to nothing of that host. */
export function numaWish(
  decision: PlanDecision | undefined,
  host: string | undefined,
): NumaWish | undefined {
  const { chosen, numaNodes, cpus, isPinned } = decision ?? {};
  if (numaNodes === undefined || chosen !== host) return undefined;
  return {
    nodes: numaNodes,
    ...(cpus === undefined ? {} : { cpus }),
    ...(isPinned === undefined ? {} : { isPinned }),
  };
}

/** The wish on a host as it is; undefined where the host has no such nodes, or only one. */
export function bindingOn({ numa }: Host, wish: NumaWish | undefined): Binding | undefined {
  if (wish === undefined || numa.length < 2 || wish.nodes.length === 0) return undefined;
  const all = wish.nodes.flatMap((node) => numa[node]?.cpus ?? []);
  const cpus = wish.cpus ?? all;
  const isKnown = wish.nodes.every((node) => numa[node] !== undefined);
  if (!isKnown || cpus.length === 0 || cpus.some((cpu) => !all.includes(cpu))) return undefined;
  return { nodes: wish.nodes, cpus, isPinned: wish.isPinned === true };
}

/** Reads what a record keeps; undefined where there is none. */
export function numaOf(kept: JsonValue | undefined): NumaWish | undefined {
  const nodes = numbersAt(kept, "nodes");
  if (nodes.length === 0) return undefined;
  const cpus = numbersAt(kept, "cpus");
  return {
    nodes,
    ...(cpus.length === 0 ? {} : { cpus }),
    ...(member(kept, "isPinned") === true ? { isPinned: true } : {}),
  };
}

const numbersAt = (value: JsonValue | undefined, name: string): readonly number[] =>
  arrayAt(value, name).filter((item) => typeof item === "number");

/** The record bound otherwise; undefined: bound to nothing. */
export function withNuma<Kept extends { readonly numa?: NumaWish | undefined }>(
  { numa: _before, ...record }: Kept,
  numa: NumaWish | undefined,
): Omit<Kept, "numa"> & { readonly numa?: NumaWish } {
  return numa === undefined ? record : { ...record, numa };
}
