import { describe, expect, test } from "vitest";
import type { DesiredResource } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import type { PlacementProblem } from "../../../../engine/model/placement.ts";
import { GIB, host } from "../builders.ts";
import {
  brief,
  build,
  change,
  creation,
  declared,
  observed,
  sized,
  workloadTerms,
} from "./asking.ts";

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
