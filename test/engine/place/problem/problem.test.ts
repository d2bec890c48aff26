import { describe, expect, test } from "vitest";
import { place } from "../../../../engine/place/place.ts";
import { host } from "../builders.ts";
import { build, change, creation, declared, observed } from "./asking.ts";

describe("namespaces", () => {
  test("declared labels win over observed ones, and the name is a label", () => {
    const { namespaces } = build({
      resources: [
        declared("shop", {
          address: "ns/shop",
          kind: "ns",
          namespace: undefined,
          attributes: { metadata: { labels: { team: "new" } } },
          workload: undefined,
        }),
        declared("p"),
      ],
      objects: [
        observed("1", {
          kind: "ns",
          name: "shop",
          attributes: { metadata: { labels: { team: "old" } } },
        }),
        observed("2", {
          kind: "ns",
          name: "other",
          attributes: { metadata: { labels: { x: "y" } } },
        }),
      ],
      changes: [creation("p")],
    });
    expect(namespaces).toEqual([
      { name: "other", labels: { "kubernetes.io/metadata.name": "other", x: "y" } },
      { name: "shop", labels: { "kubernetes.io/metadata.name": "shop", team: "new" } },
    ]);
  });
});

test("an unchanged world gives no decision", () => {
  const given = build({
    resources: [declared("p")],
    objects: [observed("p")],
    recorded: ["p"],
    changes: [change("p")],
  });
  expect([...place(given).decisions]).toEqual([]);
});

test("the new host of a plan takes a workload at once", () => {
  const wish = host("new", { planned: true });
  const given = build({
    hosts: [],
    resources: [
      declared("new", { address: "host/new", kind: "host", workload: undefined, host: wish }),
      declared("p"),
    ],
    changes: [creation("p"), { ...creation(""), address: "host/new" }],
  });
  expect(place(given).decisions.at(0)?.chosen).toBe("new");
});
