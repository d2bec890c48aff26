import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { runPlacement } from "../../../../engine/place/run.ts";
import { demand, GIB, host, pod, policy, problem, running, terms } from "../builders.ts";

vi.setConfig({ testTimeout: 60_000 });

const HOSTS = 18;
const NAMES = ["a.com/x", "a.com/y", "a.com/wide"] as const;

/** Two hosts each have the scarce ones, one of them both; half of all have the wide one. */
const anyHost = (index: number): fc.Arbitrary<Host> =>
  fc
    .record({
      x: index === 1 || index === 5 ? fc.nat(3) : fc.constant(0),
      y: index === 5 || index === 9 ? fc.nat(3) : fc.constant(0),
      wide: fc.constantFrom(0, 4),
      pods: fc.constantFrom(2, 110),
      cpu: fc.constantFrom(2000, 4000),
      unschedulable: fc.constantFrom(false, false, false, false, true),
      isTainted: fc.constantFrom(false, false, false, false, true),
    })
    .map(({ x, y, wide, pods, cpu, unschedulable, isTainted }) => {
      const given = { "a.com/x": x, "a.com/y": y, "a.com/wide": wide };
      const extended = Object.fromEntries(Object.entries(given).filter(([, has]) => has > 0));
      const capacity = {
        cpuMillicores: cpu,
        memoryBytes: 8 * GIB,
        ephemeralStorageBytes: 10 * GIB,
      };
      const taint = { key: "t", value: "", effect: "NoSchedule" } as const;
      return host(`h${String(index).padStart(2, "0")}`, {
        capacity,
        allocatable: { ...capacity, pods, extended },
        unschedulable,
        taints: isTainted ? [taint] : [],
      });
    });

const anyWorkload = (index: number): fc.Arbitrary<PlacementWorkload> =>
  fc
    .record({
      wanted: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }),
      amount: fc.constantFrom(1, 1, 1, 2),
      cpu: fc.constantFrom(0, 1500, 1500),
      at: fc.oneof(fc.nat(HOSTS - 1), ...Array.from({ length: 4 }, () => fc.constant(undefined))),
      port: fc.constantFrom(false, false, false, false, false, false, true),
      priority: fc.constantFrom(0, 0, 0, 5),
    })
    .map(({ wanted, amount, cpu, at, port, priority }) => {
      const bare = demand({ cpu, memory: GIB / 2 });
      const extended = Object.fromEntries(wanted.map((name) => [name, amount]));
      const ports = port ? [{ protocol: "TCP" as const, hostIp: "0.0.0.0", port: 80 }] : [];
      const given = {
        demand: { ...bare, request: { ...bare.request, extended } },
        scheduling: terms({ priority, ports }),
      };
      const name = `p${String(index).padStart(2, "0")}`;
      return at === undefined
        ? pod(name, given)
        : running(name, `h${String(at).padStart(2, "0")}`, given);
    });

const anyWorld: fc.Arbitrary<PlacementProblem> = fc
  .record({
    hosts: fc.tuple(...Array.from({ length: HOSTS }, (_item, index) => anyHost(index))),
    workloads: fc.tuple(...Array.from({ length: 16 }, (_item, index) => anyWorkload(index))),
    chooser: fc.constantFrom("drs" as const, "kube" as const),
    failures: fc.constantFrom(0, 0, 1),
  })
  .map(({ hosts, workloads, chooser, failures }) =>
    problem({
      hosts,
      workloads,
      policies: [policy({ chooser, hostFailuresToTolerate: failures })],
      limits: { candidatesMax: 3, rejectedMax: 5, fixesMax: 0 },
    }),
  );

describe("what few hosts have", () => {
  test("is asked of these alone, with the answer of brute force in every reason", () => {
    fc.assert(
      fc.property(anyWorld, (given) => {
        const [fast, brute] = (["fast", "brute"] as const).map((search) =>
          JSON.parse(JSON.stringify(runPlacement(given, search))),
        );
        expect(fast).toEqual(brute);
      }),
      { numRuns: 100 },
    );
  });

  test("each of the others counts under the reason that comes first", () => {
    const bare = demand({ cpu: 1000 });
    const card = { "a.com/card": 1 };
    const wanting = { ...bare, request: { ...bare.request, extended: card } };
    const hosts = Array.from({ length: HOSTS }, (_item, index) => {
      const plain = host(`h${String(index).padStart(2, "0")}`, { unschedulable: index === 3 });
      const extended = index === 7 ? card : {};
      return { ...plain, allocatable: { ...plain.allocatable, extended } };
    });
    const given = problem({
      hosts,
      workloads: [pod("one", { demand: wanting }), pod("two", { demand: wanting })],
    });
    const [one, two] = place(given).decisions;
    expect([one?.chosen, one?.decidedBy]).toEqual(["h07", "only"]);
    expect(one?.rejectedCounts).toEqual({ unschedulable: 1, "extended-short": 16 });
    expect([two?.chosen, two?.rejectedCounts]).toEqual([
      undefined,
      { unschedulable: 1, "extended-short": 17 },
    ]);
  });
});
