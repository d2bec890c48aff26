import { describe, expect, test } from "vitest";
import type { Amounts } from "../../../../engine/model/demand.ts";
import type { PlacementProblem } from "../../../../engine/model/placement.ts";
import { Course } from "../../../../engine/place/outcome/course.ts";
import { hostsAfter } from "../../../../engine/place/outcome/measured.ts";
import { place } from "../../../../engine/place/place.ts";
import { leftBy } from "../../../../engine/place/outcome/seats.ts";
import { host, pod, problem, running } from "../builders.ts";

const use = (cpuMillicores: number): Amounts => ({ cpuMillicores, memoryBytes: cpuMillicores });

/** Host a uses 900 of its own and 100 and 500 of what runs there, host b 50. */
const WORLD: PlacementProblem = problem({
  hosts: [host("a", { active: use(1500) }), host("b", { active: use(50) })],
  workloads: [
    running("moved", "a", { active: use(100) }),
    running("stays", "a", { active: use(500) }),
    running("unmeasured", "a"),
    pod("new", { active: use(7) }),
  ],
});
const KEY = WORLD.workloads.find(({ key }) => key.endsWith("moved"))?.key ?? "";

const usedOn = ({ hosts }: Pick<PlacementProblem, "hosts">): readonly number[] =>
  hosts.map(({ active }) => active.cpuMillicores);

describe("the measured use of hosts once what runs has gone elsewhere", () => {
  const cases: readonly (readonly [string, (key: string) => string | undefined, number[]])[] = [
    ["stays where nothing moves", () => "a", [1500, 50]],
    ["goes along", (key) => (key === KEY ? "b" : "a"), [1400, 150]],
    ["ends with what ends", (key) => (key === KEY ? undefined : "a"), [1400, 50]],
    ["leaves what a host uses itself", () => "b", [900, 650]],
  ];
  test.for(cases)("%s", ([, seatOf, want]) => {
    expect(usedOn({ hosts: hostsAfter(WORLD, seatOf) })).toEqual(want);
  });

  test("takes less of faster cores", () => {
    const hosts = WORLD.hosts.map((each) => (each.name === "b" ? { ...each, cpuMhz: 4800 } : each));
    const given = { ...WORLD, hosts };
    expect(usedOn({ hosts: hostsAfter(given, (key) => (key === KEY ? "b" : "a")) })).toEqual([
      1400, 100,
    ]);
    const workloads = WORLD.workloads.flatMap((each) =>
      each.key === KEY ? [{ ...each, wish: "repair" as const }] : [],
    );
    const { hosts: outlooks } = place({ ...given, workloads });
    expect(outlooks.map(({ after }) => after.active.cpuMillicores)).toEqual([1400, 100]);
  });

  test("is what the next asking of one plan sees", () => {
    const course = new Course(WORLD);
    course.add(
      [{ key: KEY, from: "a", to: "b", reason: "balance", priority: 3, message: "evens" }],
      [],
    );
    expect(usedOn(course.problemLeft())).toEqual([1400, 150]);
  });

  test("counts whatever else leaves with it, in whatever order", () => {
    const leaving = [running("gone-1", "a", { active: use(400) }), running("gone-2", "a")];
    const hosts = [host("a", { active: use(100) })];
    const activeOn = (given: PlacementProblem): readonly number[] =>
      place(given).hosts.map(({ before }) => before.active.cpuMillicores);
    const asked = problem({ hosts, leaving });
    // 400 measured and 1000 as worst case: a host cannot use less than what runs there.
    expect(activeOn(asked)).toEqual([1400]);
    expect(activeOn({ ...asked, leaving: leaving.toReversed() })).toEqual([1400]);
  });

  test("is without what leaves, whoever asks next", () => {
    const leaving = WORLD.workloads.filter(({ key }) => key === KEY);
    const workloads = WORLD.workloads.filter(({ key }) => key !== KEY);
    const asked = { ...WORLD, workloads, leaving };
    expect(usedOn(new Course(asked).problemLeft())).toEqual([1400, 50]);
    expect(usedOn(leftBy({ problem: asked, placement: place(asked) }))).toEqual([1400, 50]);
  });

  test("is what recommendations and explanations see", () => {
    const workloads = WORLD.workloads.map((each) =>
      each.key === KEY ? { ...each, wish: "repair" as const } : each,
    );
    const asked = { ...WORLD, workloads };
    const placement = place(asked);
    expect(placement.moves.map(({ key, to }) => [key, to])).toEqual([[KEY, "b"]]);
    expect(usedOn(leftBy({ problem: asked, placement }))).toEqual([1400, 150]);
  });
});
