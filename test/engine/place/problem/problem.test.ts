import { describe, expect, test } from "vitest";
import type { Address } from "../../../../engine/model/address.ts";
import type { Change } from "../../../../engine/model/change.ts";
import type { DesiredResource, DesiredState } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import type { ObservedObject } from "../../../../engine/model/observation.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { RecordedResource, RecordedState } from "../../../../engine/model/recorded.ts";
import { place } from "../../../../engine/place/place.ts";
import { buildProblem } from "../../../../engine/place/problem/problem.ts";
import { demand, GIB, host, terms } from "../builders.ts";

const SOURCE = { path: "shop.yaml", document: 0, pointer: "" };

/** A declared Pod of namespace `shop` that runs. */
function declared(name: string, given: Partial<DesiredResource> = {}): DesiredResource {
  return {
    address: `pod/shop/${name}`,
    kindKey: "core/Pod",
    apiVersion: "v1",
    kind: "pod",
    namespace: "shop",
    name,
    provider: "sim",
    attributes: { metadata: { labels: { app: name } } },
    rules: { timing: [], lists: [], sensitive: [], replaceOrder: "delete-first" },
    dependsOn: [],
    owner: undefined,
    workload: {
      demand: demand(),
      scheduling: terms(),
      pinHost: undefined,
      poweredOn: true,
      pool: "pool/shop",
      group: undefined,
      rolloutWave: 0,
      lifetime: "long",
    },
    host: undefined,
    behaviour: {
      preventDestroy: false,
      adopt: undefined,
      paused: false,
      allowPowerOff: "window",
      balance: true,
    },
    source: SOURCE,
    readOnly: false,
    ...given,
  };
}

const workloadTerms = (
  given: Partial<NonNullable<DesiredResource["workload"]>>,
): Pick<DesiredResource, "workload"> => {
  const { workload } = declared("x");
  if (workload === undefined) throw new Error("a Pod has workload terms");
  return { workload: { ...workload, ...given } };
};

/** What `resolve` writes into the attributes of a machine. */
const sized = (cpuMillicores: number, memoryBytes: number): JsonObject => ({
  metadata: { labels: { app: "seen" } },
  sizing: {
    vcpus: 1,
    cpuMillicores,
    memoryBytes,
    reservation: { cpuMillicores, memoryBytes },
    overheadBytes: 0,
  },
});

function observed(id: string, given: Partial<ObservedObject> = {}): ObservedObject {
  return {
    id,
    provider: "sim",
    kind: "pod",
    namespace: "shop",
    name: id,
    attributes: sized(1000, GIB),
    revision: "1",
    tag: undefined,
    host: "a",
    power: "on",
    active: undefined,
    status: {},
    ...given,
  };
}

function change(name: string, given: Partial<Change> = {}): Change {
  return {
    address: `pod/shop/${name}`,
    action: "noop",
    reasons: [],
    fields: [],
    timing: "live",
    objectId: name,
    observedRevision: "1",
    observedHost: "a",
    needsHost: false,
    source: undefined,
    ...given,
  };
}

const creation = (name: string): Change =>
  change(name, {
    action: "create",
    objectId: undefined,
    observedRevision: undefined,
    observedHost: undefined,
    needsHost: true,
  });

interface Story {
  readonly resources?: readonly DesiredResource[];
  readonly hosts?: readonly Host[];
  readonly objects?: readonly ObservedObject[];
  /** Ids equal the last part of the address. */
  readonly recorded?: readonly string[];
  readonly changes?: readonly Change[];
}

function recordedState(names: readonly string[]): RecordedState {
  const resources = names.map((name): [Address, RecordedResource] => {
    const address: Address = name.includes("/") ? (name as Address) : `pod/shop/${name}`;
    return [
      address,
      {
        address,
        id: name,
        kind: address.split("/")[0],
        name: address.split("/").at(-1),
      } as unknown as RecordedResource,
    ];
  });
  return { resources: new Map(resources) } as unknown as RecordedState;
}

function build(story: Story): PlacementProblem {
  const desired = {
    resources: new Map((story.resources ?? []).map((each) => [each.address, each])),
    pools: [],
    policies: [],
    disruption: [],
  } as unknown as DesiredState;
  return buildProblem({
    desired,
    observation: {
      readings: [],
      hosts: story.hosts ?? [host("a")],
      objects: story.objects ?? [],
      digest: "",
    },
    recorded: recordedState(story.recorded ?? []),
    diff: { changes: story.changes ?? [], drift: [] },
    seed: 7,
  });
}

const brief = (
  workloads: readonly PlacementWorkload[] | undefined,
): readonly (readonly [string, string, string | undefined])[] =>
  (workloads ?? []).map(({ key, wish, at }) => [key, wish, at]);

describe("hosts of the problem", () => {
  const resource = (wish: Host): DesiredResource =>
    declared(wish.name, {
      address: `host/${wish.name}`,
      kind: "host",
      workload: undefined,
      host: wish,
    });

  test("observed and planned hosts in name order", () => {
    const { hosts } = build({
      hosts: [host("b")],
      resources: [
        resource(host("a", { planned: true })),
        resource(host("b", { planned: true })),
        resource(host("c", { planned: true })),
      ],
      // Host c is outside the selection of the run, so it will not exist.
      changes: [
        { ...creation(""), address: "host/a" },
        { ...creation(""), address: "host/b" },
      ],
    });
    expect(hosts.map(({ name, planned }) => [name, planned])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });

  test("documents override what a host offers, the world its state and use", () => {
    const active = { cpuMillicores: 5, memoryBytes: 6 };
    const seen = host("a", {
      connection: "disconnected",
      memoryPressure: true,
      active,
      images: ["i"],
    });
    const taints = [{ key: "k", value: "", effect: "NoSchedule" }] as const;
    const wish = host("a", { labels: { rack: "1" }, taints, planned: true });
    const update = { ...creation(""), address: "host/a", action: "update" } as const;
    const story = { hosts: [seen], resources: [resource(wish)] };
    expect(build({ ...story, changes: [update] }).hosts[0]).toMatchObject({
      connection: "disconnected",
      memoryPressure: true,
      active,
      images: ["i"],
      labels: { rack: "1" },
      taints,
      planned: false,
    });
    // What this plan leaves out, or cannot do, is still as observed.
    expect(build(story).hosts).toEqual([seen]);
    expect(build({ ...story, changes: [{ ...update, action: "blocked" }] }).hosts).toEqual([seen]);
  });

  test("a host that documents send into maintenance is in maintenance", () => {
    const wish = host("a", { connection: "maintenance" });
    expect(build({ resources: [resource(wish)] }).hosts[0]?.connection).toBe("maintenance");
  });

  test("a recorded host that left the documents takes nobody any more", () => {
    expect(build({ recorded: ["host/a"] }).hosts[0]?.connection).toBe("maintenance");
    expect(build({}).hosts[0]?.connection).toBe("connected");
  });

  test("hosts of two providers may share a name", () => {
    const { hosts } = build({ hosts: [host("a"), host("a", { provider: "kvm" })] });
    expect(hosts).toHaveLength(2);
  });
});

describe("workloads of the problem", () => {
  test("a newcomer waits for a host", () => {
    const { workloads } = build({ resources: [declared("new")], changes: [creation("new")] });
    expect(brief(workloads)).toEqual([["pod/shop/new", "place", undefined]]);
    expect(workloads[0]).toMatchObject({
      labels: { app: "new" },
      namespace: "shop",
      pool: "pool/shop",
      provider: "sim",
      poweredOn: true,
    });
  });

  test("what runs and is wished stays, with its terms and its measured use", () => {
    const active = { cpuMillicores: 1, memoryBytes: 2 };
    const { workloads, leaving } = build({
      resources: [declared("p")],
      objects: [observed("p", { active, usage: { consumedBytes: 3 } })],
      recorded: ["p"],
      changes: [change("p")],
    });
    expect(brief(workloads)).toEqual([["pod/shop/p", "keep", "a"]]);
    expect(workloads[0]?.active).toEqual(active);
    expect(workloads[0]?.usage).toEqual({ consumedBytes: 3 });
    expect(leaving).toEqual([]);
  });

  test("a foreign machine is kept under its own key and takes the room it has", () => {
    const { workloads } = build({ objects: [observed("x", { attributes: sized(3000, 2 * GIB) })] });
    expect(brief(workloads)).toEqual([["sim:x", "keep", "a"]]);
    expect(workloads[0]?.demand.reservation).toEqual({
      cpuMillicores: 3000,
      memoryBytes: 2 * GIB,
    });
  });

  test("what is off, has no host, or is no machine takes no room", () => {
    const { workloads } = build({
      objects: [
        observed("off", { power: "off" }),
        observed("nowhere", { host: undefined }),
        observed("thing", { attributes: {} }),
      ],
    });
    expect(workloads).toEqual([]);
  });

  test("a suspended machine keeps its room", () => {
    expect(build({ objects: [observed("x", { power: "suspended" })] }).workloads).toHaveLength(1);
  });

  test("a deleted object leaves first", () => {
    const { workloads, leaving } = build({
      objects: [observed("p")],
      recorded: ["p"],
      changes: [change("p", { action: "delete" })],
    });
    expect(workloads).toEqual([]);
    expect(brief(leaving)).toEqual([["pod/shop/p", "keep", "a"]]);
  });

  test("a blocked deletion keeps its room", () => {
    const { workloads, leaving } = build({
      objects: [observed("p")],
      recorded: ["p"],
      changes: [change("p", { action: "blocked" })],
    });
    expect(brief(workloads)).toEqual([["sim:p", "keep", "a"]]);
    expect(leaving).toEqual([]);
  });

  test("a replacement goes anywhere; delete-first frees the room of the old object", () => {
    const replace = change("p", { action: "replace", needsHost: true });
    const story = { objects: [observed("p")], recorded: ["p"], changes: [replace] };
    const deleteFirst = build({ ...story, resources: [declared("p")] });
    expect(brief(deleteFirst.workloads)).toEqual([["pod/shop/p", "place", undefined]]);
    expect(brief(deleteFirst.leaving)).toEqual([["pod/shop/p", "keep", "a"]]);
    const rules = { ...declared("p").rules, replaceOrder: "create-first" as const };
    const createFirst = build({ ...story, resources: [declared("p", { rules })] });
    expect(brief(createFirst.workloads)).toEqual([
      ["pod/shop/p", "place", undefined],
      ["sim:p", "keep", "a"],
    ]);
    expect(createFirst.leaving).toEqual([]);
  });

  test("what is to be powered off frees its room", () => {
    const { workloads, leaving } = build({
      resources: [declared("p", workloadTerms({ poweredOn: false }))],
      objects: [observed("p")],
      recorded: ["p"],
      changes: [change("p", { action: "update" })],
    });
    expect(workloads).toEqual([]);
    expect(leaving).toHaveLength(1);
  });

  test("what is to be powered on finds room, best on its host", () => {
    const { workloads } = build({
      resources: [declared("p")],
      objects: [observed("p", { power: "off" })],
      recorded: ["p"],
      changes: [change("p", { action: "update" })],
    });
    expect(brief(workloads)).toEqual([["pod/shop/p", "place", "a"]]);
  });

  test("what grows finds room anew, what shrinks or changes otherwise stays", () => {
    const story = (seen: JsonObject): PlacementProblem =>
      build({
        resources: [declared("p")],
        objects: [observed("p", { attributes: seen })],
        recorded: ["p"],
        changes: [change("p", { action: "update" })],
      });
    const grown = story(sized(500, GIB));
    expect(brief(grown.workloads)).toEqual([["pod/shop/p", "place", "a"]]);
    expect(grown.leaving?.[0]?.demand.size.cpuMillicores).toBe(500);
    expect(brief(story(sized(1000, GIB)).workloads)).toEqual([["pod/shop/p", "keep", "a"]]);
    expect(brief(story(sized(2000, 2 * GIB)).workloads)).toEqual([["pod/shop/p", "keep", "a"]]);
  });

  const repairs: readonly { name: string; host: Host; given?: Partial<DesiredResource> }[] = [
    { name: "the host failed", host: host("a", { connection: "disconnected" }) },
    { name: "the host goes into maintenance", host: host("a", { connection: "maintenance" }) },
    { name: "the pin is elsewhere", host: host("a"), given: workloadTerms({ pinHost: "b" }) },
    {
      name: "a taint drives it out",
      host: host("a", { taints: [{ key: "k", value: "", effect: "NoExecute" }] }),
    },
  ];
  test.for([...repairs])("repair: $name", ({ host: seen, given }) => {
    const { workloads } = build({
      hosts: [seen],
      resources: [declared("p", given)],
      objects: [observed("p")],
      recorded: ["p"],
      changes: [change("p", { action: "move", needsHost: true })],
    });
    expect(brief(workloads)).toEqual([["pod/shop/p", "repair", "a"]]);
  });

  test("NoSchedule does not drive out what runs", () => {
    const taints = [{ key: "k", value: "", effect: "NoSchedule" }] as const;
    const { workloads } = build({
      hosts: [host("a", { taints })],
      resources: [declared("p")],
      objects: [observed("p")],
      recorded: ["p"],
      changes: [change("p")],
    });
    expect(workloads[0]?.wish).toBe("keep");
  });

  test("what is paused or blocked is left where it is", () => {
    const story = { hosts: [host("a", { connection: "maintenance" })], recorded: ["p"] };
    const behaviour = { ...declared("p").behaviour, paused: true };
    const paused = build({
      ...story,
      resources: [declared("p", { behaviour })],
      objects: [observed("p")],
    });
    expect(paused.workloads[0]?.wish).toBe("keep");
    const blocked = build({
      ...story,
      resources: [declared("p")],
      objects: [observed("p")],
      changes: [change("p", { action: "blocked" })],
    });
    expect(blocked.workloads[0]?.wish).toBe("keep");
  });

  test("a second object with our mark is a stranger, however it is tagged", () => {
    const tag = { lineage: "l", address: "pod/shop/p", fence: 1, intent: "i" } as const;
    const { workloads } = build({
      resources: [declared("p")],
      objects: [observed("p", { tag }), observed("twin", { tag })],
      recorded: ["p"],
      changes: [change("p")],
    });
    expect(brief(workloads)).toEqual([
      ["pod/shop/p", "keep", "a"],
      ["sim:twin", "keep", "a"],
    ]);
  });

  test("explanations are rich in small plans and lean in large ones", () => {
    const names = Array.from({ length: 501 }, (_item, index) => `p${String(index)}`);
    const many = build({
      resources: names.map((name) => declared(name)),
      changes: names.map((name) => creation(name)),
    });
    const few = build({ resources: [declared("p")], changes: [creation("p")] });
    expect(many.limits.candidatesMax).toBeLessThan(few.limits.candidatesMax);
  });
});

describe("namespaces", () => {
  test("declared labels win over observed ones, and the name is a label", () => {
    const { namespaces } = build({
      resources: [
        declared("shop", {
          address: "ns/shop",
          kind: "ns",
          namespace: undefined,
          attributes: { metadata: { labels: { team: "new" } } },
          workload: undefined,
        }),
        declared("p"),
      ],
      objects: [
        observed("1", {
          kind: "ns",
          name: "shop",
          attributes: { metadata: { labels: { team: "old" } } },
        }),
        observed("2", {
          kind: "ns",
          name: "other",
          attributes: { metadata: { labels: { x: "y" } } },
        }),
      ],
      changes: [creation("p")],
    });
    expect(namespaces).toEqual([
      { name: "other", labels: { "kubernetes.io/metadata.name": "other", x: "y" } },
      { name: "shop", labels: { "kubernetes.io/metadata.name": "shop", team: "new" } },
    ]);
  });
});

test("an unchanged world gives no decision", () => {
  const given = build({
    resources: [declared("p")],
    objects: [observed("p")],
    recorded: ["p"],
    changes: [change("p")],
  });
  expect([...place(given).decisions]).toEqual([]);
});

test("the new host of a plan takes a workload at once", () => {
  const wish = host("new", { planned: true });
  const given = build({
    hosts: [],
    resources: [
      declared("new", { address: "host/new", kind: "host", workload: undefined, host: wish }),
      declared("p"),
    ],
    changes: [creation("p"), { ...creation(""), address: "host/new" }],
  });
  expect(place(given).decisions.at(0)?.chosen).toBe("new");
});
