import { compareText } from "../model/canonical.ts";
import type { Address } from "../model/address.ts";
import type { RunSummary } from "../model/run.ts";
import type { Node } from "./graph.ts";

/** Counts what was done. A replacement counts as one added and one destroyed, a move as changed. */
export function summarise(
  nodes: readonly Node[],
  facts: Pick<RunSummary, "run" | "interrupted" | "serial">,
): RunSummary {
  const added = new Set<Address>();
  const changed = new Set<Address>();
  const destroyed = new Set<string>();
  const failed = new Set<Address>();
  const unknown = new Set<Address>();
  const skipped = new Set<Address>();
  for (const { step, result } of nodes) {
    if (result?.is === "done") {
      if (step.verb === "create") added.add(step.address);
      else if (step.verb === "remove") destroyed.add(step.objectId);
      else if (step.mode !== "adopt" && step.mode !== "forget") changed.add(step.address);
    } else if (result === undefined) skipped.add(step.address);
    else if (result.is === "unknown") unknown.add(step.address);
    else failed.add(step.address);
  }
  for (const address of added) changed.delete(address);
  for (const address of [...failed, ...unknown]) skipped.delete(address);
  return {
    ...facts,
    added: added.size,
    changed: changed.size,
    destroyed: destroyed.size,
    failed: [...failed].sort(compareText),
    skipped: [...skipped].sort(compareText),
    unknown: [...unknown].sort(compareText),
  };
}
