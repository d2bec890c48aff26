import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { Action, Change } from "../../../engine/model/change.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { Decision } from "../../../engine/model/placement.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { RecordedResource } from "../../../engine/model/recorded.ts";
import { check } from "../../../engine/plan/check.ts";
import { type AssembleInput, assemble } from "../../../engine/plan/plan.ts";
import { decode, encode } from "../../../engine/plan/planfile.ts";
import { change, decision, outlook } from "../../support/answers.ts";
import {
  demand,
  GIB,
  host,
  recordedOf,
  resource,
  sha256,
  workload,
} from "../../support/builders.ts";
import { inputOf, isAfter, type Scene } from "./support.ts";

const HOSTS = ["esx-01", "esx-02", "esx-03"] as const;
const HOST_GIB = 64;
const GROUP: Address = "deployment/shop/web";
const ACTIONS: readonly Action[] = [
  "create",
  "update",
  "replace",
  "delete",
  "move",
  "adopt",
  "forget",
  "noop",
];

interface Item {
  readonly action: Action;
  readonly needs: readonly number[];
  readonly needed: readonly number[];
  readonly sizeGib: number;
  readonly createFirst: boolean;
  readonly wave: number | undefined;
  readonly from: number;
  readonly to: number;
}

const lists = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS),
    needs: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
    needed: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
    sizeGib: fc.integer({ min: 1, max: 40 }),
    createFirst: fc.boolean(),
    wave: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    from: fc.nat({ max: 2 }),
    to: fc.nat({ max: 2 }),
  }),
  { minLength: 1, maxLength: 10 },
);

/** What was recorded may have stood the other way round than what is wished. */
const items = fc.tuple(lists, fc.boolean());

const addressOf = (index: number): Address => `pod/shop/p${index}`;
/** Needs point to earlier items only, so that there is no circle in the wish. */
const earlier = (needs: readonly number[], index: number): Address[] =>
  [...new Set(needs)].filter((need) => need < index).map(addressOf);
const later = (needs: readonly number[], index: number): Address[] =>
  [...new Set(needs)].filter((need) => need > index).map(addressOf);

function resourceOf(item: Item, index: number): DesiredResource {
  return resource(addressOf(index), {
    dependsOn: earlier(item.needs, index),
    rules: { replaceOrder: item.createFirst ? "create-first" : "delete-first" },
    workload: workload({
      demand: demand(100, item.sizeGib * GIB),
      group: item.wave === undefined ? undefined : GROUP,
      rolloutWave: item.wave ?? 0,
    }),
  });
}

/** A ledger of memory: puts workloads where they fit, at the start and at the end. */
class Rooms {
  readonly used: number[] = HOSTS.map(() => 0);
  take(wanted: number, sizeGib: number): number | undefined {
    const order = HOSTS.map((_, index) => (wanted + index) % HOSTS.length);
    const found = order.find((index) => (this.used[index] ?? 0) + sizeGib <= HOST_GIB);
    if (found !== undefined) this.used[found] = (this.used[found] ?? 0) + sizeGib;
    return found;
  }
}

/** A scene as the earlier rooms would leave it: what stays fits, what comes has a host or none. */
function sceneOf([list, isTurned]: readonly [readonly Item[], boolean]): Scene {
  const before = new Rooms();
  const after = new Rooms();
  const wish: DesiredResource[] = [];
  const records: RecordedResource[] = [];
  const changes: Change[] = [];
  const decisions: Decision[] = [];
  const startsAt = list.map((item) =>
    item.action === "create" ? undefined : before.take(item.from, item.sizeGib),
  );
  const stays = (item: Item): boolean =>
    ["update", "adopt", "noop", "forget"].includes(item.action);
  list.forEach((item, index) => {
    const at = startsAt[index];
    if (stays(item) && at !== undefined) after.used[at] = (after.used[at] ?? 0) + item.sizeGib;
  });
  list.forEach((item, index) => {
    const made = resourceOf(item, index);
    const at = startsAt[index];
    const observedHost = at === undefined ? undefined : HOSTS[at];
    if (item.action !== "delete" && item.action !== "forget") wish.push(made);
    if (item.action !== "create") {
      const dependsOn = (isTurned ? later : earlier)(item.needed, index);
      records.push(recordedOf(made, { host: observedHost, dependsOn }));
    }
    const needsHost = ["create", "replace", "move"].includes(item.action);
    changes.push(change(made.address, item.action, { observedHost, needsHost }));
    if (!needsHost) return;
    const to = after.take(item.to, item.sizeGib);
    decisions.push(
      decision(made.address, to === undefined ? undefined : HOSTS[to], { from: observedHost }),
    );
  });
  const hosts = HOSTS.map((name, index) =>
    outlook(name, [0, (before.used[index] ?? 0) * GIB], [0, (after.used[index] ?? 0) * GIB]),
  );
  return {
    wish,
    records,
    changes,
    hosts: HOSTS.map((name) => host({ name })),
    placement: { decisions, hosts },
  };
}

/** Runs over random scenes; a failure shows the few items they were made of. */
const forScenes = (numRuns: number, judge: (input: AssembleInput) => void): void =>
  fc.assert(
    fc.property(items, (list) => judge(inputOf(sceneOf(list)))),
    { numRuns },
  );

const reversed = <Key, Value>(map: ReadonlyMap<Key, Value>): Map<Key, Value> =>
  new Map([...map].reverse());

/** The same input with every list and map the other way round. */
function turned(input: AssembleInput): AssembleInput {
  const { desired, observation, recorded, diff, placement } = input;
  return {
    ...input,
    desired: { ...desired, resources: reversed(desired.resources) },
    observation: {
      ...observation,
      hosts: observation.hosts.toReversed(),
      objects: observation.objects.toReversed(),
    },
    recorded: { ...recorded, resources: reversed(recorded.resources) },
    diff: { ...diff, changes: diff.changes.toReversed() },
    placement: { ...placement, decisions: placement.decisions },
  };
}

const errorsOf = (plan: Plan, input: AssembleInput): string[] =>
  check(plan, { ...input, digest: sha256 })
    .filter((finding) => finding.severity === "error")
    .map((finding) => `${finding.code} ${finding.message}`);

describe("whatever differs", () => {
  test("the checker finds nothing wrong with the plan that is made of it", () => {
    forScenes(1000, (input) => {
      expect(errorsOf(assemble(input), input)).toEqual([]);
    });
  });

  test("I11: equal input gives a byte-equal plan, whatever the order of its parts", () => {
    forScenes(300, (input) => {
      const text = encode(assemble(input), sha256);
      expect(encode(assemble(input), sha256)).toBe(text);
      expect(encode(assemble(turned(input)), sha256)).toBe(text);
    });
  });

  test("the plan comes back from its file as it went in", () => {
    forScenes(200, (input) => {
      const plan = assemble(input);
      const { value, diagnostics } = decode(encode(plan, sha256), {
        path: "p",
        digest: sha256,
      });
      expect(diagnostics).toEqual([]);
      expect(value).toEqual(JSON.parse(JSON.stringify(plan)));
    });
  });

  test("I9: what is needed comes before, and leaves after, what needs it", () => {
    forScenes(300, (input) => {
      const plan = assemble(input);
      const at = (address: Address, verbs: readonly string[]): Plan["steps"] =>
        plan.steps.filter((step) => step.address === address && verbs.includes(step.verb));
      for (const { address, dependsOn } of input.desired.resources.values()) {
        for (const step of at(address, ["create"])) {
          for (const need of dependsOn.flatMap((other) => at(other, ["create"]))) {
            expect(isAfter(plan, step, need)).toBe(true);
          }
        }
      }
      for (const { address, dependsOn } of input.recorded.resources.values()) {
        for (const step of at(address, ["remove"])) {
          for (const need of dependsOn.flatMap((other) => at(other, ["remove"]))) {
            expect(isAfter(plan, need, step)).toBe(true);
          }
        }
      }
    });
  });

  test("steps are numbered in an order in which they can run, and waves grow along it", () => {
    forScenes(300, (input) => {
      const plan = assemble(input);
      const waves = new Map<string, number>();
      for (const [index, step] of plan.steps.entries()) {
        expect(step.id).toBe(`s-${index + 1}`);
        for (const id of step.after) expect(waves.get(id)).toBeLessThan(step.wave);
        waves.set(step.id, step.wave);
      }
    });
  });

  test("the next serial gives new objects new ids, and the same serial the same", () => {
    forScenes(100, (input) => {
      const idsAt = (serial: number): string[] =>
        assemble({ ...input, recorded: { ...input.recorded, serial } })
          .steps.filter((step) => step.verb === "create")
          .map((step) => step.objectId);
      expect(idsAt(7)).toEqual(idsAt(7));
      expect(idsAt(8).filter((id) => idsAt(7).includes(id))).toEqual([]);
    });
  });
});
