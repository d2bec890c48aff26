/** The start of one Pod, step by step. */
import { expect } from "vitest";
import type { Intent } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { PastEvent } from "../../../providers/esxi-sim/index.ts";
import { create } from "../../contract/subjects.ts";
import type { SimWorld } from "../../support/esxi-sim.ts";
import { INTENT } from "./world.ts";

interface Trace {
  readonly events: readonly PastEvent[];
  readonly step: (number: number) => PastEvent;
  readonly at: (name: string) => number;
}

/** Starts the Pod and reads what the simulator recorded of it. */
export async function traceOf(world: SimWorld, intent: Intent): Promise<Trace> {
  expect(await create(world, intent)).toMatchObject({ is: "done", changed: true });
  const events = world.admin.trace(intent.objectId);
  const step = (number: number): PastEvent => {
    const found = events.find((event) => event.step === number);
    if (found === undefined) throw new Error(`step ${number} is not recorded`);
    return found;
  };
  return { events, step, at: (name) => events.findIndex((event) => event.event === name) };
}

/** The intent of the one Pod of these tests, with another spec. */
export const withSpec = (spec: JsonObject): Intent => ({
  ...INTENT,
  attributes: { ...INTENT.attributes, spec },
});

/** A container that asks for nothing. */
export const container = (name: string, image = "nginx:1.27"): JsonObject => ({ name, image });
