import type { Decision, Fix, PlacementProblem } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { afterPlan, applyEdits } from "./apply-fix.ts";

const LEAN = { candidatesMax: 0, rejectedMax: 0, fixesMax: 0 };

/** What was found about the fixes of one problem. */
export interface FixReport {
  /** Workloads without a host. */
  readonly unplaced: number;
  readonly fixes: number;
  /** One line for each fix that is missing, does not help, or asks for too much. */
  readonly faults: readonly string[];
}

/**
 * Makes every fix that a placement offers, and every part of it, in the world as the plan leaves
 * it, and places again: the fix has to give the workload a host, and no part of it may.
 */
export function checkFixes(problem: PlacementProblem): FixReport {
  const result = place(problem);
  const unplaced = result.decisions.filter(({ chosen }) => chosen === undefined);
  const faults = unplaced.flatMap((decision) => {
    const left = afterPlan(problem, result, decision.key);
    return faultsOf(decision, left);
  });
  const fixes = unplaced.reduce((sum, decision) => sum + decision.fixes.length, 0);
  return { unplaced: unplaced.length, fixes, faults };
}

function faultsOf({ key, fixes }: Decision, left: PlacementProblem): readonly string[] {
  if (fixes.length === 0) return [`${key} has no fix`];
  return fixes.flatMap(({ description, edits }) => {
    const helps = hostWith(left, key, edits) !== undefined;
    const part = partsOf(edits).find((some) => hostWith(left, key, some) !== undefined);
    const paths = part?.map(({ path }) => path).join(", ") ?? "";
    return [
      ...(helps ? [] : [`${key} has no host although: ${description}`]),
      ...(part === undefined ? [] : [`${key} needs of "${description}" only [${paths}]`]),
    ];
  });
}

function hostWith(left: PlacementProblem, key: string, edits: Fix["edits"]): string | undefined {
  const { decisions } = place({ ...applyEdits(left, key, edits), limits: LEAN });
  return decisions.find((decision) => decision.key === key)?.chosen;
}

/** Every choice of some of the edits but not all, none at first. */
const partsOf = (edits: Fix["edits"]): readonly Fix["edits"][] =>
  Array.from({ length: 2 ** edits.length - 1 }, (_, choice) =>
    edits.filter((_edit, position) => (choice & (1 << position)) !== 0),
  );
