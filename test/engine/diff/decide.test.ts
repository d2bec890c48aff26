import { describe, expect, test } from "vitest";
import { diff, type DiffInput } from "../../../engine/diff/diff.ts";
import type { Action, Change, ChangeReason } from "../../../engine/model/change.ts";
import type {
  Behaviour,
  ChangeRules,
  DesiredResource,
  ProviderConfig,
} from "../../../engine/model/desired.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { ObservedObject } from "../../../engine/model/observation.ts";
import type { OpenOperation, RecordedResource } from "../../../engine/model/recorded.ts";
import {
  desiredState,
  environment,
  host,
  LINEAGE,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  resource,
} from "../../support/builders.ts";

const ADDRESS = "vm/shop/db";
const BEFORE: JsonObject = { spec: { image: "a", size: 1 } };
const AFTER: JsonObject = { spec: { image: "a", size: 2 } };
const RULES: Partial<ChangeRules> = {
  timing: [
    { path: "/spec/image", timing: "replace" },
    { path: "/spec/cpus", timing: "power-off" },
  ],
};

interface Given {
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

function inputOf(given: Given): DiffInput {
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

function changeOf(given: Given): Change | undefined {
  const { changes } = diff(inputOf(given)).value;
  expect(changes.length).toBeLessThanOrEqual(1);
  return changes[0];
}

const ID = `id-${ADDRESS}`;
const FOREIGN: Partial<ObservedObject> = { id: "theirs", tag: undefined };
const OTHER_LINEAGE: Partial<ObservedObject> = {
  id: "theirs",
  tag: { lineage: "another", address: ADDRESS, fence: 1, intent: "x" },
};

type Row = Given & {
  readonly name: string;
  readonly action: Action | "nothing";
  readonly reasons?: readonly ChangeReason["code"][];
  readonly needsHost?: boolean;
  readonly objectId?: string | undefined;
};

const table: readonly Row[] = [
  {
    name: "declared, nowhere else",
    wish: AFTER,
    action: "create",
    reasons: ["new"],
    needsHost: true,
    objectId: undefined,
  },
  {
    name: "all three agree",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    action: "noop",
    reasons: [],
    objectId: ID,
  },
  {
    name: "the document changed",
    wish: AFTER,
    record: BEFORE,
    world: BEFORE,
    action: "update",
    reasons: ["field-changed"],
    needsHost: false,
  },
  {
    name: "the world changed (V14)",
    wish: AFTER,
    record: AFTER,
    world: BEFORE,
    action: "update",
    reasons: ["drift"],
  },
  {
    name: "both changed to the same",
    wish: AFTER,
    record: BEFORE,
    world: AFTER,
    action: "noop",
    reasons: [],
  },
  {
    name: "a field forces a power-off",
    wish: { spec: { image: "a", cpus: 2 } },
    record: BEFORE,
    world: BEFORE,
    action: "update",
    reasons: ["power-off-needed"],
  },
  {
    name: "a power-off that is never allowed",
    wish: { spec: { image: "a", cpus: 2 } },
    behaviour: { allowPowerOff: "never" },
    record: BEFORE,
    world: BEFORE,
    action: "blocked",
    reasons: ["power-off-needed"],
  },
  {
    name: "a field forces a replacement",
    wish: { spec: { image: "b", size: 1 } },
    record: BEFORE,
    world: BEFORE,
    action: "replace",
    reasons: ["immutable-field"],
    needsHost: true,
    objectId: ID,
  },
  {
    name: "a protected resource is not replaced",
    wish: { spec: { image: "b" } },
    behaviour: { preventDestroy: true },
    record: BEFORE,
    world: BEFORE,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "nor one whose record is protected",
    wish: { spec: { image: "b" } },
    record: BEFORE,
    recordOver: { preventDestroy: true },
    world: BEFORE,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "protection asked for later reaches the record",
    wish: BEFORE,
    behaviour: { preventDestroy: true },
    record: BEFORE,
    recordOver: { preventDestroy: false },
    world: BEFORE,
    action: "update",
    reasons: ["field-changed"],
    objectId: ID,
  },
  {
    name: "protection taken back reaches the record",
    wish: BEFORE,
    record: BEFORE,
    recordOver: { preventDestroy: true },
    world: BEFORE,
    action: "update",
    reasons: ["field-changed"],
    objectId: ID,
  },
  {
    name: "a replica below the partition is not replaced",
    wish: { spec: { image: "b" } },
    workload: { rolloutWave: -1 },
    record: BEFORE,
    world: BEFORE,
    action: "noop",
    reasons: ["paused"],
  },
  {
    name: "--replace of an equal resource",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    replace: ["vm/shop/*"],
    action: "replace",
    reasons: ["replace-asked"],
  },
  {
    name: "the object is gone",
    wish: AFTER,
    record: AFTER,
    action: "create",
    reasons: ["gone"],
    needsHost: true,
  },
  {
    name: "the object cannot be seen, the reading is incomplete",
    wish: AFTER,
    record: AFTER,
    complete: false,
    action: "blocked",
    reasons: ["provider-unreachable"],
  },
  {
    name: "B04: the object was on a host that the settings have no more",
    wish: AFTER,
    record: AFTER,
    recordOver: { host: "esx-gone" },
    type: "libvirt",
    action: "blocked",
    reasons: ["provider-unreachable"],
  },
  {
    name: "the object was on a host that the platform has no more",
    wish: AFTER,
    record: AFTER,
    recordOver: { host: "esx-gone" },
    action: "create",
    reasons: ["gone"],
    needsHost: true,
  },
  {
    name: "a new resource at an incomplete provider",
    wish: AFTER,
    complete: false,
    action: "blocked",
    reasons: ["provider-unreachable"],
  },
  {
    name: "an incomplete reading that has the object is good enough",
    wish: AFTER,
    record: BEFORE,
    world: BEFORE,
    complete: false,
    action: "update",
    reasons: ["field-changed"],
  },
  {
    name: "an open create without object is sent again",
    wish: AFTER,
    open: "create",
    action: "create",
    reasons: ["unfinished"],
    objectId: ID,
  },
  {
    name: "an open create with its object is sent again",
    wish: AFTER,
    world: AFTER,
    open: "create",
    action: "create",
    reasons: ["unfinished"],
    objectId: ID,
    needsHost: false,
  },
  {
    name: "an open update is sent again",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    open: "update",
    action: "update",
    reasons: ["unfinished"],
    objectId: ID,
  },
  {
    name: "what the platform calls unfinished is finished",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    worldOver: { unfinished: "its disks are not complete" },
    action: "update",
    reasons: ["unfinished"],
    objectId: ID,
    needsHost: false,
  },
  {
    name: "our object without a record is adopted (law 4)",
    wish: AFTER,
    world: AFTER,
    action: "adopt",
    reasons: ["found-own"],
    objectId: ID,
  },
  {
    name: "a name held by an object that is not ours",
    wish: AFTER,
    world: AFTER,
    worldOver: FOREIGN,
    action: "blocked",
    reasons: ["foreign-object"],
  },
  {
    name: "the same with leave to adopt it",
    wish: AFTER,
    behaviour: { adopt: "theirs" },
    world: BEFORE,
    worldOver: FOREIGN,
    action: "adopt",
    reasons: ["adopt-asked"],
    objectId: "theirs",
  },
  {
    name: "an object of another state is not adopted",
    wish: AFTER,
    behaviour: { adopt: "theirs" },
    world: AFTER,
    worldOver: OTHER_LINEAGE,
    action: "blocked",
    reasons: ["foreign-object"],
  },
  {
    name: "an object to adopt that does not exist",
    wish: AFTER,
    behaviour: { adopt: "lost" },
    action: "blocked",
    reasons: ["adopt-asked"],
  },
  {
    name: "paused resources are left alone",
    wish: AFTER,
    behaviour: { paused: true },
    record: BEFORE,
    world: BEFORE,
    action: "noop",
    reasons: ["paused"],
  },
  {
    name: "a platform document of a developer's run that is as it says (N11)",
    wish: AFTER,
    readOnly: true,
    record: AFTER,
    world: AFTER,
    action: "noop",
    reasons: ["protected"],
  },
  {
    name: "a platform document of a developer's run that would have to change (N11)",
    wish: AFTER,
    readOnly: true,
    record: BEFORE,
    world: BEFORE,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "a platform document that nobody has applied yet (N11)",
    wish: AFTER,
    readOnly: true,
    action: "blocked",
    reasons: ["protected"],
  },
  {
    name: "L03: switched off behind our back",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    worldOver: { power: "off" },
    action: "update",
    reasons: ["drift"],
  },
  {
    name: "L02: switched off by wish stays off",
    wish: { ...AFTER, power: "off" },
    workload: { poweredOn: false },
    record: { ...AFTER, power: "off" },
    world: { ...AFTER, power: "off" },
    worldOver: { power: "off" },
    action: "noop",
    reasons: [],
  },
  {
    name: "L03: switched on against the wish",
    wish: { ...AFTER, power: "off" },
    workload: { poweredOn: false },
    record: { ...AFTER, power: "off" },
    world: { ...AFTER, power: "off" },
    worldOver: { power: "on" },
    action: "update",
    reasons: ["drift"],
  },
  {
    name: "a finished Job's Pod is not started again",
    wish: AFTER,
    workload: { lifetime: "short" },
    record: AFTER,
    world: AFTER,
    worldOver: { power: "off", status: { phase: "Succeeded" } },
    action: "noop",
    reasons: [],
  },
  {
    name: "on a failed host",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    hosts: [host({ name: "esx-a", connection: "disconnected" })],
    action: "move",
    reasons: ["host-failed"],
    needsHost: true,
  },
  {
    name: "on a failed host, and off with it",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    worldOver: { power: "off" },
    hosts: [host({ name: "esx-a", connection: "disconnected" })],
    action: "move",
    reasons: ["host-failed"],
    needsHost: true,
  },
  {
    name: "on a host in maintenance",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    hosts: [host({ name: "esx-a", connection: "maintenance" })],
    action: "move",
    reasons: ["host-leaving"],
    needsHost: true,
  },
  {
    name: "on a host that is not there any more",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    hosts: [host({ name: "esx-b" })],
    action: "move",
    reasons: ["host-failed"],
    needsHost: true,
  },
  {
    name: "on a failed host with a changed document",
    wish: AFTER,
    record: BEFORE,
    world: BEFORE,
    hosts: [host({ name: "esx-a", connection: "disconnected" })],
    action: "update",
    reasons: ["field-changed", "host-failed"],
    needsHost: true,
  },
  {
    name: "moved by somebody else is no difference",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    worldOver: { host: "esx-b" },
    action: "noop",
    reasons: [],
  },
  {
    name: "not where the pin says",
    wish: AFTER,
    workload: { pinHost: "esx-b" },
    record: AFTER,
    world: AFTER,
    action: "move",
    reasons: ["pin-changed"],
    needsHost: true,
  },
  {
    name: "where the pin says",
    wish: AFTER,
    workload: { pinHost: "esx-a" },
    record: AFTER,
    world: AFTER,
    action: "noop",
    reasons: [],
  },
  {
    name: "S19: made but without a host, asked for again",
    wish: AFTER,
    record: AFTER,
    recordOver: { condition: "failed-start" },
    world: AFTER,
    worldOver: { host: undefined, power: "off" },
    action: "update",
    reasons: ["unfinished"],
    needsHost: true,
  },
  {
    name: "left the documents",
    record: AFTER,
    world: AFTER,
    action: "delete",
    reasons: ["left-documents"],
    objectId: ID,
  },
  {
    name: "left the documents and is gone",
    record: AFTER,
    action: "forget",
    reasons: ["gone", "left-documents"],
  },
  {
    name: "left the documents and cannot be seen (B04)",
    record: AFTER,
    complete: false,
    action: "blocked",
    reasons: ["provider-unreachable", "left-documents"],
  },
  {
    name: "B04: left the documents, was on a host that the settings have no more",
    record: AFTER,
    recordOver: { host: "esx-gone" },
    type: "libvirt",
    action: "blocked",
    reasons: ["provider-unreachable", "left-documents"],
  },
  {
    name: "left the documents and is protected",
    record: AFTER,
    recordOver: { preventDestroy: true },
    world: AFTER,
    action: "blocked",
    reasons: ["protected", "left-documents"],
  },
  {
    name: "left the documents, its removal is open",
    record: AFTER,
    world: AFTER,
    open: "remove",
    action: "delete",
    reasons: ["left-documents", "unfinished"],
  },
  { name: "our object, neither recorded nor declared", world: AFTER, action: "nothing" },
  {
    name: "the same with its create still open",
    world: AFTER,
    open: "create",
    action: "delete",
    reasons: ["unfinished"],
  },
  { name: "an object that is not ours", world: AFTER, worldOver: FOREIGN, action: "nothing" },
  {
    name: "destroy: declared and recorded",
    mode: "destroy",
    wish: AFTER,
    record: AFTER,
    world: AFTER,
    action: "delete",
    reasons: ["destroy-asked"],
  },
  { name: "destroy: declared only", mode: "destroy", wish: AFTER, action: "nothing" },
  {
    name: "destroy: protected",
    mode: "destroy",
    wish: AFTER,
    behaviour: { preventDestroy: true },
    record: AFTER,
    world: AFTER,
    action: "blocked",
    reasons: ["protected", "destroy-asked"],
  },
  {
    name: "destroy: our object without a record",
    mode: "destroy",
    world: AFTER,
    action: "delete",
    reasons: ["destroy-asked"],
  },
  {
    name: "destroy: an object that is not ours (I14)",
    mode: "destroy",
    world: AFTER,
    worldOver: FOREIGN,
    action: "nothing",
  },
];

describe("the decision", () => {
  test.for(table)("$name: $action", (row) => {
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
});

describe("what is told besides", () => {
  const codesOf = (given: Given): string[] =>
    diff(inputOf(given)).diagnostics.map(({ code }) => code);
  const cases: readonly (Given & { name: string; code: string })[] = [
    { name: "found, not recorded", world: AFTER, code: "VP2503" },
    { name: "adopt without an object", wish: AFTER, behaviour: { adopt: "lost" }, code: "VP2504" },
    {
      name: "adopt from another state",
      wish: AFTER,
      behaviour: { adopt: "theirs" },
      world: AFTER,
      worldOver: OTHER_LINEAGE,
      code: "VP2505",
    },
    { name: "a name that is taken", wish: AFTER, world: AFTER, worldOver: FOREIGN, code: "VP2506" },
    {
      name: "a provider that changed",
      wish: AFTER,
      record: AFTER,
      recordOver: { provider: "kvm" },
      code: "VP2509",
    },
    { name: "an incomplete reading", complete: false, code: "VP2510" },
    {
      name: "a replacement of what is not there",
      wish: AFTER,
      replace: ["vm/shop/db"],
      code: "VP2502",
    },
  ];
  test.for(cases)("$name is $code", ({ code, ...given }) => {
    expect(codesOf(given)).toContain(code);
  });

  test("timing is the worst of the fields, and nothing has to stop in a VM that is off", () => {
    const given = {
      wish: { spec: { image: "a", size: 2, cpus: 2 } },
      record: BEFORE,
      world: BEFORE,
    };
    expect(changeOf(given)?.timing).toBe("power-off");
    const off = { workload: { poweredOn: false }, worldOver: { power: "off" as const } };
    const wish = { ...given.wish, power: "off" };
    expect(changeOf({ ...given, ...off, wish })?.timing).toBe("live");
  });

  test("workloads leave a host whose document sends it into maintenance, or is gone", () => {
    const workload = pod("vm/shop/db", { attributes: AFTER });
    const record = recordedOf(workload, { host: "esx-a" });
    const esx = resource("host/esx-a", {
      host: host({ name: "esx-a", connection: "maintenance" }),
    });
    const given = (wishes: readonly DesiredResource[]): DiffInput => ({
      desired: desiredState(wishes),
      observation: observation(
        [observedOf(record), observedOf(recordedOf(esx), { power: undefined })],
        [host({ name: "esx-a" })],
      ),
      recorded: recordedState([record, recordedOf(esx)]),
      mode: "apply",
    });
    for (const wishes of [[workload, esx], [workload]]) {
      const change = diff(given(wishes)).value.changes.find(
        ({ address }) => address === "vm/shop/db",
      );
      expect(change).toMatchObject({ action: "move", reasons: [{ code: "host-leaving" }] });
    }
  });

  test("what a replacement left behind is removed under an address of its own", () => {
    const wish = pod(ADDRESS, { attributes: AFTER });
    const record = recordedOf(wish, { host: "esx-a" });
    const leftover = observedOf(record, { id: "0ldobject-1" });
    const { changes } = diff({
      desired: desiredState([wish]),
      observation: observation([observedOf(record), leftover], [host({ name: "esx-a" })]),
      recorded: recordedState([record]),
      mode: "apply",
    }).value;
    expect(changes.map(({ address, action, objectId }) => [address, action, objectId])).toEqual([
      [ADDRESS, "noop", ID],
      [`${ADDRESS}~0ldobjec`, "delete", "0ldobject-1"],
    ]);
  });

  test("T12: a guest cluster goes up by one minor at most, and never down", () => {
    const guest = (version: string): JsonObject => ({ guest: { version } });
    const codes = (from: string, to: string): string[] =>
      codesOf({ wish: guest(to), record: guest(from), world: guest(from) });
    expect(codes("v1.29.1", "v1.30.0")).toEqual([]);
    expect(codes("v1.29.1", "v1.29.4")).toEqual([]);
    expect(codes("v1.29.1", "v1.31.0")).toEqual(["VP2508"]);
    expect(codes("v1.30.0", "v1.29.9")).toEqual(["VP2507"]);
    expect(codes("v1.30.2", "v1.30.1")).toEqual(["VP2507"]);
    expect(codes("v1.30.0", "v2.0.0")).toEqual(["VP2508"]);
  });
});

describe("drift", () => {
  const driftOf = (given: Given) => diff(inputOf(given)).value.drift;
  test("a changed field is told from recorded to observed", () => {
    expect(driftOf({ wish: AFTER, record: AFTER, world: BEFORE })).toMatchObject([
      { kind: "changed", fields: [{ path: "/spec/size", op: "replace", before: 2, after: 1 }] },
    ]);
  });
  test("fields that we never set are not drift", () => {
    const world = { spec: { image: "a", size: 2, uuid: "made by the server" }, extra: true };
    expect(driftOf({ wish: AFTER, record: AFTER, world })).toEqual([]);
    expect(changeOf({ wish: AFTER, record: AFTER, world })?.action).toBe("noop");
  });
  test("a document that changed is not drift", () => {
    expect(driftOf({ wish: AFTER, record: BEFORE, world: BEFORE })).toEqual([]);
  });
  test("an object that is gone, only if the reading is complete", () => {
    expect(driftOf({ wish: AFTER, record: AFTER })).toMatchObject([{ kind: "gone" }]);
    expect(driftOf({ wish: AFTER, record: AFTER, complete: false })).toEqual([]);
  });
  test("an object that was found", () => {
    expect(driftOf({ world: AFTER })).toMatchObject([{ kind: "found", objectId: ID }]);
  });
  test("a power state", () => {
    expect(
      driftOf({ wish: AFTER, record: AFTER, world: AFTER, worldOver: { power: "off" } }),
    ).toMatchObject([{ kind: "power", fields: [{ before: "on", after: "off" }] }]);
  });
  test("a move is never drift", () => {
    expect(
      driftOf({ wish: AFTER, record: AFTER, world: AFTER, worldOver: { host: "esx-b" } }),
    ).toEqual([]);
  });
  test("a label that somebody took away comes back", () => {
    const labels = (value: JsonObject): JsonObject => ({ metadata: { labels: value } });
    const given = {
      wish: labels({ a: "1", b: "2" }),
      record: labels({ a: "1", b: "2" }),
      world: labels({ a: "1" }),
    };
    expect(driftOf(given)).toMatchObject([
      { fields: [{ path: "/metadata/labels/b", op: "remove", before: "2" }] },
    ]);
    expect(changeOf(given)?.fields).toMatchObject([
      { path: "/metadata/labels/b", op: "add", after: "2" },
    ]);
  });
  test("a section that the provider does not hold is taken from the record", () => {
    const given = { wish: AFTER, record: AFTER, world: { spec: { size: 2 } } };
    expect(changeOf(given)?.action).toBe("noop");
    expect(driftOf(given)).toEqual([]);
  });
  test("a field that left the documents is removed", () => {
    const wish = { spec: { image: "a" } };
    expect(changeOf({ wish, record: BEFORE, world: BEFORE })?.fields).toEqual([
      { path: "/spec/size", op: "remove", before: 1, timing: "live" },
    ]);
  });
});

test("objects of another lineage are never ours", () => {
  expect(LINEAGE).not.toBe("another");
  expect(changeOf({ mode: "destroy", world: AFTER, worldOver: OTHER_LINEAGE })).toBeUndefined();
});

test("a guest cluster that is replaced gets new nodes; a controller keeps its Pods", () => {
  for (const [owner, action] of [
    ["tkc/shop/dev", "replace"],
    ["cluster/shop/dev", "replace"],
    ["deployment/shop/dev", "noop"],
  ] as const) {
    const wishes = [
      resource(owner, { rules: RULES, attributes: { spec: { image: "b" } } }),
      pod("vm/shop/dev-0", { owner, attributes: BEFORE }),
    ];
    const records = wishes.map((wish) => recordedOf(wish, { attributes: BEFORE, host: "esx-a" }));
    const { changes } = diff({
      desired: desiredState(wishes),
      recorded: recordedState(records),
      observation: observation(
        records.map((record) => observedOf(record, { host: "esx-a" })),
        [host({ name: "esx-a" })],
      ),
      mode: "apply",
    }).value;
    expect(changes.map((change) => change.action)).toEqual(["replace", action]);
  }
});
