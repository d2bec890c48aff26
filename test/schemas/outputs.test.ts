import { readdirSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { EXIT_CODES, exitOf } from "../../cli/exit.ts";
import { documentOf } from "../../cli/views/json/document.ts";
import { diagnosticsDocument } from "../../cli/views/json/diagnostics.ts";
import { MESSAGE_TYPES, messageWriter } from "../../cli/views/json/messages.ts";
import { OUTPUT_SCHEMAS } from "../../cli/wiring/output-schemas.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { validate } from "../../engine/validate/validate.ts";
import { kinds } from "../../schemas/index.ts";
import { documentOf as sourceOf } from "../support/documents.ts";

const outputSchema = async (name: string) =>
  (await OUTPUT_SCHEMAS.get(name)?.()) as JsonObject | undefined;

/** The faults of a document against the schema of that name. */
async function faultsOf(name: string, value: unknown): Promise<unknown> {
  const schema = await outputSchema(name);
  if (schema === undefined) throw new Error(`no output schema ${name}`);
  const check = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
  const plain: unknown = JSON.parse(JSON.stringify(value));
  return check(plain) ? [] : check.errors;
}

test("every output schema is listed, compiles, and leaves room for more keys", async () => {
  const files = readdirSync("schemas/output").map((file) => file.replace(".v1.schema.json", ""));
  expect([...OUTPUT_SCHEMAS.keys()].sort()).toEqual(files.sort());
  for (const name of OUTPUT_SCHEMAS.keys()) {
    const schema = (await outputSchema(name)) ?? {};
    expect(() => new Ajv2020({ strict: true }).compile(schema), name).not.toThrow();
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  }
});

describe("documents that are printed fit their schema", () => {
  test("diagnostics", async () => {
    const { diagnostics } = validate([sourceOf({ apiVersion: "v1", kind: "Pood" })], { kinds });
    const document = diagnosticsDocument(diagnostics, exitOf(65));
    expect(await faultsOf("diagnostics", document)).toEqual([]);
  });

  test("exit codes", async () => {
    const document = documentOf("exit-codes", { items: EXIT_CODES }, exitOf(0));
    expect(await faultsOf("exit-codes", document)).toEqual([]);
  });

  test("events", async () => {
    const writer = messageWriter(
      () => 0,
      () => "r-1",
    );
    const line = writer.line({ type: "checkpoint", serial: 4 });
    for (const text of [writer.version("0.1.0"), line ?? "", writer.end("done", {})]) {
      expect(await faultsOf("events", JSON.parse(text))).toEqual([]);
    }
  });
});

test("a document that is not what it says is told apart", async () => {
  const wrong = documentOf("diagnostics", { valid: "yes" });
  expect(await faultsOf("diagnostics", wrong)).not.toEqual([]);
  expect(await faultsOf("plan", wrong)).not.toEqual([]);
});

test("the schema of events knows exactly the types that are written", async () => {
  const known = member(await outputSchema("events"), "properties", "type", "enum");
  expect([...(known as string[])].sort()).toEqual([...MESSAGE_TYPES].sort());
});
