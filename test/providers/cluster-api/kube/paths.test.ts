import fc from "fast-check";
import { expect, test } from "vitest";
import {
  groupVersion,
  isPathSafe,
  nameProblem,
  namespaceProblem,
  query,
  resourcePath,
} from "../../../../providers/cluster-api/kube/paths.ts";

const clusters = {
  apiVersion: "cluster.x-k8s.io/v1beta2",
  kind: "Cluster",
  group: "cluster.x-k8s.io",
  version: "v1beta2",
  resource: "clusters",
  namespaced: true,
  verbs: [],
};

test.for([
  ["dev", "/apis/cluster.x-k8s.io/v1beta2/namespaces/shop/clusters/dev"],
  ["system:node", "/apis/cluster.x-k8s.io/v1beta2/namespaces/shop/clusters/system%3Anode"],
] as const)("the name %s is in the path %s", ([name, path]) => {
  expect(resourcePath(clusters, "shop", name)).toBe(path);
});

test("the core group, all namespaces and kinds without one have their own paths", () => {
  const nodes = { ...clusters, group: "", version: "v1", resource: "nodes", namespaced: false };
  expect(resourcePath(nodes, "ignored", "a")).toBe("/api/v1/nodes/a");
  expect(resourcePath(clusters, undefined)).toBe("/apis/cluster.x-k8s.io/v1beta2/clusters");
});

test.for(["", ".", "..", "a/b", "../b", "a%2fb", "a\nb", "a\0", "a\ud800", "x".repeat(254)])(
  "no object is named %j",
  (name) => {
    expect(nameProblem(name)).toBeDefined();
  },
);

test.for(["", "..", "a/b", "A", "a.b", "-a", "a-", "a?x=y", "x".repeat(64), "a\n"])(
  "no namespace is named %j",
  (name) => {
    expect(namespaceProblem(name)).toBeDefined();
  },
);

test("a name that is allowed stays one segment of the path, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      fc.pre(nameProblem(name) === undefined);
      const path = resourcePath(clusters, "shop", name);
      const url = new URL(`https://kube.example${path}`);
      expect(url.pathname.split("/")).toHaveLength(8);
      expect(decodeURIComponent(url.pathname.split("/")[7]!)).toBe(name);
      expect(`${url.search}${url.hash}`).toBe("");
    }),
  );
});

test("values of a query never become another parameter", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (labelSelector) => {
      const url = new URL(`https://kube.example/x${query({ labelSelector, limit: 5 })}`);
      expect([...url.searchParams.keys()]).toEqual(["labelSelector", "limit"]);
      expect(url.searchParams.get("labelSelector")).toBe(labelSelector);
    }),
  );
  expect(query({ force: undefined })).toBe("");
  expect(query({ name: "\ud800" })).toBe("?name=%EF%BF%BD");
});

test.for([
  ["v1", { group: "", version: "v1" }],
  ["apps/v1", { group: "apps", version: "v1" }],
  ["a/b/c", undefined],
  ["", undefined],
  ["../v1", undefined],
  ["apps/..", undefined],
  ["apps/v1?x", undefined],
  ["Apps/v1", undefined],
] as const)("the apiVersion %s is %o", ([text, parts]) => {
  expect(groupVersion(text)).toEqual(parts);
});

test("a server cannot lead us out of the API by the names in its discovery", () => {
  expect(isPathSafe(clusters)).toBe(true);
  expect(isPathSafe({ ...clusters, resource: "pods/exec" })).toBe(false);
  expect(isPathSafe({ ...clusters, resource: "../../x" })).toBe(false);
  expect(isPathSafe({ ...clusters, group: "a/b" })).toBe(false);
  expect(isPathSafe({ ...clusters, version: "" })).toBe(false);
});
