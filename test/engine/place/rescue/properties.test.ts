import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type {
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { seatsAfter } from "../../../../engine/place/outcome/seats.ts";
import { demand, GIB, host, pod, policy, problem, terms } from "../builders.ts";

/** Properties take a while on a busy machine; none of them waits for anything. */
vi.setConfig({ testTimeout: 120_000 });

const RUNS = { numRuns: 150 };
const POWER = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };
const LEAN = { candidatesMax: 0, rejectedMax: 0, fixesMax: 0 };

const guest = (index: number, hosts: number): fc.Arbitrary<PlacementWorkload> =>
  fc
    .record({
      cpu: fc.integer({ min: 1, max: 10 }),
      gib: fc.integer({ min: 1, max: 24 }),
      at: fc.integer({ min: 0, max: hosts - 1 }),
      isRunning: fc.boolean(),
      isMovable: fc.boolean(),
      isPreemptible: fc.boolean(),
      priority: fc.constantFrom(0, 5, 10),
      gang: fc.constantFrom(undefined, undefined, "g"),
      app: fc.constantFrom("web", "db"),
      isApart: fc.boolean(),
    })
    .map((given): PlacementWorkload => {
      const apart = {
        selector: { matchLabels: { app: given.app }, matchExpressions: [] },
        namespaces: [],
        namespaceSelector: undefined,
        topologyKey: "kubernetes.io/hostname",
        rule: "apart",
      };
      const required = given.isApart && given.cpu > 7 ? [apart] : [];
      return pod(`p${String(index).padStart(2, "0")}`, {
        labels: { app: given.app },
        demand: demand({ cpu: given.cpu * 1000, memory: given.gib * GIB }),
        scheduling: terms({
          priority: given.priority,
          podAntiAffinity: { required, preferred: [] },
        }),
        ...(given.isRunning
          ? {
              at: `h${String(given.at)}`,
              wish: "keep" as const,
              ...(given.isMovable ? { isMovable: true as const } : {}),
              ...(given.isPreemptible ? { isPreemptible: true as const } : {}),
            }
          : given.gang === undefined
            ? {}
            : { gang: given.gang }),
      });
    });

/** A few hosts that are nearly full, one of them asleep now and then. */
const crowded: fc.Arbitrary<PlacementProblem> = fc.integer({ min: 2, max: 4 }).chain((count) =>
  fc
    .record({
      guests: fc.tuple(...Array.from({ length: 14 }, (_item, index) => guest(index, count))),
      sleeps: fc.boolean(),
    })
    .map(({ guests, sleeps }) => {
      const names = Array.from({ length: count }, (_item, index) => `h${String(index)}`);
      const sleeper = host("z", { connection: "standby" });
      return problem({
        hosts: [...names.map((name) => host(name)), ...(sleeps ? [sleeper] : [])],
        workloads: guests,
        policies: [policy({ power: POWER })],
        limits: LEAN,
      });
    }),
);

test("no host gets more than it has, whatever was done to make room", () => {
  fc.assert(
    fc.property(crowded, (given) => {
      const placement = place(given);
      const after = seatsAfter({ problem: given, placement });
      const sumOn = (name: string, at: (workload: PlacementWorkload) => string | undefined) =>
        given.workloads.reduce(
          (sum, workload) =>
            at(workload) === name ? sum + workload.demand.request.cpuMillicores : sum,
          0,
        );
      for (const { name, allocatable } of given.hosts) {
        const before = sumOn(name, ({ at }) => at);
        const most = Math.max(before, allocatable.cpuMillicores);
        expect(sumOn(name, ({ key }) => after.get(key))).toBeLessThanOrEqual(most);
      }
    }),
    RUNS,
  );
});

const hostOf = (result: PlacementResult, key: string): string | undefined =>
  result.decisions.find((decision) => decision.key === key)?.chosen;

test("only what may move moves, only what may end ends, and for somebody who gets a host", () => {
  fc.assert(
    fc.property(crowded, (given) => {
      const result = place(given);
      const byKey = new Map(given.workloads.map((workload) => [workload.key, workload]));
      for (const { key, from, to, reason, for: beneficiary = "" } of result.moves) {
        expect(byKey.get(key)).toMatchObject({ at: from, wish: "keep", isMovable: true });
        expect(to).not.toBe(from);
        if (reason === "prerequisite") expect(hostOf(result, beneficiary)).toBeDefined();
      }
      for (const { key, host: at, for: beneficiary } of result.preempted) {
        const victim = byKey.get(key);
        expect(victim).toMatchObject({ at, isPreemptible: true });
        expect(hostOf(result, beneficiary)).toBeDefined();
        expect(victim?.scheduling.priority).toBeLessThan(
          byKey.get(beneficiary)?.scheduling.priority ?? 0,
        );
        expect(result.moves.map((move) => move.key)).not.toContain(key);
      }
      for (const { host: woken } of result.power) {
        expect(result.decisions.map(({ chosen }) => chosen)).toContain(woken);
      }
    }),
    RUNS,
  );
});

test("of a gang either all newcomers have a host or none has", () => {
  fc.assert(
    fc.property(crowded, (given) => {
      const result = place(given);
      const members = given.workloads.filter(({ gang }) => gang !== undefined);
      const seated = members.filter(({ key }) => hostOf(result, key) !== undefined);
      expect([0, members.length]).toContain(seated.length);
    }),
    RUNS,
  );
});

test("equal worlds give equal rescues in whatever order hosts and workloads come", () => {
  fc.assert(
    fc.property(crowded, (given) => {
      const turned = {
        ...given,
        hosts: given.hosts.toReversed(),
        workloads: given.workloads.toReversed(),
      };
      expect(JSON.stringify(place(turned))).toBe(JSON.stringify(place(given)));
    }),
    RUNS,
  );
});
