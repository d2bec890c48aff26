import { existsSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { validate } from "../../engine/validate/validate.ts";
import { stringAt } from "../../engine/model/json.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";
import { documentsOf } from "../support/documents.ts";

beforeAll(() => prepareKinds());

const pods = documentsOf(readFileSync("test/schemas/fixtures/pods.yaml", "utf8"));

const judge = (documents: ReturnType<typeof documentsOf>) => validate(documents, { kinds });

test("S17: the corpus has thirty Pods", () => {
  expect(pods).toHaveLength(30);
});

test.for(pods.map((pod) => ({ name: stringAt(pod.value, "metadata", "name") ?? "", pod })))(
  "S17: Pod $name is taken without edits",
  ({ pod }) => {
    const result = judge([pod]);
    const errors = result.diagnostics.filter((item) => item.severity === "error");
    expect(errors).toEqual([]);
    expect(result.value).toHaveLength(1);
  },
);

test("S17: what a vSphere Pod ignores is a warning", () => {
  const warned = judge(pods).diagnostics.map((item) => item.source?.pointer);
  expect(warned).toContain("/spec/hostNetwork");
  expect(warned).toContain("/spec/containers/0/ports/0/hostPort");
});

test("the example of every own kind and its neighbours validates as one project", () => {
  const text = readFileSync("test/schemas/fixtures/project.yaml", "utf8");
  const documents = documentsOf(text);
  const result = judge(documents);
  expect(result.diagnostics).toEqual([]);
  expect(result.value).toHaveLength(documents.length);
  expect(new Set(result.value.map((spec) => spec.kindKey)).size).toBeGreaterThan(12);
});

/** Folder with manifests of other projects; they are not part of this repository. */
const data = process.env["VPAC_DATA"];
const folder = data === undefined ? undefined : `${data}/manifests`;
const real = ["kubernetes-examples-guestbook.yaml", "vm-operator-example.yaml"];

test.for(real)("S17: the published manifest %s validates (needs VPAC_DATA)", (name, { skip }) => {
  if (folder === undefined || !existsSync(folder)) {
    skip("VPAC_DATA does not name a folder with manifests/");
    return;
  }
  const documents = documentsOf(readFileSync(`${folder}/${name}`, "utf8"), name);
  const errors = judge(documents).diagnostics.filter((item) => item.severity === "error");
  expect(documents.length).toBeGreaterThan(0);
  expect(errors).toEqual([]);
});
