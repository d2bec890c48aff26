import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../engine/model/canonical.ts";
import type { JsonValue } from "../../../engine/model/json.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { decode, encode } from "../../../engine/plan/planfile.ts";
import { change, decision } from "../../support/answers.ts";
import { pod, recordedOf, resource, sha256 } from "../../support/builders.ts";
import { planOf } from "./support.ts";

const web = pod("pod/shop/web", {
  attributes: { z: 1, "10": "ten", "9": "nine", a: { y: 2, b: 1 } },
});
const plan = planOf({
  wish: [resource("ns/shop"), web],
  records: [recordedOf(pod("pod/shop/old"))],
  changes: [
    change("ns/shop", "create"),
    change("pod/shop/web", "create", { needsHost: true }),
    change("pod/shop/old", "delete", { observedHost: "esx-01" }),
  ],
  placement: { decisions: [decision("pod/shop/web", "esx-01")] },
});
const text = encode(plan, sha256);
const read = (input: string): ReturnType<typeof decode> =>
  decode(input, { path: "p.plan", digest: sha256 });

const codeOf = (input: string): string | undefined => {
  const { value, diagnostics } = read(input);
  return value === undefined ? diagnostics[0]?.code : undefined;
};

/** The same file around another content, with a header that fits it. */
const fileOf = (content: unknown): string => {
  const body = canonicalJson(content as JsonValue);
  const [header = ""] = text.split("\n");
  const fitting = { ...JSON.parse(header), content: `sha256:${sha256(body)}` };
  return `${canonicalJson(fitting)}\n${body}\n`;
};

/** Content whose own digest is right: what somebody who knows the format could write. */
const forged = (over: object): string => {
  const body = { ...plan, ...over };
  return fileOf({ ...body, digest: digestOfPlan(body as Plan, sha256) });
};

describe("a plan file", () => {
  test("gives back the plan it was made from", () => {
    const { value, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(value).toEqual(plan);
  });

  test("begins with a line that names digest, lineage and serial", () => {
    expect(JSON.parse(text.split("\n")[0] ?? "")).toMatchObject({
      format: "vpac.planfile/1.0",
      digest: plan.digest,
      lineage: plan.base.lineage,
      serial: 7,
      version: "0.1.0",
    });
  });

  test("T20: is refused whichever of its characters is changed", () => {
    const survivors: number[] = [];
    for (let index = 0; index < text.length; index++) {
      const other = text[index] === "0" ? "1" : "0";
      const altered = text.slice(0, index) + other + text.slice(index + 1);
      if (read(altered).value !== undefined) survivors.push(index);
    }
    expect(survivors).toEqual([]);
  });

  test("T20: is refused when any of its characters is missing", () => {
    const survivors: number[] = [];
    for (let index = 0; index < text.length; index++) {
      if (read(text.slice(0, index) + text.slice(index + 1)).value !== undefined) {
        survivors.push(index);
      }
    }
    expect(survivors).toEqual([]);
  });

  test("is refused when its content fits its header but not its own digest", () => {
    expect(codeOf(fileOf({ ...plan, mode: "destroy" }))).toBe("VP4003");
  });

  test("of a later format is told apart from one that was damaged", () => {
    expect(codeOf(forged({ format: "vpac.plan/9.0" }))).toBe("VP4002");
    expect(codeOf(text.replace("vpac.planfile/1.0", "vpac.planfile/2.0"))).toBe("VP4002");
  });

  test("with members or shapes that no plan has is refused even when its digests are right", () => {
    expect(codeOf(forged({ extra: 1 }))).toBe("VP4001");
    expect(codeOf(forged({ steps: [{ id: "s-1" }] }))).toBe("VP4001");
    expect(codeOf(forged({ steps: plan.steps.map((step) => ({ ...step, wave: -1 })) }))).toBe(
      "VP4001",
    );
    expect(codeOf(forged({}))).toBeUndefined();
  });
});

interface Hostile {
  readonly name: string;
  readonly input: string;
  readonly want: string;
}

const hostile: readonly Hostile[] = [
  { name: "nothing", input: "", want: "VP4001" },
  { name: "one line", input: "{}", want: "VP4001" },
  { name: "two empty lines", input: "\n\n", want: "VP4001" },
  { name: "no JSON", input: "hello\nworld\n", want: "VP4001" },
  { name: "null", input: "null\nnull\n", want: "VP4001" },
  { name: "numbers", input: "1\n2\n", want: "VP4001" },
  { name: "a third line", input: `${text}\n`, want: "VP4001" },
  {
    name: "the header twice",
    input: text.split("\n")[0]?.concat("\n").repeat(2) ?? "",
    want: "VP4001",
  },
  { name: "an open string", input: `${text.slice(0, -2)}"\n`, want: "VP4001" },
  { name: "a backslash at the end", input: '"\\\n', want: "VP4001" },
  { name: "a hundred thousand brackets", input: "[".repeat(100_000), want: "VP4004" },
  { name: "deep objects", input: `${'{"a":'.repeat(10_000)}1\n`, want: "VP4004" },
  {
    name: "a prototype key",
    input: fileOf({ ...plan, timingMs: JSON.parse('{"__proto__":{"a":1}}') }),
    want: "VP4001",
  },
];

test.for(hostile)("a file of $name is refused with $want", ({ input, want }) => {
  expect(codeOf(input)).toBe(want);
});

test("decode never throws, whatever the text", () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(...text.split("\n")),
    fc.constant('{"format":"vpac.planfile/1.0"}'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const { value, diagnostics } = read(lines.join("\n"));
      expect(value === undefined).toBe(diagnostics.length > 0);
    }),
    { numRuns: 500 },
  );
});

test("the digest leaves out nothing but the cosmetic members", () => {
  const digestWith = (over: Partial<Plan>): string => digestOfPlan({ ...plan, ...over }, sha256);
  expect(digestWith({ createdAt: "2030-01-01T00:00:00Z", timingMs: { x: 1 } })).toBe(plan.digest);
  const others: readonly Partial<Plan>[] = [
    { id: "0123456789abcdef" },
    { workspace: "other" },
    { mode: "destroy" },
    { base: { ...plan.base, serial: 8 } },
    { changes: [] },
    { steps: [] },
    { policy: [] },
    { drift: [{ address: "a/b", kind: "gone", fields: [], objectId: undefined, detail: "" }] },
    { diagnostics: [{}] },
    { summary: { ...plan.summary, noop: 1 } },
    { placement: { ...plan.placement, algorithm: "other" } },
    { generator: { name: "vpac", version: "9" } },
  ];
  const digests = others.map(digestWith);
  expect(new Set([plan.digest, ...digests]).size).toBe(others.length + 1);
});
