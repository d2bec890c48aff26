import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Address } from "../../../../engine/model/address.ts";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { WorkloadClass } from "../../../../engine/place/classes/classes.ts";
import { Rules } from "../../../../engine/place/improve/rules.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { VictimSearch } from "../../../../engine/place/rescue/preemption.ts";
import type { Sacrifice } from "../../../../engine/place/rescue/victims.ts";
import { type Seat, settle } from "../../../../engine/place/deciding/seating.ts";
import { demand, GIB, host, pod, problem, running, terms } from "../builders.ts";

vi.setConfig({ testTimeout: 60_000 });

const HOSTS = 5;
const hostName = (index: number): string => `h${String(index)}`;
const groupOf = (number: number): Address => `vm/group-${String(number)}` as Address;

const anyRunning = fc.record({
  at: fc.nat(HOSTS - 1),
  cpu: fc.constantFrom(0, 500, 1000, 2000),
  priority: fc.integer({ min: -1, max: 3 }),
  group: fc.constantFrom(undefined, 0, 1),
  isPreemptible: fc.constantFrom(true, true, true, false),
});

/** Somebody who wants room, and what else happens before the next one does. */
const anyStep = fc.record({
  cpu: fc.constantFrom(3000),
  priority: fc.constantFrom(2, 5),
  isApart: fc.constantFrom(false, false, true),
  moved: fc.record({ who: fc.nat(30), to: fc.nat(HOSTS - 1) }),
});

const anyWorld = fc.record({
  runs: fc.array(anyRunning, { minLength: 8, maxLength: 25 }),
  budgets: fc.tuple(fc.nat(4), fc.nat(4)),
  steps: fc.array(anyStep, { minLength: 4, maxLength: 8 }),
});

type Step = typeof anyStep extends fc.Arbitrary<infer Given> ? Given : never;

const apart = {
  required: [
    {
      selector: { matchLabels: { app: "new" }, matchExpressions: [] },
      namespaces: ["shop"],
      namespaceSelector: undefined,
      topologyKey: "zone",
      rule: "apart",
    },
  ],
  preferred: [],
};

const newcomer = (index: number, { cpu, priority, isApart }: Step): PlacementWorkload =>
  pod(`new-${String(index)}`, {
    labels: { app: "new" },
    demand: demand({ cpu, memory: GIB }),
    scheduling: terms({ priority, ...(isApart ? { podAntiAffinity: apart } : {}) }),
  });

const told = (sacrifice: Sacrifice | undefined): unknown =>
  sacrifice && [sacrifice.host, sacrifice.victims.map(({ workload }) => workload.key)];

type World = ConstructorParameters<typeof VictimSearch>[0];

/** Upstream's rule in plain words: every host is tried by ending and sparing in the ledger. */
function plainChoice(wanted: WorkloadClass, world: World): unknown {
  const { problem: given, ledger, placed, down } = world;
  const rules = new Rules(ledger);
  const change = ({ workloadClass, host: at }: Seat, sign: 1 | -1): void => {
    ledger.add(workloadClass, at, sign);
    rules.note(at);
  };
  const { priority } = wanted.sample.scheduling;
  const tried = ledger.hosts.flatMap((_host, at) => {
    const left = new Map<string, number>(
      given.disruption?.map(({ group, maxUnavailable }) => [
        group,
        maxUnavailable - (down.get(group) ?? 0),
      ]),
    );
    const victims = given.workloads
      .flatMap(({ key, isPreemptible, group, scheduling }) => {
        const seat = placed.get(key);
        const isBelow = isPreemptible === true && scheduling.priority < priority;
        if (!isBelow || seat?.host !== at) return [];
        return [{ key, seat, group, priority: scheduling.priority }];
      })
      .sort((one, other) => one.priority - other.priority || (one.key < other.key ? 1 : -1))
      .filter(({ group = "" }) => {
        left.set(group, (left.get(group) ?? Infinity) - 1);
        return (left.get(group) ?? 0) >= 0;
      });
    if (victims.length === 0) return [];
    for (const { seat } of victims) change(seat, -1);
    const isEnough = rules.allows(wanted, at);
    const needed = victims.toReversed().filter(({ seat }) => {
      change(seat, 1);
      if (rules.allows(wanted, at)) return false;
      change(seat, -1);
      return true;
    });
    for (const { seat } of needed) change(seat, 1);
    const priorities = needed.map((each) => each.priority);
    const sum = priorities.reduce((before, each) => before + each + 2 ** 31, 0);
    const cost = [Math.max(...priorities), sum, needed.length, at];
    return isEnough ? [{ cost, choice: [at, needed.map(({ key }) => key)] }] : [];
  });
  const first = tried.sort(({ cost: one }, { cost: other }) => {
    const at = one.findIndex((each, index) => each !== other[index]);
    return (one[at] ?? 0) - (other[at] ?? 0);
  });
  return first[0]?.choice;
}

describe("D09: the search for victims", () => {
  test("takes upstream's choice, whatever it remembers of hosts", () => {
    let found = 0;
    const world = fc.property(anyWorld, ({ runs, budgets, steps }) => {
      const capacity = {
        cpuMillicores: 5000,
        memoryBytes: 64 * GIB,
        ephemeralStorageBytes: 10 * GIB,
      };
      const hosts = Array.from({ length: HOSTS }, (_item, at) =>
        host(hostName(at), { capacity, labels: { zone: `z${String(at % 2)}` } }),
      );
      const members = runs.map(({ at, cpu, priority, group, isPreemptible }, index) =>
        running(`r-${String(index).padStart(2, "0")}`, hostName(at), {
          demand: demand({ cpu, memory: GIB }),
          scheduling: terms({ priority }),
          group: group === undefined ? undefined : groupOf(group),
          ...(isPreemptible ? { isPreemptible: true as const } : {}),
        }),
      );
      const newcomers = steps.map((step, index) => newcomer(index, step));
      const given = {
        ...problem({ hosts, workloads: [...members, ...newcomers] }),
        disruption: budgets.map((maxUnavailable, number) => ({
          group: groupOf(number),
          maxUnavailable,
        })),
      };
      const ledger = new Ledger(given);
      const placed = new Map<string, Seat>();
      const waiting = [...settle(given.workloads, { ledger, placed })];
      const down = new Map<Address, number>();
      const knowing = { problem: given, ledger, placed, down };
      const search = new VictimSearch(knowing);
      const rules = new Rules(ledger);
      const change = ({ workloadClass, host: at }: Seat, sign: 1 | -1): void => {
        ledger.add(workloadClass, at, sign);
        rules.note(at);
        search.tell(at);
      };
      waiting.forEach(({ workload, workloadClass }, index) => {
        const sacrifice = search.choose(workloadClass, rules);
        expect(told(sacrifice)).toEqual(plainChoice(workloadClass, knowing));
        if (sacrifice !== undefined) {
          found++;
          for (const { workload: victim, workloadClass: its } of sacrifice.victims) {
            change({ workloadClass: its, host: sacrifice.host }, -1);
            placed.delete(victim.key);
            search.tellSeat(victim, sacrifice.host, undefined);
            if (victim.group === undefined) continue;
            down.set(victim.group, (down.get(victim.group) ?? 0) + 1);
            search.tellGroup(victim.group);
          }
          const seat = { workloadClass, host: sacrifice.host };
          change(seat, 1);
          placed.set(workload.key, seat);
        }
        const { who, to } = steps[index]?.moved ?? { who: 0, to: 0 };
        const mover = members[who];
        const from = placed.get(mover?.key ?? "");
        if (mover === undefined || from === undefined) return;
        const there = { ...from, host: to };
        change(from, -1);
        change(there, 1);
        placed.set(mover.key, there);
        search.tellSeat(mover, from.host, there);
      });
    });
    fc.assert(world, { numRuns: 300 });
    expect(found).toBeGreaterThan(300);
  });
});
