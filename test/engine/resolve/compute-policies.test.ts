import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const VM =
  "---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop, labels: {app: db, tier: gold}}, spec: {className: best-effort-small, imageName: debian, guestID: ubuntu64Guest, policies: [{name: named}]}}\n";
const POD =
  "---\n{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}\n";
const IMAGE =
  "---\n{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: debian, labels: {os: linux}}, spec: {source: debian.qcow2, format: qcow2}}\n";
const policy = (spec: string, name = "p", namespace = "shop"): string =>
  `---\n{apiVersion: vsphere.policy.vmware.com/v1alpha1, kind: ComputePolicy, metadata: {name: ${name}, namespace: ${namespace}}, spec: {tags: [licensed], ${spec}}}\n`;

const labelsOf = (text: string, address: "vm/shop/db" | "pod/shop/web"): unknown => {
  const { resources } = resolveText(VM + POD + IMAGE + text).value;
  return resources.get(address)?.attributes["metadata"];
};
/** Addresses of what has the tag. */
const tagged = (text: string): readonly string[] =>
  (["vm/shop/db", "pod/shop/web"] as const).filter((address) =>
    JSON.stringify(labelsOf(text, address)).includes('"tag.vpac.dev/licensed":"true"'),
  );

const BOTH = ["vm/shop/db", "pod/shop/web"];
const DB = ["vm/shop/db"];
const NOBODY: readonly string[] = [];
const label = (key: string, value: string): string =>
  `workload: {labels: [{key: ${key}, operator: In, values: [${value}]}]}`;

describe("a compute policy gives its tags", () => {
  const cases: readonly (readonly [name: string, spec: string, want: readonly string[]])[] = [
    ["to everything in its namespace where it matches nothing in particular", "", BOTH],
    ["by the labels of the workload", `match: {${label("app", "db")}}`, DB],
    ["by the name of the image", "match: {image: {name: {value: debian}}}", DB],
    [
      "to what has another image, or none that is known",
      "match: {image: {name: {op: NotEqual, value: debian}}}",
      ["pod/shop/web"],
    ],
    ["by the labels of the image", "match: {image: {labels: [{key: os, operator: Exists}]}}", DB],
    ["by the guest", "match: {workload: {guest: {guestID: {value: ubuntu64Guest}}}}", DB],
    ["by its family", "match: {workload: {guest: {guestFamily: {value: Linux}}}}", DB],
    [
      "not to another family",
      "match: {workload: {guest: {guestFamily: {value: Windows}}}}",
      NOBODY,
    ],
    [
      "where all of several matchers hold",
      `match: {match: [{${label("app", "db")}}, {${label("tier", "gold")}}]}`,
      DB,
    ],
    [
      "not where one of them does not",
      `match: {match: [{${label("app", "db")}}, {${label("tier", "iron")}}]}`,
      NOBODY,
    ],
    [
      "where one of several does, if that is enough",
      `match: {operation: Or, match: [{${label("app", "web")}}, {${label("tier", "gold")}}]}`,
      BOTH,
    ],
    [
      "and where the image matches as well, however the others are combined",
      `match: {operation: Or, match: [{${label("app", "web")}}, {${label("tier", "gold")}}], image: {name: {value: debian}}}`,
      DB,
    ],
    ["to nobody who does not name it, where it is Optional", "enforcementMode: Optional", NOBODY],
  ];
  test.for(cases)("%s", ([, spec, want]) => expect(tagged(policy(spec))).toEqual(want));

  test("to VMs that name it, where it is Optional", () => {
    expect(tagged(policy("enforcementMode: Optional", "named"))).toEqual(DB);
  });

  test("to nobody in another namespace", () => {
    expect(tagged(policy("", "p", "other"))).toEqual(NOBODY);
  });

  test("so that a rule selects by them", () => {
    const rule =
      "---\n{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: r, namespace: shop}, spec: {type: on-hosts, hosts: {names: [esx-1]}, select: {matchLabels: {tag.vpac.dev/licensed: 'true'}}}}\n";
    const text = VM + POD + IMAGE + policy(`match: {${label("app", "db")}}`) + rule;
    const { resources } = resolveText(text).value;
    const required = (address: "vm/shop/db" | "pod/shop/web"): number | undefined =>
      resources.get(address)?.workload?.scheduling.nodeAffinity.required?.length;
    expect([required("vm/shop/db"), required("pod/shop/web")]).toEqual([1, undefined]);
  });
});
