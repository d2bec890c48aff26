import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import { CODES } from "../../../engine/validate/codes.ts";
import { validate } from "../../../engine/validate/validate.ts";
import { kinds, prepareKinds } from "../../../schemas/index.ts";
import { documentOf, documentsOf } from "../../support/documents.ts";
import { containers, judge, pod, told } from "./judged.ts";

beforeAll(() => prepareKinds());

describe("rules between documents", () => {
  test("two documents of one address: the second is told, the first is related", () => {
    const result = judge(
      `${pod(containers(""))}---\n${pod(containers(""), "{name: web, namespace: default}")}`,
    );
    expect(result.diagnostics.map(told)).toEqual([
      { code: "VP1530", at: "1/metadata/name value", help: "rename one of the two, or remove one" },
    ]);
    expect(result.diagnostics[0]?.related?.[0]?.source).toMatchObject({ document: 0 });
  });

  test("the same name in two namespaces, or as Namespace and SupervisorNamespace, is fine", () => {
    const namespaces =
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: vpac.dev/v1alpha1\nkind: SupervisorNamespace\nmetadata: {name: shop}\n---\n";
    const pods = `${pod(containers(""))}---\n${pod(containers(""), "{name: web, namespace: shop}")}`;
    expect(judge(namespaces + pods).diagnostics).toEqual([]);
  });

  const supervisor = (name: string, spec: string): string =>
    `apiVersion: vpac.dev/v1alpha1\nkind: Supervisor\nmetadata: {name: ${name}}\nspec: ${spec}\n---\n`;

  test("V07: a second Supervisor on the same cluster is refused", () => {
    const both = supervisor("a", "{cluster: c1}") + supervisor("b", "{cluster: c1}");
    const apart = supervisor("a", "{cluster: c1}") + supervisor("b", "{cluster: c2}");
    expect(judge(both).diagnostics.map((item) => [item.code, item.address])).toEqual([
      ["VP1531", "supervisor/b"],
    ]);
    expect(judge(apart).diagnostics).toEqual([]);
  });

  test("a second Environment is refused", () => {
    const one = (name: string) =>
      `apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: ${name}}\n---\n`;
    expect(judge(one("a") + one("b")).diagnostics.map((item) => item.code)).toEqual(["VP1532"]);
  });

  test("a namespace on a kind that has none is refused", () => {
    const yaml =
      "apiVersion: vpac.dev/v1alpha1\nkind: Segment\nmetadata: {name: a, namespace: shop}";
    expect(judge(yaml).diagnostics.map(told)).toEqual([
      { code: "VP1533", at: "0/metadata/namespace value", help: "remove metadata.namespace" },
    ]);
  });

  test("namespaces of the platform cannot be declared", () => {
    const yaml = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}";
    expect(judge(yaml).diagnostics.map((item) => item.code)).toEqual(["VP1534"]);
  });

  test("W03, X08: vSphere Pods need NSX; VMs do not", () => {
    const world = (provider: string): string =>
      `${supervisor("s", `{networks: {workload: {provider: ${provider}}}}`)}apiVersion: vpac.dev/v1alpha1\nkind: SupervisorNamespace\nmetadata: {name: shop}\n---\n`;
    const inShop = pod(containers(""), "{name: web, namespace: shop}");
    const virtlet = pod(
      "{containers: [{name: a, image: virtlet.cloud/b}]}",
      "{name: vm, namespace: shop, annotations: {kubernetes.io/target-runtime: virtlet.cloud}}",
    );
    expect(judge(world("vds") + inShop).diagnostics.map((item) => item.code)).toEqual(["VP1535"]);
    expect(judge(world("nsx") + inShop).diagnostics).toEqual([]);
    expect(judge(world("vds") + virtlet).diagnostics).toEqual([]);
  });

  test("a status is ignored and told once", () => {
    const one = (name: string) =>
      `${pod(containers(""), `{name: ${name}}`)}status: {phase: Running}\n---\n`;
    const found = judge(one("a") + one("b") + one("c")).diagnostics;
    expect(found.map((item) => [item.code, item.severity, item.source?.document])).toEqual([
      ["VP1522", "warning", 0],
    ]);
    expect(found[0]?.detail).toContain("2 more documents");
  });
});

describe("the result", () => {
  test("has one spec per good document, with name, namespace and key of the kind", () => {
    const documents = documentsOf(`${pod(containers(""))}---\n${pod("{}", "{name: bad}")}`);
    const read = documents.map((document) => ({ ...document, readOnly: true }));
    const { value } = validate(read, { kinds });
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({
      kindKey: "core/Pod",
      apiVersion: "v1",
      kind: "Pod",
      name: "web",
      namespace: "default",
      readOnly: true,
    });
  });

  test("does not depend on the order of documents", () => {
    const documents = documentsOf(
      [pod("{}"), pod(containers(""), "{name: web}"), pod(containers("x: 1"))].join("---\n"),
    );
    const forward = validate(documents, { kinds }).diagnostics;
    const backward = validate([...documents].reverse(), { kinds }).diagnostics;
    expect(forward.length).toBeGreaterThan(2);
    expect(backward).toEqual(forward);
  });

  test("does not change what it is given", () => {
    const value: JsonObject = JSON.parse(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"hostname":null,"containers":[{"name":"a","image":"b"}]}}',
    ) as JsonObject;
    const before = JSON.stringify(value);
    validate([documentOf(value)], { kinds });
    expect(JSON.stringify(value)).toBe(before);
  });
});

describe("the catalogue", () => {
  const entries = Object.values(CODES);

  test("has unique codes of this room, in words of the house", () => {
    const codes = entries.map((entry) => entry.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const entry of entries) {
      expect(Number(entry.code.slice(2))).toBeGreaterThanOrEqual(1500);
      expect(Number(entry.code.slice(2))).toBeLessThan(2000);
      expect(entry.summary).not.toMatch(/[.!]$|please|unable/i);
      expect(entry.explanation).toMatch(/\.$/);
      expect(entry.example.wrong).not.toBe(entry.example.right);
    }
  });
});
