import fc from "fast-check";
import { expect, test } from "vitest";
import type { Intent } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { KubeObject } from "../../../providers/cluster-api/kube/types.ts";
import {
  attributesOf,
  idOf,
  refOf,
  revisionOf,
  tagOf,
  wishedObject,
} from "../../../providers/cluster-api/objects.ts";
import { OUR_LINEAGE, plainIntent, tagOf as ownTag } from "../../contract/subjects.ts";

/** What the server would answer to an apply of the wish. */
const stored = (intent: Intent, over: JsonObject = {}): KubeObject => {
  const object = wishedObject(intent);
  const metadata = {
    ...(object["metadata"] as JsonObject),
    uid: "u-1",
    resourceVersion: "7",
    generation: 2,
    managedFields: [],
    ...over,
  };
  return { ...object, metadata };
};

test("an object is read back as it was wished, with its id and its mark", () => {
  const intent = plainIntent(1, {
    attributes: { metadata: { labels: { app: "web" } }, data: { colour: "blue" } },
  });
  const object = stored(intent);
  expect(attributesOf(object)).toEqual(intent.attributes);
  expect(tagOf(object)).toEqual(intent.tag);
  expect(idOf(object)).toBe(intent.objectId);
});

test("any labels, annotations and data are read back as they were wished", () => {
  const key = fc.stringMatching(/^[a-z]{1,8}(?:\.[a-z]{1,8})?(?:\/[a-z]{1,8})?$/);
  const texts = fc.dictionary(key, fc.string({ maxLength: 8 }), { minKeys: 1, maxKeys: 4 });
  fc.assert(
    fc.property(texts, texts, texts, (labels, annotations, data) => {
      const attributes = { metadata: { labels, annotations }, data };
      expect(attributesOf(stored(plainIntent(1, { attributes })))).toEqual(attributes);
    }),
  );
});

interface Reference {
  readonly name: string;
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly want: string;
}

const references: readonly Reference[] = [
  { name: "a core kind", kindKey: "core/ConfigMap", apiVersion: "v1", want: "v1 ConfigMap" },
  {
    name: "a kind of a group",
    kindKey: "cluster.x-k8s.io/Cluster",
    apiVersion: "cluster.x-k8s.io/v1beta2",
    want: "cluster.x-k8s.io/v1beta2 Cluster",
  },
  {
    name: "a supervisor namespace, which is a plain one there",
    kindKey: "vpac.dev/SupervisorNamespace",
    apiVersion: "vpac.dev/v1alpha1",
    want: "v1 Namespace",
  },
];

test.for(references)("the server knows $name by its own type", ({ kindKey, apiVersion, want }) => {
  const ref = refOf(plainIntent(1, { kindKey, apiVersion }));
  expect(`${ref.apiVersion} ${ref.kind}`).toBe(want);
});

test("what only the engine needs is never sent", () => {
  const attributes = {
    guest: { version: "v1.36.0" },
    sizing: {},
    power: "on",
    spec: { paused: true },
  };
  const { metadata: _metadata, ...sent } = wishedObject(plainIntent(1, { attributes }));
  expect(sent).toEqual({ apiVersion: "v1", kind: "ConfigMap", spec: { paused: true } });
});

interface Copy {
  readonly name: string;
  readonly over: JsonObject;
}

const copies: readonly Copy[] = [
  { name: "under another name", over: { name: "copy" } },
  { name: "in another namespace", over: { namespace: "copies" } },
  { name: "without the label", over: { labels: {} } },
  { name: "without annotations", over: { annotations: {} } },
];

test.for(copies)("a copy of our object $name is not ours", ({ over }) => {
  expect(tagOf(stored(plainIntent(1), over))).toBeUndefined();
});

test("an object that was never ours has the server's id", () => {
  expect(idOf({ kind: "ConfigMap", metadata: { name: "x", uid: "u-9" } })).toBe("u-9");
});

interface Change {
  readonly name: string;
  readonly object: KubeObject;
  readonly moves: boolean;
}

const base = stored(plainIntent(1));
const changes: readonly Change[] = [
  { name: "status", object: { ...base, status: { phase: "Running" } }, moves: false },
  {
    name: "the server's version and owners",
    object: stored(plainIntent(1), { resourceVersion: "9", ownerReferences: [{ uid: "x" }] }),
    moves: false,
  },
  { name: "a field", object: { ...base, data: { colour: "red" } }, moves: true },
  {
    name: "a label of others",
    object: stored(plainIntent(1), { labels: { "vpac.dev/lineage": OUR_LINEAGE, team: "a" } }),
    moves: true,
  },
  {
    name: "our mark",
    object: stored(plainIntent(1, { tag: ownTag("configmap/shop/config-1", { intent: "next" }) })),
    moves: true,
  },
];

test.for(changes)("a change of $name moves the revision: $moves", ({ object, moves }) => {
  expect(revisionOf(object) !== revisionOf(base)).toBe(moves);
});
