import { expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import { findCycle } from "../../../engine/plan/graph.ts";
import { change, decision } from "../../support/answers.ts";
import { host, pod, recordedOf, resource } from "../../support/builders.ts";
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
