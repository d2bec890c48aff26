import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const host = (name: string, lists: string): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: ${name}}, spec: {cpu: {coresPerSocket: 8}, memory: 64Gi${lists}}}\n`;
const datastore = (name: string, tier: string): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Datastore, metadata: {name: ${name}, labels: {tier: ${tier}}}, spec: {type: vmfs}}\n`;
const GOLD =
  "---\n{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {datastores: {matchLabels: {tier: gold}}}}\n";
const vm = (storageClass: string): string =>
  `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop}, spec: {className: best-effort-small, storageClass: ${storageClass}}}\n`;

const datastoresOf = (text: string): readonly string[] | undefined =>
  resolveText(text).value.resources.get("vm/shop/db")?.workload?.scheduling.datastores;

describe("D17: which datastores and networks hosts reach", () => {
  const hosts = host("a", ", datastores: [fast], networks: [dmz]") + host("b", "");

  test("a host that lists none reaches all that others list", () => {
    const { resources } = resolveText(hosts).value;
    expect(resources.get("host/a")?.host).toMatchObject({
      datastores: ["fast"],
      networks: ["dmz"],
    });
    expect(resources.get("host/b")?.host).toMatchObject({
      datastores: ["fast"],
      networks: ["dmz"],
    });
  });

  test("where nobody lists any, nothing is limited", () => {
    const { resources } = resolveText(host("a", "") + host("b", "")).value;
    expect(resources.get("host/b")?.host).toMatchObject({ datastores: [], networks: [] });
  });

  test("the one datastore that fits a storage policy has to be reached", () => {
    const text = hosts + GOLD + datastore("fast", "gold") + datastore("slow", "iron");
    expect(datastoresOf(text + vm("gold"))).toEqual(["fast"]);
    expect(datastoresOf(text + vm("iron"))).toEqual([]);
  });

  test("several that fit limit no host, and neither does one that every host reaches", () => {
    const two = GOLD + datastore("fast", "gold") + datastore("other", "gold");
    expect(datastoresOf(hosts + two + vm("gold"))).toEqual([]);
    const free = host("a", "") + GOLD + datastore("fast", "gold");
    expect(datastoresOf(free + vm("gold"))).toEqual([]);
  });
});
