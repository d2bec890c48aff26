import type { Drift } from "../model/change.ts";
import type { ChangeRules } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { RecordedResource } from "../model/recorded.ts";
import { driftFields, wishedPower } from "./attributes.ts";
import type { DecideContext } from "./inputs.ts";

/** Rules for recorded resources whose documents are gone: everything is compared in place. */
const PLAIN_RULES: ChangeRules = Object.freeze({
  timing: [],
  lists: [],
  sensitive: [],
  replaceOrder: "delete-first",
});

function powerDrift(recorded: RecordedResource, object: ObservedObject): Drift[] {
  if (object.power === undefined) return [];
  const wish = wishedPower(recorded.attributes);
  const { phase } = object.status;
  const hasEnded = phase === "Succeeded" || phase === "Failed";
  if (object.power === wish || recorded.condition === "failed-start" || hasEnded) return [];
  return [
    {
      address: recorded.address,
      kind: "power",
      fields: [
        { path: "/power", op: "replace", before: wish, after: object.power, timing: "live" },
      ],
      objectId: object.id,
      detail: `is ${object.power}, was left ${wish}`,
    },
  ];
}

/** What happened to a recorded resource without us (row V14). */
export function driftOf(recorded: RecordedResource, context: DecideContext): Drift[] {
  const { world, input } = context;
  const { address } = recorded;
  if (world.openAt(address) !== undefined) return [];
  const object = world.byId(recorded.provider, recorded.id);
  if (object === undefined) {
    if (world.doubt(recorded.provider, recorded.host) !== undefined) return [];
    const detail = "is gone";
    return [{ address, kind: "gone", fields: [], objectId: recorded.id, detail }];
  }
  const rules = input.desired.resources.get(address)?.rules ?? PLAIN_RULES;
  const compare = context.compareFor(rules);
  const fields = driftFields(recorded.attributes, context.observedOf(recorded, object), compare);
  const power = powerDrift(recorded, object);
  if (fields.length === 0) return power;
  const count = fields.length === 1 ? "1 field" : `${fields.length} fields`;
  const detail = `${count} changed outside vpac`;
  return [{ address, kind: "changed", fields, objectId: object.id, detail }, ...power];
}

export function foundDrift(object: ObservedObject): Drift {
  return {
    address: object.tag?.address ?? `${object.kind}/${object.name}`,
    kind: "found",
    fields: [],
    objectId: object.id,
    detail: "found, not recorded: adopt or remove",
  };
}
