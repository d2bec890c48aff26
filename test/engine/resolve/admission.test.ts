import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { join } from "./documents.ts";
import { errors } from "./results.ts";
import { pod, vm } from "./workload-documents.ts";

beforeAll(() => prepareKinds());

const quota = (hard: string): string =>
  `{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: ${hard}}}`;
const supervised = (spec: string): string =>
  `{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: default}, spec: ${spec}}`;
const claim = (name: string, size: string, policy: string): string =>
  `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ${name}}, spec: {accessModes: [ReadWriteOnce], storageClassName: ${policy}, resources: {requests: {storage: ${size}}}}}`;

describe("quotas", () => {
  const HALF = "{requests: {cpu: 600m, memory: 1Gi}}";
  const cases: readonly { name: string; text: string; says: string; address: string }[] = [
    {
      name: "N03: a Pod over requests.cpu",
      text: join(pod("a", HALF), pod("b", HALF), quota('{requests.cpu: "1"}')),
      says: "600m used + 600m asked > 1",
      address: "pod/default/b",
    },
    {
      name: "N03: one Pod too many",
      text: join(pod("a"), pod("b"), pod("c"), quota("{pods: 2}")),
      says: "2 used + 1 asked > 2",
      address: "pod/default/c",
    },
    {
      name: "N03: one object too many of any kind",
      text: join(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}",
        quota("{configmaps: 1}"),
      ),
      says: "1 used + 1 asked > 1",
      address: "configmap/default/b",
    },
    {
      name: "N03: claims over requests.storage",
      text: join(
        claim("a", "6Gi", "gold"),
        claim("b", "6Gi", "gold"),
        quota("{requests.storage: 10Gi}"),
      ),
      says: "6Gi used + 6Gi asked > 10Gi",
      address: "vol/default/b",
    },
    {
      name: "N03: claims over the grant of their policy",
      text: join(
        supervised("{storage: [{policy: gold, limit: 10Gi}]}"),
        claim("a", "6Gi", "gold"),
        claim("b", "6Gi", "gold"),
      ),
      says: "6Gi used + 6Gi asked > 10Gi",
      address: "vol/default/b",
    },
    {
      name: "N03: reservations over the pool's limit, VMs included",
      text: join(
        supervised('{limits: {cpu: "3"}}'),
        vm("a", "className: guaranteed-small"),
        vm("b", "className: guaranteed-small"),
      ),
      says: "2 used + 2 asked > 3",
      address: "vm/default/b",
    },
    {
      name: "N03: counts of a SupervisorNamespace",
      text: join(supervised("{counts: {pods: 1}}"), pod("a"), pod("b")),
      says: "1 used + 1 asked > 1",
      address: "pod/default/b",
    },
  ];
  test.for(cases)("$name", ({ text, says, address }) => {
    const found = errors(text);
    expect(found.map(({ code, address: where }) => [code, where])).toEqual([["VP2007", address]]);
    expect(found[0]?.detail).toContain(says);
  });

  test("N03: exactly at the limit is within it", () => {
    expect(
      errors(join(pod("a", HALF), pod("b", HALF), quota("{requests.cpu: 1200m, pods: 2}"))),
    ).toEqual([]);
  });

  test("with a quota on an amount every Pod has to state it", () => {
    const [first] = errors(join(pod("a"), quota("{limits.memory: 1Gi}")));
    expect(first).toMatchObject({ code: "VP2008", address: "pod/default/a" });
  });

  test("a quota for BestEffort Pods counts these alone", () => {
    const scoped =
      "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: 1}, scopes: [BestEffort]}}";
    expect(errors(join(pod("a", HALF), pod("b", HALF), pod("c"), scoped))).toEqual([]);
    expect(errors(join(pod("a"), pod("b"), scoped))).toHaveLength(1);
  });

  test("a VM that is off reserves nothing of the pool", () => {
    const off = vm("b", "className: guaranteed-small, powerState: PoweredOff");
    expect(
      errors(join(supervised('{limits: {cpu: "3"}}'), vm("a", "className: guaranteed-small"), off)),
    ).toEqual([]);
  });
});

describe("grants", () => {
  const POLICY =
    "{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {displayName: Gold Policy 1}}";
  test("N07: a claim with a policy that is not granted is refused", () => {
    const [first] = errors(
      join(supervised("{storage: [{policy: gold}]}"), claim("a", "1Gi", "silver")),
    );
    expect(first).toMatchObject({ code: "VP2009", source: { pointer: "/spec/storageClassName" } });
  });

  test("N07: so is a VM", () => {
    const found = errors(
      join(
        supervised("{storage: [{policy: gold}]}"),
        vm("v", "className: best-effort-small, storageClass: silver"),
      ),
    );
    expect(found.map(({ code }) => code)).toEqual(["VP2009"]);
  });

  test("N07, G03: a granted policy goes by its own and by its class's name", () => {
    const space = supervised("{storage: [{policy: gold}]}");
    expect(errors(join(POLICY, space, claim("a", "1Gi", "gold")))).toEqual([]);
    expect(errors(join(POLICY, space, claim("a", "1Gi", "gold-policy-1")))).toEqual([]);
  });

  test("N07: a namespace that grants nothing in particular allows everything", () => {
    expect(errors(join(supervised("{}"), claim("a", "1Gi", "silver")))).toEqual([]);
  });

  test("a VM class that is not granted is refused", () => {
    const [first] = errors(
      join(supervised("{vmClasses: [best-effort-small]}"), vm("v", "className: guaranteed-large")),
    );
    expect(first).toMatchObject({ code: "VP2010", help: ["use one of: best-effort-small"] });
  });
});

describe("address ranges", () => {
  const supervisor =
    "{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {networks: {management: {segment: m}, workload: {provider: nsx, podCIDRs: [10.244.0.0/20], serviceCIDR: 10.96.0.0/20}}}}";
  const segment = (cidr: string): string =>
    `{apiVersion: vpac.dev/v1alpha1, kind: Segment, metadata: {name: m}, spec: {cidrs: [${cidr}]}}`;
  const guest = (network: string): string =>
    `{apiVersion: run.tanzu.vmware.com/v1alpha3, kind: TanzuKubernetesCluster, metadata: {name: g}, spec: {settings: {network: ${network}}, topology: {controlPlane: {replicas: 1, vmClass: best-effort-small, storageClass: x, tkr: {reference: {name: v1.33.1}}}}}}`;
  const overlapping = (text: string): [string, string][] =>
    resolveText(text)
      .diagnostics.filter(({ code }) => code === "VP2012")
      .map(({ severity, detail }) => [severity, detail]);

  test("a segment inside the Pod ranges is a warning", () => {
    const found = overlapping(join(supervisor, segment("10.244.8.0/24")));
    expect(found).toHaveLength(1);
    expect(found[0]?.[0]).toBe("warning");
  });

  test("the standard Pod range of guest clusters collides with a management network", () => {
    const found = overlapping(join(segment("192.168.10.0/24"), guest("{}")));
    expect(found[0]?.[1]).toContain("192.168.0.0/16");
  });

  test("Pods and services of one document that overlap are an error", () => {
    const own = guest("{pods: {cidrBlocks: [10.0.0.0/8]}, services: {cidrBlocks: [10.98.0.0/16]}}");
    expect(overlapping(own).map(([severity]) => severity)).toEqual(["error"]);
  });

  test("ranges side by side are silent, and guests do not see each other", () => {
    const one = guest("{services: {cidrBlocks: [10.100.0.0/16]}}");
    const other = one.replace("name: g", "name: h");
    expect(overlapping(join(supervisor, segment("10.1.0.0/24"), one, other))).toEqual([]);
  });
});
