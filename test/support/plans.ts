/** Hand-made plans and an instant provider, for tests of apply and record. */
import type { Provider } from "../../engine/contract/provider.ts";
import { type Address, parseAddress } from "../../engine/model/address.ts";
import type { Action, ChangeReason } from "../../engine/model/change.ts";
import type { Plan, PlannedChange, Step } from "../../engine/model/plan.ts";
import { LINEAGE, sha256 } from "./builders.ts";

export type StepSketch = Partial<Step> & { readonly id: string; readonly address: Address };

/** A step that creates a small object, unless told otherwise. */
export function step(sketch: StepSketch): Step {
  const parts = parseAddress(sketch.address);
  const verb = sketch.verb ?? "create";
  const isRecorded = verb !== "remove" && sketch.mode !== "forget";
  return {
    action: verb === "create" ? "create" : verb === "update" ? "update" : "delete",
    provider: "fake",
    verb,
    mode: "live",
    objectId: `object-${sketch.address}`,
    kindKey: `test/${parts?.kind ?? ""}`,
    apiVersion: "test/v1",
    kind: parts?.kind ?? "",
    ...(parts?.namespace === undefined ? {} : { namespace: parts.namespace }),
    name: parts?.name ?? "",
    attributes: verb === "remove" ? {} : { size: 1 },
    after: [],
    wave: 0,
    expect: "absent",
    deadlineMs: 60_000,
    ...(isRecorded ? { record: { dependsOn: [], preventDestroy: false } } : {}),
    ...sketch,
  };
}

const NO_RISK = { level: "none", downtimeMs: 0, dataLoss: false } as const;

function changeOf(address: Address, action: Action, unknown: readonly string[]): PlannedChange {
  const reasons: ChangeReason[] = [];
  const common = { address, action, reasons, risk: NO_RISK, diff: [], unknown, sensitive: [] };
  return { ...common, dependsOn: [], wave: 0, provider: "fake" };
}

export interface PlanSketch {
  readonly steps: readonly Step[];
  readonly lineage?: string;
  readonly serial?: number;
  readonly unknown?: Readonly<Record<Address, readonly string[]>>;
  readonly id?: string;
}

/** A plan with one change per address of its steps. */
export function planOf({
  steps,
  lineage = LINEAGE,
  serial = 0,
  unknown = {},
  id,
}: PlanSketch): Plan {
  const actions = new Map(steps.map((one) => [one.address, one.action]));
  const changes = [...actions].map(([address, action]) =>
    changeOf(address, action, unknown[address] ?? []),
  );
  const digest = sha256(JSON.stringify([id, lineage, serial, steps]));
  return {
    format: "vpac.plan/1.0",
    id: id ?? digest.slice(0, 32),
    digest: `sha256:${digest}`,
    createdAt: "2026-11-22T00:00:00.000Z",
    workspace: "default",
    mode: "apply",
    generator: { name: "vpac", version: "0.0.0" },
    base: {
      lineage,
      serial,
      stateDigest: "",
      desiredDigest: "",
      inventoryDigest: "",
      seed: 1,
      expiresAfterMs: 86_400_000,
      providers: [],
      budgets: {},
    },
    summary: {
      create: 0,
      update: 0,
      replace: 0,
      delete: 0,
      move: 0,
      adopt: 0,
      forget: 0,
      noop: 0,
      blocked: 0,
      terraform: { add: 0, change: 0, destroy: 0 },
    },
    changes,
    steps,
    placement: {
      algorithm: "none",
      score: { before: 0, after: 0 },
      happiness: { before: [0, 0, 0, 0, 0], after: [0, 0, 0, 0, 0] },
      proof: { resource: "cpu", peakPpm: 0, boundPpm: 0 },
      moves: { count: 0, list: [] },
      recommendations: [],
      preempted: [],
      power: [],
      hosts: [],
      decisions: [],
      unplaced: [],
      resilience: { nPlus: 0, tightest: "", spare: 0 },
    },
    drift: [],
    policy: [],
    diagnostics: [],
    timingMs: {},
  };
}

/** A provider that does everything at once and remembers nothing; override what a test needs. */
export function instantProvider(over: Partial<Provider> = {}): Provider {
  let revision = 0;
  const done = async (): Promise<{ is: "done"; revision: string; changed: true }> => ({
    is: "done",
    revision: `r${++revision}`,
    changed: true,
  });
  return {
    name: "fake",
    type: "esxi-sim",
    capabilities: {
      kinds: ["*"],
      liveMove: true,
      powerControl: true,
      hostPower: false,
      fencing: true,
      adopt: true,
      sameNameTwice: true,
      measuresUse: false,
      parallelCallsMax: 100,
    },
    observe: async () => ({ complete: true, asOf: "0", hosts: [], objects: [] }),
    create: done,
    update: done,
    remove: done,
    close: async () => undefined,
    ...over,
  };
}
