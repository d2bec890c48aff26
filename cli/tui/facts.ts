import type { Address } from "../../engine/model/address.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../engine/model/json.ts";
import type { Plan, PlanDecision, Step } from "../../engine/model/plan.ts";
import { isUnknown } from "../../engine/model/unknown.ts";
import { hostPercent } from "../views/human/placement.ts";

/** What the frames look up in a plan, found once per plan: a frame costs the same for any size. */
export interface PlanFacts {
  readonly decisions: ReadonlyMap<string, PlanDecision>;
  /** The step that says what an address shall be afterwards. */
  readonly steps: ReadonlyMap<Address, Step>;
  /** Positions of the plan's steps, wave by wave. */
  readonly waves: readonly { readonly wave: number; readonly positions: readonly number[] }[];
  /** The fullest host, in percent. */
  readonly worst: { readonly before: number; readonly after: number };
  readonly changes: number;
}

export function factsOf(plan: Plan): PlanFacts {
  const { decisions, hosts } = plan.placement;
  const worst = (side: "before" | "after"): number =>
    hosts.reduce((most, host) => Math.max(most, hostPercent(host, side)), 0);
  return {
    decisions: new Map(decisions.map((decision) => [decision.id, decision])),
    steps: new Map(
      plan.steps.filter(({ verb }) => verb !== "remove").map((step) => [step.address, step]),
    ),
    waves: wavesOf(plan.steps),
    worst: { before: worst("before"), after: worst("after") },
    changes: plan.changes.reduce((sum, { action }) => sum + (action === "noop" ? 0 : 1), 0),
  };
}

function wavesOf(steps: readonly Step[]): PlanFacts["waves"] {
  const byWave = new Map<number, number[]>();
  for (const [position, { wave }] of steps.entries()) {
    const positions = byWave.get(wave);
    if (positions === undefined) byWave.set(wave, [position]);
    else positions.push(position);
  }
  return [...byWave]
    .toSorted(([left], [right]) => left - right)
    .map(([wave, positions]) => ({ wave, positions }));
}

export interface Field {
  readonly path: string;
  readonly text: string;
}

export function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return "(unset)";
  if (isUnknown(value)) return "(known after apply)";
  return typeof value === "string" ? value : canonicalJson(value);
}

/** Every leaf of an object with its pointer; members of named lists are called by their name. */
export function fieldsOf(attributes: JsonObject): Field[] {
  const fields: Field[] = [];
  collect(attributes, "", fields);
  return fields;
}

function collect(value: JsonValue | undefined, path: string, into: Field[]): void {
  if (isJsonObject(value) && !isUnknown(value)) {
    for (const [key, inner] of Object.entries(value)) collect(inner, `${path}/${key}`, into);
  } else if (isJsonArray(value) && value.length > 0) {
    for (const [index, inner] of value.entries()) {
      collect(inner, `${path}/${nameOf(inner) ?? index}`, into);
    }
  } else if (value !== undefined) into.push({ path, text: valueText(value) });
}

const nameOf = (value: JsonValue): string | undefined => {
  const name = isJsonObject(value) ? value["name"] : undefined;
  return typeof name === "string" ? name : undefined;
};
