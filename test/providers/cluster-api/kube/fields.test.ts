import fc from "fast-check";
import { expect, test } from "vitest";
import { type JsonValue, member, pointerKeys } from "../../../../engine/model/json.ts";
import { pointerOfField } from "../../../../providers/cluster-api/kube/fields.ts";

const object: JsonValue = {
  metadata: {
    labels: { app: "web", "app.kubernetes.io/name": "web", "app.kubernetes": "short" },
    finalizers: ["a.example/one", "b.example/two"],
  },
  spec: {
    template: { spec: { version: "v1.36.0" } },
    containers: [
      { name: "web", ports: [{ containerPort: 80, protocol: "TCP" }] },
      {
        name: 'side"car]',
        ports: [
          { containerPort: 53, protocol: "TCP" },
          { containerPort: 53, protocol: "UDP" },
        ],
      },
    ],
    variables: [{ name: "vmClass", value: "small" }],
  },
};

test.for([
  ["spec.template.spec.version", "/spec/template/spec/version"],
  [".spec.template.spec.version", "/spec/template/spec/version"],
  ["spec.containers[0].name", "/spec/containers/0/name"],
  ['.spec.containers[name="web"].name', "/spec/containers/0/name"],
  ['.spec.containers[name="side\\"car]"].image', "/spec/containers/1/image"],
  [
    '.spec.containers[name="side\\"car]"].ports[containerPort=53,protocol="UDP"].protocol',
    "/spec/containers/1/ports/1/protocol",
  ],
  ['.spec.containers[k:{"name":"web"}].name', "/spec/containers/0/name"],
  [
    '.spec.containers[k:{"name":"web"}].ports[k:{"containerPort":80,"protocol":"TCP"}]',
    "/spec/containers/0/ports/0",
  ],
  ["spec.variables[vmClass].value", "/spec/variables/0/value"],
  ['.metadata.finalizers[="b.example/two"]', "/metadata/finalizers/1"],
  ['.metadata.finalizers[v:"b.example/two"]', "/metadata/finalizers/1"],
  [".metadata.labels.app.kubernetes.io/name", "/metadata/labels/app.kubernetes.io~1name"],
  ["metadata.labels[app.kubernetes.io/name]", "/metadata/labels/app.kubernetes.io~1name"],
  [".metadata.labels.app", "/metadata/labels/app"],
  ["spec.replicas", "/spec/replicas"],
  ["spec.new.deep[0].field", "/spec/new/deep/0/field"],
  ["spec.containers[7].image", "/spec/containers/7/image"],
  ['.spec.containers[name="gone"].image', "/spec/containers"],
  ["spec.variables[gone].value", "/spec/variables"],
  ["", ""],
  [".", ""],
  ["spec.containers[", "/spec/containers"],
  ["[[", "/["],
] as const)("the path %s points to %s", ([field, pointer]) => {
  expect(pointerOfField(field, object)).toBe(pointer);
});

test("any text is a pointer, however long", () => {
  const text = fc.string({ unit: fc.constantFrom(...'[]."=,:kv\\ab0{}'), maxLength: 2_000 });
  fc.assert(
    fc.property(text, (field) => {
      expect(pointerOfField(field, object)).toMatch(/^(?:\/|$)/);
    }),
  );
  expect(pointerOfField("[".repeat(50_000), object)).toHaveLength(1_000);
  expect(pointerOfField(".".repeat(50_000), object).length).toBeLessThanOrEqual(1_000);
});

test("the path that server-side apply writes for any member leads back to it", () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(?:[./-][a-z]{1,4})?$/);
  const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(keys, keys, (outer, inner) => {
      const leaf = Object.fromEntries(inner.map((name) => [name, name]));
      const tree: JsonValue = { spec: Object.fromEntries(outer.map((name) => [name, leaf])) };
      for (const first of outer) {
        for (const second of inner) {
          // Two readings are possible where one key is the beginning of another one's path.
          if (outer.some((other) => other.startsWith(`${first}.`))) continue;
          const pointer = pointerOfField(`.spec.${first}.${second}`, tree);
          expect(member(tree, ...pointerKeys(pointer))).toBe(second);
        }
      }
    }),
  );
});
