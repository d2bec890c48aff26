/** Whole plans over random skewed worlds: checked, carried out step by step, planned once more. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Address } from "../../engine/model/address.ts";
import type { DesiredResource, PlacementPolicy } from "../../engine/model/desired.ts";
import type { Host } from "../../engine/model/host.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { PodAffinityTerm } from "../../engine/model/scheduling.ts";
import { BALANCE_OFF } from "../../engine/place/problem/balance.ts";
import { diff } from "../../engine/diff/diff.ts";
import { placeAll } from "../../engine/placing.ts";
import { check } from "../../engine/plan/check.ts";
import { assemble } from "../../engine/plan/plan.ts";
import {
  demand,
  desiredState,
  GIB,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  resource,
  scheduling,
  sha256,
  workload,
} from "../support/builders.ts";

vi.setConfig({ testTimeout: 120_000 });

/** What must not share a host with others of its kind. */
const APART: PodAffinityTerm = {
  selector: { matchLabels: { app: "apart" }, matchExpressions: [] },
  namespaces: ["shop"],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule: "apart",
};

/** A Pod of so many GiB, whose object tells its size once no document does. */
function sized(
  address: Address,
  gibibytes: number,
  { isApart, priority }: { readonly isApart: boolean; readonly priority: number },
): DesiredResource {
  const wanted = demand(200, gibibytes * GIB);
  const podAntiAffinity = { required: isApart ? [APART] : [], preferred: [] };
  const { size, reservation, overheadBytes } = wanted;
  return pod(address, {
    dependsOn: [],
    workload: workload({ demand: wanted, scheduling: scheduling({ priority, podAntiAffinity }) }),
    attributes: {
      metadata: { labels: isApart ? { app: "apart" } : {} },
      sizing: { ...size, reservation: { ...reservation }, overheadBytes },
    },
  });
}

interface World {
  readonly hosts: readonly Host[];
  readonly wish: readonly DesiredResource[];
  /** Host of everything that runs. */
  readonly at: ReadonlyMap<Address, string>;
  readonly threshold: 2 | 3 | 4 | 5;
  readonly power: "off" | "manual" | "full";
  /** What runs and no document wants any more. */
  readonly gone: ReadonlySet<Address>;
}

interface Planned {
  readonly plan: Plan;
  readonly problems: readonly string[];
}

/** Documents want every host in service but for maintenance, and let them sleep. */
const declared = (each: Host): DesiredResource => {
  const isOut = each.connection === "maintenance";
  const wished = { ...each, connection: isOut ? each.connection : ("connected" as const) };
  return resource(`host/${each.name}`, { host: wished });
};

const powered = (isAutomatic: boolean): PlacementPolicy => ({
  cluster: undefined,
  scoring: "LeastAllocated",
  chooser: "drs",
  hostFailuresToTolerate: 0,
  power: {
    targetPercent: 63,
    bandPercent: 18,
    hostsMin: 1,
    ...(isAutomatic ? { isAutomatic } : {}),
  },
});

function planned({ hosts, wish: workloads, at, threshold, power, gone }: World): Planned {
  const known = [...workloads, ...hosts.map(declared)];
  const wish = known.filter(({ address }) => !gone.has(address));
  const lost = new Set(
    hosts.flatMap(({ name, connection }) => (connection === "disconnected" ? [name] : [])),
  );
  const records = known.flatMap((item) => {
    if (item.host !== undefined) return [recordedOf(item)];
    const seat = at.get(item.address);
    return seat === undefined ? [] : [recordedOf(item, { host: seat })];
  });
  const reading = { provider: "sim", complete: true, asOf: "1", error: undefined };
  const balance = { ...BALANCE_OFF, automation: "full", threshold } as const;
  const desired = desiredState(wish, {
    balance,
    policies: power === "off" ? [] : [powered(power === "full")],
  });
  const seen = observation(
    // What a lost host ran is off, and is started elsewhere.
    records.map((record) =>
      observedOf(record, lost.has(record.host ?? "") ? { power: "off" } : {}),
    ),
    hosts,
    { readings: [{ ...reading, movesLive: true, powersHosts: true }] },
  );
  const recorded = recordedState(records);
  const changes = diff({ desired, observation: seen, recorded, mode: "apply" }).value;
  const input = { desired, observation: seen, recorded, diff: changes, seed: 1 };
  const { placement, recommended } = placeAll(input, { budgets: {}, moves: undefined });
  const plan = assemble({
    ...input,
    placement,
    recommended,
    mode: "apply",
    workspace: "default",
    version: "0",
    digest: sha256,
    createdAt: "2026-11-21T10:00:00Z",
    timingMs: {},
    budgets: {},
    lineOf: () => undefined,
  });
  const problems = check(plan, { desired, observation: seen, recorded, digest: sha256 })
    .filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code} ${message}`);
  return { plan, problems };
}

/** Where everything is after each step, in the order of the steps; over-full hosts are told. */
function carriedOut({ hosts, wish, at }: World, plan: Plan): Map<Address, string> {
  const seats = new Map(at);
  const reserved = new Map(wish.map((item) => [item.address, memoryOf(item)]));
  for (const step of plan.steps) {
    if (step.verb === "remove") seats.delete(step.address);
    else if (step.host !== undefined) seats.set(step.address, step.host);
    for (const { name, allocatable } of hosts) {
      const sum = [...seats]
        .filter(([, seat]) => seat === name)
        .reduce((total, [address]) => total + (reserved.get(address) ?? 0), 0);
      expect(sum, `host ${name} after ${step.id}`).toBeLessThanOrEqual(allocatable.memoryBytes);
    }
  }
  return seats;
}

const memoryOf = ({ workload: terms }: DesiredResource): number =>
  terms === undefined ? 0 : terms.demand.reservation.memoryBytes + terms.demand.overheadBytes;

/** Hosts as the steps of a plan leave them. */
function hostsAfter({ hosts }: World, plan: Plan): readonly Host[] {
  const modes = new Map(plan.steps.map(({ address, mode }) => [address, mode]));
  return hosts.map((each) => {
    const mode = modes.get(`host/${each.name}`);
    if (mode === "wake") return { ...each, connection: "connected" };
    return mode === "standby" ? { ...each, connection: "standby" } : each;
  });
}

/** Hosts of 32 GiB, some full to the brim, some empty, one perhaps left, lost or asleep. */
const world: fc.Arbitrary<World> = fc
  .record({
    hosts: fc.integer({ min: 2, max: 5 }),
    sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 16 }),
    seats: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 16, maxLength: 16 }),
    newcomers: fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 3 }),
    first: fc.constantFrom("connected", "maintenance", "disconnected", "standby"),
    power: fc.constantFrom("off" as const, "manual" as const, "full" as const),
    goneEvery: fc.integer({ min: 2, max: 20 }),
    apartEvery: fc.integer({ min: 3, max: 20 }),
    threshold: fc.constantFrom(2 as const, 3 as const, 4 as const, 5 as const),
  })
  .map(({ hosts: count, sizes, seats, newcomers, first, power, threshold, ...every }) => {
    const names = Array.from({ length: count }, (_, index) => `esx-${index}`);
    const room = new Map(names.map((name) => [name, 32]));
    const at = new Map<Address, string>();
    const wish: DesiredResource[] = [];
    const gone = new Set<Address>();
    const isNth = (index: number, nth: number): boolean => index % nth === nth - 1;
    const declare = (address: Address, gibibytes: number, index: number): void => {
      const isApart = isNth(index, every.apartEvery);
      const priority = address.includes("new") ? 100 * (index % 2) : 0;
      wish.push(sized(address, gibibytes, { isApart, priority }));
    };
    sizes.forEach((size, index) => {
      const number = (seats[index] ?? 0) % count;
      const name = names[number] ?? "";
      const left = room.get(name) ?? 0;
      if (left < size || (number === 0 && first === "standby")) return;
      room.set(name, left - size);
      const address: Address = `pod/shop/p${String(index).padStart(2, "0")}`;
      declare(address, size, index);
      at.set(address, name);
      if (isNth(index, every.goneEvery)) gone.add(address);
    });
    newcomers.forEach((size, index) => declare(`pod/shop/new${index}`, size, index));
    const hosts = names.map((name, index) => {
      const base = host({ name });
      const memoryBytes = 32 * GIB;
      return {
        ...base,
        capacity: { ...base.capacity, memoryBytes },
        allocatable: { ...base.allocatable, memoryBytes },
        connection: index === 0 ? first : base.connection,
      };
    });
    return { hosts, wish, at, threshold, power, gone };
  });

test("Z03: a plan with moves passes its check, overfills no host, and leaves nothing to move", () => {
  const modes = new Set<string>();
  fc.assert(
    fc.property(world, (given) => {
      const { plan, problems } = planned(given);
      expect(problems).toEqual([]);
      for (const { mode } of plan.steps) modes.add(mode);
      const at = carriedOut(given, plan);
      // What found no host, or lost its own, may find one once the others have moved.
      if (plan.summary.blocked + plan.placement.preempted.length > 0) return;
      const again = planned({ ...given, at, hosts: hostsAfter(given, plan) }).plan;
      expect(again.steps.map(({ address, verb }) => `${verb} ${address}`)).toEqual([]);
    }),
    { numRuns: 400, seed: 11 },
  );
  expect([...modes].sort()).toEqual(["live", "move", "standby", "wake"]);
});
