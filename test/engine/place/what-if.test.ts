import { expect, test } from "vitest";
import type { Observation } from "../../../engine/model/observation.ts";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { compareSeats, withHosts } from "../../../engine/place/what-if.ts";
import { demand, GIB, host, pod, problem, running } from "./builders.ts";

const WORLD: Observation = {
  readings: [],
  hosts: [host("a"), host("b")],
  objects: [],
  digest: "d",
};
const NOTHING = { drain: [], fail: [], add: [] };

test.for([
  { name: "a drained host is in maintenance", overlay: { drain: ["a"] }, is: "maintenance" },
  { name: "a failed host is disconnected", overlay: { fail: ["a"] }, is: "disconnected" },
  {
    name: "a host that is drained and fails is lost",
    overlay: { drain: ["a"], fail: ["a"] },
    is: "disconnected",
  },
  { name: "a host nobody speaks of stays", overlay: { fail: ["b"] }, is: "connected" },
])("$name", ({ overlay, is }) => {
  const { hosts } = withHosts(WORLD, WORLD.hosts, { ...NOTHING, ...overlay });
  expect(hosts.find(({ name }) => name === "a")?.connection).toBe(is);
  expect(hosts).toHaveLength(2);
});

test("an added host is empty, connected and has its own name as a label", () => {
  const model = host("a", {
    connection: "maintenance",
    unschedulable: true,
    active: { cpuMillicores: 500, memoryBytes: GIB },
    labels: { rack: "r1" },
  });
  const overlay = { ...NOTHING, add: [{ name: "c", like: "a" }] };
  const added = withHosts(WORLD, [model], overlay).hosts.find(({ name }) => name === "c");
  expect(added).toMatchObject({
    connection: "connected",
    unschedulable: false,
    active: { cpuMillicores: 0, memoryBytes: 0 },
    labels: { rack: "r1", "kubernetes.io/hostname": "c" },
  });
});

test("a host that is only declared can be drained", () => {
  const planned = host("p", { planned: true });
  const { hosts } = withHosts(WORLD, [planned], { ...NOTHING, drain: ["p"] });
  expect(hosts.find(({ name }) => name === "p")?.connection).toBe("maintenance");
});

const placed = (asked: PlacementProblem) => ({ problem: asked, placement: place(asked) });

test("what ends with its host, and what was stranded before, is not stranded by an overlay", () => {
  const lost = host("c", { connection: "disconnected" });
  const given = (connection: "connected" | "disconnected"): PlacementProblem =>
    problem({
      hosts: [host("a", { connection }), host("b"), lost],
      workloads: [
        running("before", "c"),
        running("stopping", "a", { isEnding: true }),
        running("bare", "a"),
      ],
    });
  const changes = compareSeats(placed(given("connected")), placed(given("disconnected")));
  expect(changes.stranded).toEqual([{ key: "pod/shop/bare", host: "a", refuge: "b" }]);
  expect(changes.ending).toEqual([{ key: "pod/shop/stopping", host: "a" }]);
  expect(changes.unplaced).toEqual([]);
});

test("seats are compared by who is where after both runs", () => {
  const big = demand({ memory: 60 * GIB });
  const hosts = [host("a"), host("b")];
  const stays = running("stays", "b", { demand: big });
  const before = placed(
    problem({
      hosts,
      workloads: [
        running("gone", "a"),
        running("moves", "a"),
        running("foreign", "a"),
        running("big", "a", { demand: demand({ memory: 8 * GIB }) }),
        stays,
      ],
    }),
  );
  const after = placed(
    problem({
      hosts: [host("a", { connection: "disconnected" }), host("b")],
      workloads: [
        pod("moves", { at: "a", wish: "repair" }),
        running("foreign", "a"),
        pod("big", { at: "a", wish: "repair", demand: demand({ memory: 8 * GIB }) }),
        pod("new"),
        stays,
      ],
    }),
  );
  const changes = compareSeats(before, after);
  const keys = (list: readonly { readonly key: string }[]) =>
    list.map(({ key }) => key.replace("pod/shop/", ""));
  expect(keys(changes.moved)).toEqual(["moves"]);
  expect(keys(changes.arrived)).toEqual(["new"]);
  expect(keys(changes.gone)).toEqual(["gone"]);
  expect(changes.unplaced).toMatchObject([{ key: "pod/shop/big", from: "a", to: undefined }]);
  expect(changes.stranded).toEqual([{ key: "pod/shop/foreign", host: "a", refuge: "b" }]);
});

test("nothing differs between two runs of one problem", () => {
  const asked = problem({ hosts: [host("a")], workloads: [pod("one")] });
  const { stranded, ...changes } = compareSeats(placed(asked), placed(asked));
  expect(Object.values(changes).flat()).toEqual([]);
  expect(stranded).toEqual([]);
});
