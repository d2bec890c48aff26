import { describe, expect, test } from "vitest";
import { type FieldDocs, fieldDocs, type MissingField } from "../../schemas/docs.ts";
import { kinds } from "../../schemas/index.ts";

async function docs(word: string, ...path: string[]): Promise<FieldDocs> {
  const found = await lookUp(word, ...path);
  if ("missing" in found) throw new Error(`no field ${found.missing}`);
  return found;
}

async function lookUp(word: string, ...path: string[]): Promise<FieldDocs | MissingField> {
  const [kind] = kinds.byWord(word);
  if (kind === undefined) throw new Error(`no kind ${word}`);
  return await fieldDocs(kind, path);
}

describe("the documentation of a field", () => {
  test("tells type, meaning, version and the fields below", async () => {
    const found = await docs("vm", "spec", "cpuAdvanced");
    expect(found).toMatchObject({
      name: "cpuAdvanced",
      path: ["spec", "cpuAdvanced"],
      type: "object",
      required: false,
      since: "v1alpha6",
      marks: { "*": "honoured" },
    });
    expect(found.children.map((child) => child.name)).toContain("latencySensitivity");
    expect(
      found.children.find((child) => child.name === "performanceCountersEnabled")?.marks,
    ).toEqual({ "*": "passed-through" });
  });

  test("passes through lists and shared parts", async () => {
    const want = { name: "cpu", type: "CPU amount", required: false };
    const path = ["spec", "containers", "resources", "requests", "cpu"];
    expect(await docs("pod", ...path)).toMatchObject(want);
    expect(await docs("pod", "spec", "containers", "0", ...path.slice(2))).toMatchObject(want);
    expect(await docs("pod", "spec", "containers", "[]", ...path.slice(2))).toMatchObject(want);
  });

  test("tells defaults, allowed values, forms and bounds", async () => {
    const policy = await docs("pod", "spec", "restartPolicy");
    expect(policy.default).toBe("Always");
    expect(policy.enum).toEqual(["Always", "OnFailure", "Never"]);
    expect((await docs("host", "spec", "cpu", "mhz")).minimum).toBe(100);
    expect((await docs("pod", "metadata", "name")).form).toContain("lower-case");
    expect((await docs("pod", "spec", "containers")).type).toBe("list of objects");
    expect((await docs("pod", "spec", "nodeSelector")).type).toBe("map of text");
    expect((await docs("pod", "spec", "containers")).required).toBe(true);
  });

  test("tells why a type of provider does otherwise", async () => {
    const found = await docs("vm", "spec", "volumes");
    expect(found.marks).toEqual({ "*": "honoured", libvirt: "refused" });
    expect(found.reasons).toEqual({ libvirt: expect.stringContaining("disk of their image") });
  });

  test("of the kind itself is its description and its fields", async () => {
    const found = await docs("ns");
    expect(found.name).toBe("Namespace");
    expect(found.description).toContain("room");
    expect(found.children.map((child) => child.name)).toContain("metadata");
  });

  test("of an unknown field says how far the path leads and what is there", async () => {
    expect(await lookUp("vm", "spec", "imagName", "x")).toEqual({
      missing: "imagName",
      path: ["spec"],
      known: expect.arrayContaining(["imageName"]),
    });
    expect(await lookUp("vm", "spec", "className", "x")).toMatchObject({ missing: "x", known: [] });
  });
});
