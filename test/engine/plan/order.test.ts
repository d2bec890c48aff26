import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import { findCycle } from "../../../engine/plan/graph.ts";
import {
  change,
  decision,
  demand,
  GIB,
  host,
  outlook,
  pod,
  recordedOf,
  resource,
  workload,
} from "../../support/builders.ts";
import { isAfter, planOf, type Scene, stepAt } from "./support.ts";

const ns = resource("ns/shop");
const esx = (name: string): DesiredResource =>
  resource(`host/${name}`, { host: host({ name, planned: true }) });

interface Case {
  readonly name: string;
  readonly scene: Scene;
  /** Each pair: the second step starts only after the first has ended. */
  readonly pairs: readonly (readonly [string, string])[];
}

const cases: readonly Case[] = [
  {
    name: "a dependency is made before what needs it",
    scene: {
      wish: [ns, pod("pod/shop/web")],
      changes: [change("pod/shop/web", "create"), change("ns/shop", "create")],
    },
    pairs: [["create ns/shop", "create pod/shop/web"]],
  },
  {
    name: "a dependency that is updated is updated before what needs it is made",
    scene: {
      wish: [ns, pod("pod/shop/web")],
      records: [recordedOf(ns)],
      changes: [change("pod/shop/web", "create"), change("ns/shop", "update")],
    },
    pairs: [["update ns/shop", "create pod/shop/web"]],
  },
  {
    name: "I9: what needs a resource is removed before the resource",
    scene: {
      records: [recordedOf(ns), recordedOf(pod("pod/shop/web"))],
      changes: [change("ns/shop", "delete"), change("pod/shop/web", "delete")],
    },
    pairs: [["remove pod/shop/web", "remove ns/shop"]],
  },
  {
    name: "a resource is removed after what needed it has been changed to do without",
    scene: {
      wish: [pod("pod/shop/web", { dependsOn: [] })],
      records: [
        recordedOf(resource("vol/shop/data", { dependsOn: [] })),
        recordedOf(pod("pod/shop/web", { dependsOn: ["vol/shop/data"] })),
      ],
      changes: [change("vol/shop/data", "delete"), change("pod/shop/web", "update")],
    },
    pairs: [["update pod/shop/web", "remove vol/shop/data"]],
  },
  {
    name: "a replacement takes away first unless its kind says otherwise",
    scene: {
      wish: [pod("pod/shop/web", { dependsOn: [] })],
      records: [recordedOf(pod("pod/shop/web", { dependsOn: [] }))],
      changes: [change("pod/shop/web", "replace")],
    },
    pairs: [["remove pod/shop/web", "create pod/shop/web"]],
  },
  {
    name: "a replacement of a kind that makes the new object first does so",
    scene: {
      wish: [resource("net/front", { rules: { replaceOrder: "create-first" } })],
      records: [recordedOf(resource("net/front"))],
      changes: [change("net/front", "replace")],
    },
    pairs: [["create net/front", "remove net/front"]],
  },
  {
    name: "what depends on a replaced resource leaves before it and comes back after it",
    scene: {
      wish: [ns, pod("pod/shop/web")],
      records: [recordedOf(ns), recordedOf(pod("pod/shop/web"))],
      changes: [change("ns/shop", "replace"), change("pod/shop/web", "replace")],
    },
    pairs: [
      ["remove pod/shop/web", "remove ns/shop"],
      ["remove ns/shop", "create ns/shop"],
      ["create ns/shop", "create pod/shop/web"],
    ],
  },
  {
    name: "what builds on something that is taken away first cannot itself be made first",
    scene: {
      wish: [ns, resource("net/shop/front", { rules: { replaceOrder: "create-first" } })],
      records: [recordedOf(ns), recordedOf(resource("net/shop/front"))],
      changes: [change("ns/shop", "replace"), change("net/shop/front", "replace")],
    },
    pairs: [
      ["remove net/shop/front", "remove ns/shop"],
      ["create ns/shop", "create net/shop/front"],
    ],
  },
  {
    name: "what depends on a resource made first is changed before the old object goes",
    scene: {
      wish: [
        resource("net/front", { rules: { replaceOrder: "create-first" } }),
        pod("pod/shop/web", { dependsOn: ["net/front"] }),
      ],
      records: [
        recordedOf(resource("net/front")),
        recordedOf(pod("pod/shop/web", { dependsOn: ["net/front"] })),
      ],
      changes: [change("net/front", "replace"), change("pod/shop/web", "update")],
    },
    pairs: [
      ["create net/front", "update pod/shop/web"],
      ["update pod/shop/web", "remove net/front"],
    ],
  },
  {
    name: "a workload is made after the host it goes to",
    scene: {
      wish: [esx("esx-01"), pod("pod/shop/web", { dependsOn: [] })],
      changes: [change("host/esx-01", "create"), change("pod/shop/web", "create")],
      placement: { decisions: [decision("pod/shop/web", "esx-01")] },
    },
    pairs: [["create host/esx-01", "create pod/shop/web"]],
  },
  {
    name: "a host is removed after the workloads on it have moved off",
    scene: {
      wish: [pod("pod/shop/web", { dependsOn: [] })],
      records: [recordedOf(esx("esx-01")), recordedOf(pod("pod/shop/web", { dependsOn: [] }))],
      changes: [
        change("host/esx-01", "delete"),
        change("pod/shop/web", "move", { observedHost: "esx-01", needsHost: true }),
      ],
      placement: { decisions: [decision("pod/shop/web", "esx-02", { from: "esx-01" })] },
    },
    pairs: [["update pod/shop/web", "remove host/esx-01"]],
  },
  {
    name: "a host enters maintenance after the workloads on it have moved off",
    scene: {
      wish: [
        resource("host/esx-01", { host: host({ name: "esx-01", connection: "maintenance" }) }),
        pod("pod/shop/web", { dependsOn: [] }),
      ],
      records: [recordedOf(esx("esx-01")), recordedOf(pod("pod/shop/web", { dependsOn: [] }))],
      changes: [
        change("host/esx-01", "update"),
        change("pod/shop/web", "move", { observedHost: "esx-01", needsHost: true }),
      ],
      placement: { decisions: [decision("pod/shop/web", "esx-02", { from: "esx-01" })] },
    },
    pairs: [["update pod/shop/web", "update host/esx-01"]],
  },
];

test.for(cases)("$name", ({ scene, pairs }) => {
  const plan = planOf(scene);
  for (const [first, second] of pairs) {
    const [earlier, later] = [first, second].map((text) => {
      const [verb, address] = text.split(" ");
      return stepAt(plan, address as Address, verb as "create" | "update" | "remove");
    });
    if (earlier === undefined || later === undefined) throw new Error("unreachable");
    expect([first, second, isAfter(plan, later, earlier)]).toEqual([first, second, true]);
  }
});

describe("room on a host", () => {
  const big = (address: Address): DesiredResource =>
    pod(address, { dependsOn: [], workload: workload({ demand: demand(1000, 40 * GIB) }) });
  const scene = (before: number): Scene => ({
    wish: [big("pod/a/new")],
    records: [recordedOf(big("pod/a/old"), { host: "esx-01" })],
    changes: [
      change("pod/a/new", "create", { needsHost: true }),
      change("pod/a/old", "delete", { observedHost: "esx-01" }),
    ],
    hosts: [host({ name: "esx-01" })],
    placement: {
      decisions: [decision("pod/a/new", "esx-01")],
      hosts: [outlook("esx-01", [1000, before * GIB], [1000, before * GIB])],
    },
  });

  test("is waited for where the newcomer does not fit beside those that leave", () => {
    const plan = planOf(scene(40));
    expect(stepAt(plan, "pod/a/new").after).toEqual([stepAt(plan, "pod/a/old").id]);
  });

  test("is not waited for where both fit", () => {
    expect(stepAt(planOf(scene(24)), "pod/a/new").after).toEqual([]);
  });

  test("makes a replacement take away first where the host cannot hold both", () => {
    const wish = {
      ...big("pod/a/web"),
      rules: { ...big("pod/a/web").rules, replaceOrder: "create-first" as const },
    };
    const plan = planOf({
      wish: [wish],
      records: [recordedOf(wish, { host: "esx-01" })],
      changes: [change("pod/a/web", "replace", { observedHost: "esx-01", needsHost: true })],
      hosts: [host({ name: "esx-01" })],
      placement: {
        decisions: [decision("pod/a/web", "esx-01", { from: "esx-01" })],
        hosts: [outlook("esx-01", [1000, 40 * GIB])],
      },
    });
    const remove = stepAt(plan, "pod/a/web", "remove");
    expect(stepAt(plan, "pod/a/web", "create").after).toEqual([remove.id]);
  });

  test("that two moves want of each other cannot be ordered, and the plan says so", () => {
    const names = ["pod/a/left", "pod/a/right"] as const;
    const plan = planOf({
      wish: names.map(big),
      records: names.map((address) => recordedOf(big(address))),
      changes: [
        change("pod/a/left", "move", { observedHost: "esx-01", needsHost: true }),
        change("pod/a/right", "move", { observedHost: "esx-02", needsHost: true }),
      ],
      hosts: [host({ name: "esx-01" }), host({ name: "esx-02" })],
      placement: {
        decisions: [
          decision("pod/a/left", "esx-02", { from: "esx-01" }),
          decision("pod/a/right", "esx-01", { from: "esx-02" }),
        ],
        hosts: ["esx-01", "esx-02"].map((name) => outlook(name, [1000, 40 * GIB])),
      },
    });
    expect(
      plan.steps.map((step) => step.after.length).toSorted((left, right) => left - right),
    ).toEqual([0, 1]);
    expect(plan.changes.filter((item) => item.warnings !== undefined)).toHaveLength(1);
  });
});

describe("a rollout", () => {
  const group: Address = "deployment/shop/web";
  const replica = (index: number, rolloutWave: number): DesiredResource =>
    pod(`pod/shop/web-${index}`, { dependsOn: [], workload: workload({ group, rolloutWave }) });
  const rollout = (waves: readonly number[], maxUnavailable = 2, maxSurge = 0): Scene => {
    const wish = waves.map((wave, index) => replica(index, wave));
    return {
      wish,
      records: wish.map((item) => recordedOf(item)),
      changes: wish.map((item) => change(item.address, "replace")),
      desired: { disruption: [{ group, maxUnavailable, maxSurge }] },
    };
  };

  test("replaces the next wave only when all of the wave before is back", () => {
    const plan = planOf(rollout([0, 0, 1, 1, 2]));
    const back = (index: number): string => stepAt(plan, `pod/shop/web-${index}`, "create").id;
    const gone = (index: number): readonly string[] =>
      stepAt(plan, `pod/shop/web-${index}`, "remove").after;
    expect([gone(0), gone(1)]).toEqual([[], []]);
    expect([gone(2), gone(3)]).toEqual([
      [back(0), back(1)],
      [back(0), back(1)],
    ]);
    expect(gone(4)).toEqual([back(2), back(3)]);
  });

  test("makes the new replica first where none may be down", () => {
    const plan = planOf(rollout([0, 1], 0, 1));
    const old = stepAt(plan, "pod/shop/web-0", "remove");
    expect(old.after).toEqual([stepAt(plan, "pod/shop/web-0", "create").id]);
    expect(stepAt(plan, "pod/shop/web-1", "create").after).toEqual([old.id]);
  });

  test("gives way, and says so, where something that all replicas need is replaced", () => {
    const wish = [0, 1].map((wave) => ({ ...replica(wave, wave), dependsOn: [ns.address] }));
    const plan = planOf({
      wish: [ns, ...wish],
      records: [ns, ...wish].map((item) => recordedOf(item)),
      changes: [ns, ...wish].map((item) => change(item.address, "replace")),
    });
    const remove = stepAt(plan, "ns/shop", "remove");
    for (const { address } of wish) {
      expect(isAfter(plan, remove, stepAt(plan, address, "remove"))).toBe(true);
    }
    expect(plan.changes.filter((item) => item.warnings !== undefined)).toHaveLength(2);
  });

  test("of very large waves has few edges and never more replicas down than a wave holds", () => {
    const size = 200;
    const waves = Array.from({ length: 3 * size }, (_, index) => Math.floor(index / size));
    const plan = planOf(rollout(waves, size));
    const edges = plan.steps.reduce((sum, step) => sum + step.after.length, 0);
    expect(edges).toBeLessThan(3 * plan.steps.length);
    const done = new Set<string>();
    let downMax = 0;
    // Worst case: every removal that may run has run before any replica comes back.
    while (done.size < plan.steps.length) {
      const ready = plan.steps.filter(
        (step) => !done.has(step.id) && step.after.every((id) => done.has(id)),
      );
      const removals = ready.filter((step) => step.verb === "remove");
      for (const step of removals.length > 0 ? removals : ready.slice(0, 1)) done.add(step.id);
      const isDone = (verb: string): number =>
        plan.steps.filter((step) => step.verb === verb && done.has(step.id)).length;
      downMax = Math.max(downMax, isDone("remove") - isDone("create"));
    }
    expect(downMax).toBe(size);
  });
});

test("a circle of wishes is a bug and is named", () => {
  const scene: Scene = {
    wish: [
      resource("vol/a/x", { dependsOn: ["vol/a/y"] }),
      resource("vol/a/y", { dependsOn: ["vol/a/x"] }),
    ],
    changes: [change("vol/a/x", "create"), change("vol/a/y", "create")],
  };
  expect(() => planOf(scene)).toThrow(
    "steps wait for each other: create vol/a/x -> create vol/a/y -> create vol/a/x",
  );
});

test.for([
  { name: "no node", after: [], cycle: [] },
  { name: "a chain", after: [[], [0], [1]], cycle: [] },
  { name: "a circle behind a chain", after: [[], [0, 3], [1], [2]], cycle: [1, 3, 2, 1] },
])("a circle is found in $name exactly when there is one", ({ after, cycle }) => {
  expect(findCycle(after)).toEqual(cycle);
});
