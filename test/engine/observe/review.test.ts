import { expect, test } from "vitest";
import type { Provider, ReviewedWrite, ReviewFinding } from "../../../engine/contract/provider.ts";
import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import { review } from "../../../engine/observe/review.ts";
import { resource } from "../../support/builders.ts";
import { instantProvider, planOf, step } from "../../support/plans.ts";
import { Sim } from "../../sim/sim.ts";

const address = "vm/a/one" as const;
const steps = [
  step({
    id: "s-1",
    address,
    provider: "sim",
    attributes: { spec: { size: 1, ip: unknownFrom("vm/a/zero") } },
  }),
  step({ id: "s-2", address: "vm/a/two", provider: "sim", verb: "remove", attributes: {} }),
];

function unknownFrom(from: string): { unknownUntil: string; from: string; output: string } {
  return { unknownUntil: "apply", from, output: "address" };
}

async function reviewed(
  answer: NonNullable<Provider["review"]> | undefined,
  over: Partial<DesiredResource> = {},
): Promise<readonly Diagnostic[]> {
  const sim = new Sim();
  const provider = { ...instantProvider(), name: "sim", ...(answer ? { review: answer } : {}) };
  const resources = new Map([[address, { ...resource(address), ...over }]]);
  let found: readonly Diagnostic[] = [];
  const end = await sim.run(async () => {
    found = await review(
      { plan: planOf({ steps }), resources, providers: new Map([["sim", provider]]) },
      {
        clock: sim.clock(),
        signal: new AbortController().signal,
        emit: () => undefined,
        timeoutMs: 5_000,
      },
    );
  });
  if (end.is === "threw") throw end.error;
  return found;
}

const finding = (over: Partial<ReviewFinding["problem"]> = {}): ReviewFinding => ({
  address,
  verb: "create",
  problem: { type: "invalid", code: "VP6499", message: "the size is odd", ...over },
});

test("a platform is asked about every write, without values that only apply will know", async () => {
  let asked: readonly ReviewedWrite[] = [];
  await reviewed(async (writes) => {
    asked = writes;
    return [];
  });
  expect(asked.map((write) => [write.verb, write.address, write.attributes])).toEqual([
    ["create", address, { spec: { size: 1 } }],
    ["remove", "vm/a/two", {}],
  ]);
});

test("a provider that cannot be asked says nothing", async () => {
  expect(await reviewed(undefined)).toEqual([]);
});

test("a refusal of the platform is an error at the document", async () => {
  const [found] = await reviewed(async () => [finding()]);
  expect(found).toMatchObject({
    code: "VP6107",
    severity: "error",
    address,
    source: resource(address).source,
  });
  expect(found?.detail).toContain("the size is odd. (VP6499)");
});

test("missing access has a code of its own", async () => {
  const [found] = await reviewed(async () => [finding({ type: "forbidden" })]);
  expect(found?.code).toBe("VP6106");
});

const FIELDS = [
  { name: "a declared field at its pointer", over: {}, pointer: "/spec/size" },
  {
    name: "a generated field at the pointer it comes from",
    over: { owner: "tkc/a/x", origins: { "/spec": "/spec/topology" } },
    pointer: "/spec/topology/size",
  },
  {
    name: "the closest origin first",
    over: { owner: "tkc/a/x", origins: { "/spec": "/a", "/spec/size": "/b" } },
    pointer: "/b",
  },
  {
    name: "a generated field without an origin at its source",
    over: { owner: "tkc/a/x", source: { path: "x.yaml", document: 0, pointer: "/spec/pool" } },
    pointer: "/spec/pool",
  },
] as const;

test.for(FIELDS)("the platform's field is shown: $name", async ({ over, pointer }) => {
  const fields = [{ pointer: "/spec/size", message: "must be even" }] as const;
  const found = await reviewed(async () => [finding({ fields })], over);
  expect(found.map(({ source }) => source?.pointer)).toEqual([pointer]);
  expect(found[0]?.detail).toContain("must be even");
});

const UNASKED = [
  { name: "throws", answer: () => Promise.reject(new Error("no route")), why: "no route" },
  { name: "is late", answer: () => new Promise<never>(() => undefined), why: "5000 ms" },
];

test.for(UNASKED)(
  "a platform that $name leaves the plan and a warning",
  async ({ answer, why }) => {
    const [found] = await reviewed(answer);
    expect(found).toMatchObject({ code: "VP6108", severity: "warning" });
    expect(found?.detail).toContain(why);
  },
);
