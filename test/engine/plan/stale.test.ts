import { describe, expect, test } from "vitest";
import type { ObservedObject, Observation } from "../../../engine/model/observation.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { RecordedState } from "../../../engine/model/recorded.ts";
import { judgeStale, type PresentWorld } from "../../../engine/plan/stale.ts";
import { change, decision, outlook } from "../../support/answers.ts";
import {
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
} from "../../support/builders.ts";
import { planOf } from "./support.ts";

const MADE_MS = Date.parse("2026-11-21T10:41:00Z");
const HOUR_MS = 3_600_000;

const web = pod("pod/shop/web", { dependsOn: [] });
const old = pod("pod/shop/old", { dependsOn: [] });
const far = pod("pod/far/away", { dependsOn: [] });
const fresh = pod("pod/shop/new", { dependsOn: [] });
const records = [web, old, far].map((item) => recordedOf(item, { host: "esx-01" }));
const objects = records.map((record) => observedOf(record));
const hosts = ["esx-01", "esx-02", "esx-03"].map((name) => host({ name }));

const plan = planOf({
  wish: [web, far, fresh],
  records,
  changes: [
    change("pod/shop/web", "move", { observedHost: "esx-01", needsHost: true }),
    change("pod/shop/old", "delete", { observedHost: "esx-01" }),
    change("pod/far/away", "noop", { observedHost: "esx-01" }),
    change("pod/shop/new", "create", { needsHost: true }),
  ],
  hosts,
  placement: {
    decisions: [
      decision("pod/shop/web", "esx-02", { from: "esx-01" }),
      decision("pod/shop/new", "esx-02"),
    ],
    hosts: hosts.map(({ name }) => outlook(name)),
  },
});

interface Now {
  readonly state?: Partial<RecordedState>;
  readonly objects?: readonly ObservedObject[];
  readonly world?: Partial<Observation>;
  readonly nowMs?: number;
}

const worldOf = (now: Now): PresentWorld => ({
  recorded: recordedState(records, now.state),
  observation: observation(now.objects ?? objects, hosts, now.world),
  nowMs: now.nowMs ?? MADE_MS + HOUR_MS,
});

const codesOf = (now: Now, given: Plan = plan): string[] =>
  judgeStale(given, worldOf(now)).map(({ code, address }) =>
    address === undefined ? code : `${code} ${address}`,
  );

const changed = (id: string, over: Partial<ObservedObject>): ObservedObject[] =>
  objects.map((object) => (object.id === id ? { ...object, ...over } : object));

const without = (id: string): ObservedObject[] => objects.filter((object) => object.id !== id);

const incomplete: Partial<Observation> = {
  readings: [{ provider: "sim", complete: false, asOf: "1", error: undefined }],
};

interface Case {
  readonly name: string;
  readonly now: Now;
  readonly want: readonly string[];
}

const cases: readonly Case[] = [
  { name: "nothing moved: not stale", now: {}, want: [] },
  {
    name: "an object the plan does not touch may change",
    now: { objects: changed("id-pod/far/away", { revision: "r9" }) },
    want: [],
  },
  {
    name: "an object the plan does not touch may go",
    now: { objects: without("id-pod/far/away") },
    want: [],
  },
  { name: "the serial alone may grow", now: { state: { serial: 99 } }, want: [] },
  { name: "another lineage", now: { state: { lineage: "other" } }, want: ["VP4010"] },
  { name: "a state that was lost", now: { state: { lineage: "", serial: 0 } }, want: ["VP4010"] },
  { name: "applied before", now: { state: { consumedPlans: [plan.digest] } }, want: ["VP4011"] },
  { name: "exactly as old as allowed", now: { nowMs: MADE_MS + 24 * HOUR_MS }, want: [] },
  { name: "a millisecond too old", now: { nowMs: MADE_MS + 24 * HOUR_MS + 1 }, want: ["VP4012"] },
  {
    name: "an object it moves changed",
    now: { objects: changed("id-pod/shop/web", { revision: "r2" }) },
    want: ["VP4013 pod/shop/web"],
  },
  {
    name: "an object it destroys changed",
    now: { objects: changed("id-pod/shop/old", { revision: "r2" }) },
    want: ["VP4013 pod/shop/old"],
  },
  {
    name: "an object it moves is gone",
    now: { objects: without("id-pod/shop/web") },
    want: ["VP4014 pod/shop/web"],
  },
  {
    name: "an object it moves cannot be seen",
    now: { objects: without("id-pod/shop/web"), world: incomplete },
    want: ["VP4019 pod/shop/web"],
  },
  {
    name: "an object stands where it makes one",
    now: { objects: [...objects, observedOf(recordedOf(fresh, { id: "somebody's" }))] },
    want: ["VP4015 pod/shop/new"],
  },
  {
    name: "the object it makes is there already: a repeat finds it",
    now: {
      objects: [
        ...objects,
        observedOf(
          recordedOf(fresh, {
            id: plan.steps.find((step) => step.address === "pod/shop/new")?.objectId ?? "",
          }),
        ),
      ],
    },
    want: [],
  },
  {
    name: "the state names another object",
    now: {
      state: {
        resources: new Map([[web.address, recordedOf(web, { id: "imported" })] as const]),
      },
    },
    want: ["VP4018 pod/shop/web"],
  },
  {
    name: "the host of a placement is gone",
    now: { world: { hosts: hosts.filter(({ name }) => name !== "esx-02") } },
    want: ["VP4016 pod/shop/new", "VP4016 pod/shop/web"],
  },
  {
    name: "the host of a placement entered maintenance",
    now: {
      world: {
        hosts: hosts.map((item) =>
          item.name === "esx-02" ? { ...item, connection: "maintenance" } : item,
        ),
      },
    },
    want: ["VP4017 pod/shop/new", "VP4017 pod/shop/web"],
  },
  {
    name: "the host of a placement was closed for scheduling",
    now: {
      world: {
        hosts: hosts.map((item) =>
          item.name === "esx-02" ? { ...item, unschedulable: true } : item,
        ),
      },
    },
    want: ["VP4017 pod/shop/new", "VP4017 pod/shop/web"],
  },
  {
    name: "a host that nobody is put on may fail",
    now: {
      world: {
        hosts: hosts.map((item) =>
          item.name === "esx-03" ? { ...item, connection: "disconnected" } : item,
        ),
      },
    },
    want: [],
  },
  {
    name: "several parts moved: each is named",
    now: {
      state: { consumedPlans: [plan.digest] },
      nowMs: MADE_MS + 48 * HOUR_MS,
      objects: without("id-pod/shop/web"),
    },
    want: ["VP4011", "VP4012", "VP4014 pod/shop/web"],
  },
];

test.for(cases)("T20: $name", ({ now, want }) => {
  expect(codesOf(now).toSorted()).toEqual(want);
});

describe("the message", () => {
  test("names the object, its address and both revisions", () => {
    const [first] = judgeStale(
      plan,
      worldOf({ objects: changed("id-pod/shop/web", { revision: "r2" }) }),
    );
    expect(first?.detail).toBe(
      "Object id-pod/shop/web of pod/shop/web has revision r2, the plan was made from r1.",
    );
  });
});

test("a time of creation that is no time makes a plan too old", () => {
  expect(codesOf({}, { ...plan, createdAt: "yesterday" })).toEqual(["VP4012"]);
});

test.for([
  "1970-01-01T00:00:00Z",
  "2000-02-29T23:59:59Z",
  "2026-12-31T23:59:59.999Z",
  "2100-03-01T00:00:00Z",
])("the age is counted from %s to the millisecond", (createdAt) => {
  const expiresAfterMs = 1000;
  const given = { ...plan, createdAt, base: { ...plan.base, expiresAfterMs } };
  const made = Date.parse(createdAt);
  expect(codesOf({ nowMs: made + 1000 }, given)).toEqual([]);
  expect(codesOf({ nowMs: made + 1001 }, given)).toEqual(["VP4012"]);
});
