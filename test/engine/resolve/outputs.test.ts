import { beforeAll, describe, expect, test } from "vitest";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const CLUSTER = `---
{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {providers: [{name: sim, type: esxi-sim}, {name: guests, type: cluster-api, flavour: in-memory}]}}
---
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, annotations: {vpac.dev/provider: guests}}
spec: {topology: {controlPlane: {replicas: 1, vmClass: best-effort-small, tkr: {reference: {name: v1.36.0}}}}}
`;
const taker = (from: string): string => `---
apiVersion: v1
kind: ConfigMap
metadata: {name: where, annotations: {vpac.dev/from: "${from}"}}
data: {note: kept}
`;
const pod = (from: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {vpac.dev/from: "${from}"}}
spec: {containers: [{name: c, image: "i:1", env: [{name: API}]}]}
`;
const machine = (from: string): string => `---
apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: db, annotations: {vpac.dev/from: "${from}"}}
spec: {className: best-effort-small, imageName: i, bootstrap: {cloudInit: {instanceID: a}}}
`;
const problems = ({ diagnostics }: ResolveResult) =>
  diagnostics.filter(({ severity }) => severity === "error");
const ENDPOINT = "tkc/default/dev:endpoint";

describe("a value that is known after apply", () => {
  test("stands in the field, orders the taker, and is told apart from data", () => {
    const result = resolveText(CLUSTER + taker(`/data/endpoint=${ENDPOINT}`));
    expect(problems(result)).toEqual([]);
    expect(result.value.resources.get("configmap/default/where")).toMatchObject({
      attributes: {
        data: {
          note: "kept",
          endpoint: { unknownUntil: "apply", from: "tkc/default/dev", output: "endpoint" },
        },
      },
      takesFrom: ["tkc/default/dev"],
      dependsOn: ["tkc/default/dev"],
    });
  });

  test("may stand deep inside, in a list", () => {
    const result = resolveText(CLUSTER + pod(`/spec/containers/0/env/0/value=${ENDPOINT}`));
    expect(problems(result)).toEqual([]);
    expect(result.value.resources.get("pod/default/web")).toMatchObject({
      takesFrom: ["tkc/default/dev"],
    });
  });

  const wrong = [
    ["an unknown address", taker("/data/a=tkc/default/dve:endpoint"), "no document declares"],
    ["an unknown output", taker("/data/a=tkc/default/dev:endpont"), 'no output "endpont"'],
    ["an output of what has none", taker("/data/a=configmap/default/where:x"), 'no output "x"'],
    ["no output", taker("/data/a=tkc/default/dev"), "says not what is taken"],
    ["no pointer", taker(ENDPOINT), "says not what is taken"],
    ["a field that the kind has not", pod(`/spec/hostnme=${ENDPOINT}`), "has no such field"],
    ["a way through a value", taker(`/data/note/x=${ENDPOINT}`), "leads through a value"],
    ["a place past a list", pod(`/spec/containers/3/image=${ENDPOINT}`), "past the end of a list"],
    ["a field that is no text", pod(`/spec/hostNetwork=${ENDPOINT}`), "does not take a text"],
    ["the name of another", machine(`/spec/className=${ENDPOINT}`), "names another resource"],
    ["identity", taker(`/metadata/name=${ENDPOINT}`), "only fields of spec and data"],
    [
      "a secret field",
      machine(`/spec/bootstrap/cloudInit/cloudConfig/timezone=${ENDPOINT}`),
      "is a secret",
    ],
  ] as const;
  test.for(wrong)("cannot be %s", ([, text, detail]) => {
    const found = problems(resolveText(CLUSTER + text)).filter(({ code }) => code === "VP2029");
    expect(found).toMatchObject([{ source: { pointer: "/metadata/annotations/vpac.dev~1from" } }]);
    expect(found[0]?.detail).toContain(detail);
  });
});
