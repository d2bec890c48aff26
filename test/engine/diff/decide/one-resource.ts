import { expect, test } from "vitest";
import { diff, type DiffInput } from "../../../../engine/diff/diff.ts";
import type { Action, Change, ChangeReason } from "../../../../engine/model/change.ts";
import type {
  Behaviour,
  ChangeRules,
  DesiredResource,
  ProviderConfig,
} from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import type { ObservedObject } from "../../../../engine/model/observation.ts";
import type { OpenOperation, RecordedResource } from "../../../../engine/model/recorded.ts";
import {
  desiredState,
  environment,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
} from "../../../support/builders.ts";

export const ADDRESS = "vm/shop/db";

export const BEFORE: JsonObject = { spec: { image: "a", size: 1 } };

export const AFTER: JsonObject = { spec: { image: "a", size: 2 } };

export const RULES: Partial<ChangeRules> = {
  timing: [
    { path: "/spec/image", timing: "replace" },
    { path: "/spec/cpus", timing: "power-off" },
  ],
};

export interface Given {
  /** Attributes wished; undefined: not declared. */
  readonly wish?: JsonObject;
  readonly behaviour?: Partial<Behaviour>;
  readonly workload?: Partial<NonNullable<DesiredResource["workload"]>>;
  /** Attributes recorded; undefined: not recorded. */
  readonly record?: JsonObject;
  readonly recordOver?: Partial<RecordedResource>;
  /** Attributes observed; undefined: no object. */
  readonly world?: JsonObject;
  readonly worldOver?: Partial<ObservedObject>;
  readonly open?: OpenOperation["verb"];
  readonly complete?: boolean;
  readonly mode?: DiffInput["mode"];
  readonly replace?: readonly string[];
  readonly hosts?: readonly Host[];
  readonly readOnly?: boolean;
  /** Type of the provider; a simulator unless given. */
  readonly type?: ProviderConfig["type"];
}

/** The call whose end nobody saw. */
const openOf = (record: RecordedResource, verb: OpenOperation["verb"]): OpenOperation => ({
  run: "run-1",
  step: "s-1",
  address: ADDRESS,
  objectId: record.id,
  provider: "sim",
  verb,
  intent: "i-9",
});

function wishOf(given: Given): DesiredResource {
  const template = pod(ADDRESS, { rules: RULES, attributes: given.wish ?? {} });
  const { workload } = template;
  return {
    ...template,
    readOnly: given.readOnly ?? false,
    behaviour: { ...template.behaviour, ...given.behaviour },
    workload: workload === undefined ? undefined : { ...workload, ...given.workload },
  };
}

export function inputOf(given: Given): DiffInput {
  const { complete = true, mode = "apply", replace } = given;
  const { hosts = [host({ name: "esx-a" }), host({ name: "esx-b" })] } = given;
  const wish = wishOf(given);
  const at = { host: "esx-a" };
  const record = recordedOf(wish, { attributes: given.record ?? {}, ...at, ...given.recordOver });
  const object = observedOf(record, { attributes: given.world ?? {}, ...at, ...given.worldOver });
  const openOperations = given.open === undefined ? [] : [openOf(record, given.open)];
  const readings = [{ provider: "sim", complete, asOf: "1", error: undefined }];
  return {
    desired: desiredState(given.wish === undefined ? [] : [wish], {
      environment: environment({
        providers: [{ name: "sim", type: given.type ?? "esxi-sim", settings: {} }],
      }),
    }),
    observation: observation(given.world === undefined ? [] : [object], hosts, { readings }),
    recorded: recordedState(given.record === undefined ? [] : [record], { openOperations }),
    mode,
    replace,
  };
}

export function changeOf(given: Given): Change | undefined {
  const { changes } = diff(inputOf(given)).value;
  expect(changes.length).toBeLessThanOrEqual(1);
  return changes[0];
}

export const ID = `id-${ADDRESS}`;

export const FOREIGN: Partial<ObservedObject> = { id: "theirs", tag: undefined };

export const OTHER_LINEAGE: Partial<ObservedObject> = {
  id: "theirs",
  tag: { lineage: "another", address: ADDRESS, fence: 1, intent: "x" },
};

export type Row = Given & {
  readonly name: string;
  readonly action: Action | "nothing";
  readonly reasons?: readonly ChangeReason["code"][];
  readonly needsHost?: boolean;
  readonly objectId?: string | undefined;
};

/** One test per row. */
export function decides(rows: readonly Row[]): void {
  test.for(rows)("$name: $action", (row) => {
    const change = changeOf(row);
    if (row.action === "nothing") {
      expect(change).toBeUndefined();
      return;
    }
    expect(change?.action).toBe(row.action);
    if (row.reasons !== undefined)
      expect(change?.reasons.map(({ code }) => code)).toEqual(row.reasons);
    if (row.needsHost !== undefined) expect(change?.needsHost).toBe(row.needsHost);
    if ("objectId" in row) expect(change?.objectId).toBe(row.objectId);
  });
}
