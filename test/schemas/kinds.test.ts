import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { validate } from "../../engine/validate/validate.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { objectAt, stringAt } from "../../engine/model/json.ts";
import { defineKind } from "../../schemas/_shared/define.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";
import { documentOf } from "../support/documents.ts";
import { eachSchema, exampleOf, folders, schemaOf } from "./support.ts";

beforeAll(() => prepareKinds());

const kindOf = (document: JsonObject) => {
  const kind = kinds.find(stringAt(document, "apiVersion") ?? "", stringAt(document, "kind") ?? "");
  if (kind === undefined)
    throw new Error(`${stringAt(document, "kind") ?? "document"} is not in the registry`);
  return kind;
};

const errorsOf = (document: JsonObject) =>
  validate([documentOf(document)], { kinds }).diagnostics.filter(
    (item) => item.severity === "error",
  );

/** Fields a kind has at the top, so that one more is a mistake everywhere. */
const MISSPELLED = "spce";

function fieldFaults(schema: JsonObject, path: string): string[] {
  return ["x-vpac", "description"]
    .filter((word) => schema[word] === undefined || schema[word] === "")
    .map((word) => `${path}: no ${word}`);
}

function boundFaults(schema: JsonObject, path: string): string[] {
  const lacks = (word: string) => schema[word] === undefined;
  const types = [schema["type"]].flat();
  const isClosed = !lacks("additionalProperties");
  return [
    ...(types.includes("array") && lacks("maxItems") ? [`${path}: no maxItems`] : []),
    ...(types.includes("string") && lacks("maxLength") && lacks("enum")
      ? [`${path}: no maxLength`]
      : []),
    ...(lacks("properties") || isClosed ? [] : [`${path}: an open object with fields`]),
  ];
}

describe.for(folders)("%s", (folder) => {
  test("is a kind of the registry with a schema, an example and a page", async () => {
    const kind = kindOf(exampleOf(folder));
    const schema = await kind.loadSchema();
    expect(schema["title"]).toBe(kind.kind);
    expect(existsSync(`schemas/${folder}/README.md`)).toBe(true);
    const apis = objectAt(schema, "properties", "apiVersion")["enum"];
    const served = kind.versions.map((version) =>
      kind.group === "" ? version : `${kind.group}/${version}`,
    );
    expect(apis).toEqual(served);
  });

  test("takes its example without an error", () => {
    const errors = errorsOf(exampleOf(folder)).map((item) => [item.code, item.detail]);
    const refused = folder === "daemon-set" ? [["VP1545", expect.any(String)]] : [];
    expect(errors).toEqual(refused);
  });

  test("refuses a misspelled field, a missing name and a wrong version of the kind", () => {
    const example = exampleOf(folder);
    const codes = (document: JsonObject) => errorsOf(document).map((item) => item.code);
    expect(codes({ ...example, [MISSPELLED]: {} })).toContain("VP1503");
    expect(codes({ ...example, metadata: {} })).toContain("VP1502");
    expect(codes({ ...example, metadata: { name: 7 } })).toContain("VP1504");
    expect(codes({ ...example, apiVersion: "example.org/v9" })).toEqual(["VP1501"]);
  });

  test("normalises to the newest version, and a second time changes nothing", () => {
    const kind = kindOf(exampleOf(folder));
    const once = kind.normalise(exampleOf(folder));
    const newest = kind.group === "" ? kind.versions[0] : `${kind.group}/${kind.versions[0]}`;
    expect(once["apiVersion"]).toBe(newest);
    expect(kind.normalise(once)).toEqual(once);
    expect(kind.validate(once)).toEqual([]);
  });

  test("marks, describes and bounds every field", () => {
    const faults: string[] = [];
    eachSchema(schemaOf(folder), (schema, path, isField) => {
      if (isField) faults.push(...fieldFaults(schema, path));
      faults.push(...boundFaults(schema, path));
    });
    expect(faults).toEqual([]);
  });

  test("has only patterns that are matched in linear time, each with words", () => {
    eachSchema(schemaOf(folder), (schema, path) => {
      const pattern = schema["pattern"];
      if (typeof pattern !== "string") return;
      expect(typeof schema["x-words"], path).toBe("string");
      expect(pattern.replaceAll(/\[[^\]]*\]/g, "c"), path).not.toMatch(/[*+]/);
    });
  });

  test("names only marks that exist", () => {
    const kind = kindOf(exampleOf(folder));
    const known = new Set(["honoured", "passed-through", "warned", "refused"]);
    for (const rule of kind.marks) {
      expect(known.has(rule.mark)).toBe(true);
      expect(rule.why).not.toBe("");
    }
  });
});

test("marks follow from the schema: what is refused there is refused by the kind", () => {
  const rules = kinds.byKey("core/Pod")?.marks ?? [];
  const refused = rules.filter((rule) => rule.mark === "refused").map((rule) => rule.path);
  expect(refused).toContain("/spec/volumes/*/nfs");
  expect(refused).toContain("/spec/ephemeralContainers");
  expect(refused).toContain("/metadata/generateName");
});

test("kinds are found by key, by version and by word", () => {
  expect(kinds.byKey("core/Pod")?.short).toBe("pod");
  expect(kinds.find("v1", "Pod")?.key).toBe("core/Pod");
  expect(kinds.find("v2", "Pod")).toBeUndefined();
  expect(kinds.byWord("VirtualMachine").map((kind) => kind.key)).toEqual([
    "vmoperator.vmware.com/VirtualMachine",
  ]);
  expect(kinds.byWord("vm").map((kind) => kind.kind)).toEqual(["VirtualMachine"]);
  expect(kinds.byWord("ns").map((kind) => kind.kind)).toEqual(["Namespace", "SupervisorNamespace"]);
  expect(kinds.byWord("storagepolicies")).toHaveLength(1);
  expect(kinds.byWord("nothing")).toEqual([]);
});

test("a kind that was not prepared says so instead of passing everything", async () => {
  const kind = defineKind({
    group: "",
    kind: "Pod",
    versions: ["v1"],
    schema: () => Promise.resolve({ default: {} }),
    validator: () => import("../../schemas/pod/validate.gen.js" as string),
  });
  expect(() => kind.validate({})).toThrow("before it was prepared");
  await kind.prepare();
  expect(kind.validate({}).length).toBeGreaterThan(0);
});

test("generated files are up to date", async () => {
  const generator = "../../tools/generate-schemas.mjs";
  const { files } = (await import(generator)) as { files: () => [string, string][] };
  const stale = files().filter(([path, text]) => readFileSync(path, "utf8") !== text);
  expect(stale.map(([path]) => path)).toEqual([]);
});

test("kinds made by the engine have no documents", () => {
  const result = validate(
    [
      documentOf({
        apiVersion: "vpac.dev/v1alpha1",
        kind: "ResourcePool",
        metadata: { name: "x" },
      }),
    ],
    { kinds },
  );
  expect(result.diagnostics.map((item) => item.code)).toEqual(["VP1512"]);
});
