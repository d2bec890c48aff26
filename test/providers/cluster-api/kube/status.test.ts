import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../../engine/model/json.ts";
import type { KubeFailure } from "../../../../providers/cluster-api/kube/errors.ts";
import { readStatus, statusRetryMs } from "../../../../providers/cluster-api/kube/status.ts";

function status(parts: Readonly<Record<string, unknown>>): JsonValue {
  return { kind: "Status", apiVersion: "v1", status: "Failure", ...parts } as JsonValue;
}

const named = { details: { name: "dev", kind: "clusters" } };

const kinds: readonly (readonly [KubeFailure, number, Readonly<Record<string, unknown>>])[] = [
  ["notFound", 404, { reason: "NotFound", ...named }],
  ["unknownKind", 404, { reason: "NotFound", details: {} }],
  ["alreadyExists", 409, { reason: "AlreadyExists", ...named }],
  ["conflict", 409, { reason: "Conflict", ...named }],
  ["invalid", 422, { reason: "Invalid", ...named }],
  ["invalid", 400, { reason: "BadRequest" }],
  ["invalid", 500, { message: "failed to create typed patch object (a/b; v1, Kind=X): .y: no" }],
  ["forbidden", 403, { reason: "Forbidden", ...named }],
  ["unauthorized", 401, { reason: "Unauthorized" }],
  ["gone", 410, { reason: "Expired" }],
  ["gone", 410, { reason: "Gone" }],
  ["tooManyRequests", 429, { reason: "TooManyRequests" }],
  ["unavailable", 503, { reason: "ServiceUnavailable" }],
  ["timeout", 504, { reason: "Timeout" }],
  ["timeout", 500, { reason: "ServerTimeout" }],
  ["unavailable", 500, { message: "conversion webhook for a/v1, Kind=X failed: Post: refused" }],
  ["other", 500, { reason: "InternalError", message: "boom" }],
  ["other", 418, {}],
];

test.for(kinds)("a failure is %s: status %i with %o", ([kind, code, parts]) => {
  expect(readStatus(code, status(parts), "").kind).toBe(kind);
});

test.for([
  ["unknownKind", 404, "404 page not found\n"],
  ["unavailable", 502, "<html>Bad gateway</html>"],
  ["tooManyRequests", 429, "Too many requests, please try again later."],
  ["unauthorized", 401, ""],
] as const)("an answer that is no Status is %s by its number %i", ([kind, code, text]) => {
  const facts = readStatus(code, undefined, text);
  expect(facts.kind).toBe(kind);
  expect(facts.message).not.toBe("");
});

test("conflicts of an apply are told one by one: manager and field", () => {
  const cause = (message: string, field: string) => ({
    reason: "FieldManagerConflict",
    message,
    field,
  });
  const facts = readStatus(
    409,
    status({
      reason: "Conflict",
      message: "Apply failed with 3 conflicts",
      details: {
        causes: [
          cause('conflict with "kubectl-client-side-apply" using apps/v1', ".spec.replicas"),
          cause('conflict with "a \\"b\\"" with subresource "status" using v1', ".status.phase"),
          cause("conflict of a new form", ".spec.x"),
        ],
      },
    }),
    "",
  );
  expect(facts.kind).toBe("fieldConflict");
  expect(facts.conflicts).toEqual([
    { manager: "kubectl-client-side-apply", field: ".spec.replicas" },
    { manager: 'a "b"', field: ".status.phase" },
    { manager: "conflict of a new form", field: ".spec.x" },
  ]);
});

test("causes keep type, field and message", () => {
  const causes = [
    { reason: "FieldValueRequired", field: "spec.x[0].y", message: "Required value" },
  ];
  const facts = readStatus(422, status({ reason: "Invalid", details: { causes } }), "");
  expect(facts.causes).toEqual([
    { type: "FieldValueRequired", field: "spec.x[0].y", message: "Required value" },
  ]);
});

const unknownFields: readonly (readonly [string, readonly string[]])[] = [
  [
    'strict decoding error: unknown field "spec.a", unknown field "spec.b[0].c"',
    ["spec.a", "spec.b[0].c"],
  ],
  ['strict decoding error: duplicate field "spec.a"', ["spec.a"]],
  [
    "failed to create typed patch object (x/y; v1, Kind=Z): .spec.foo: field not declared in schema",
    [".spec.foo"],
  ],
];

test.for(unknownFields)("fields are found in: %s", ([message, fields]) => {
  const facts = readStatus(400, status({ reason: "BadRequest", message }), "");
  expect(facts.causes.map(({ field }) => field)).toEqual(fields);
});

const refusals: readonly (readonly [string, object | undefined])[] = [
  [
    'clusters.cluster.x-k8s.io "dev" is forbidden: User "user" cannot patch resource "clusters" in API group "cluster.x-k8s.io" in the namespace "shop"',
    {
      user: "user",
      verb: "patch",
      resource: "clusters",
      group: "cluster.x-k8s.io",
      namespace: "shop",
      name: "dev",
    },
  ],
  [
    'nodes is forbidden: User "system:serviceaccount:a:b" cannot list resource "nodes" in API group "" at the cluster scope',
    {
      user: "system:serviceaccount:a:b",
      verb: "list",
      resource: "nodes",
      group: "",
      namespace: undefined,
      name: "dev",
    },
  ],
  [
    'pods "x" is forbidden: User "u" cannot create resource "pods/exec" in API group "" in the namespace "n": RBAC: role not found',
    {
      user: "u",
      verb: "create",
      resource: "pods/exec",
      group: "",
      namespace: "n",
      name: "dev",
    },
  ],
  [
    'forbidden: User "u" cannot get path "/metrics"',
    {
      user: "u",
      verb: "get",
      resource: "/metrics",
      group: "",
      namespace: undefined,
      name: "dev",
    },
  ],
  [
    'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    undefined,
  ],
];

test.for(refusals)("the missing right is read from: %s", ([message, refusal]) => {
  const facts = readStatus(403, status({ reason: "Forbidden", message, ...named }), "");
  expect(facts.kind).toBe("forbidden");
  expect(facts.refusal).toEqual(refusal);
});

const webhooks: readonly (readonly [number, string, object])[] = [
  [
    403,
    'admission webhook "validation.cluster.cluster.x-k8s.io" denied the request: spec.topology.version: too old',
    {
      name: "validation.cluster.cluster.x-k8s.io",
      reached: true,
      message: "spec.topology.version: too old",
    },
  ],
  [
    400,
    'admission webhook "a.b.c" denied the request without explanation',
    { name: "a.b.c", reached: true, message: " without explanation" },
  ],
  [
    500,
    'Internal error occurred: failed calling webhook "a.b.c": failed to call webhook: Post "https://x": connection refused',
    {
      name: "a.b.c",
      reached: false,
      message: 'failed to call webhook: Post "https://x": connection refused',
    },
  ],
];

test.for(webhooks)("the webhook is named: %i %s", ([code, message, webhook]) => {
  const facts = readStatus(code, status({ reason: "Forbidden", message }), "");
  expect(facts.kind).toBe("webhook");
  expect(facts.webhook).toEqual(webhook);
});

test("the wait that the server asks for is in milliseconds", () => {
  expect(statusRetryMs(status({ details: { retryAfterSeconds: 3 } }))).toBe(3_000);
  expect(statusRetryMs(status({ details: { retryAfterSeconds: -1 } }))).toBeUndefined();
  expect(statusRetryMs(status({}))).toBeUndefined();
});

test("answers of any content are read, and kept within bounds", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      fc.jsonValue(),
      fc.string(),
      (code, body, text) => {
        const facts = readStatus(code, body as JsonValue, text);
        expect(facts.message).not.toBe("");
      },
    ),
  );
  const causes = Array.from({ length: 1_000 }, () => ({ message: "x".repeat(100_000) }));
  const message = 'unknown field "'.repeat(100_000);
  const facts = readStatus(400, status({ message, details: { causes } }), "");
  expect(facts.message.length).toBeLessThan(10_000);
  expect(facts.causes.length).toBeLessThanOrEqual(400);
  expect(facts.causes[0]?.message.length).toBeLessThan(10_000);
});
