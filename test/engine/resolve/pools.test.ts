import { beforeAll, describe, expect, test } from "vitest";
import type { PoolLimits } from "../../../engine/model/desired.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const supervisor = (scheduling: string): string => `---
apiVersion: vpac.dev/v1alpha1
kind: Supervisor
metadata: {name: sup-1}
spec:
  cluster: c1
  networks: {management: {segment: mgmt}, workload: {provider: nsx, podCIDRs: [10.244.0.0/20]}}
  scheduling: ${scheduling}
`;
const namespace = (spec: string): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: shop}, spec: ${spec}}\n`;
const policy = (pool: string): string =>
  `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachineSetResourcePolicy, metadata: {name: batch, namespace: shop}, spec: {resourcePool: ${pool}}}\n`;
const machine = (reserved: string): string =>
  `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop}, spec: {className: best-effort-small, reserved: ${reserved}}}\n`;

const poolsOf = (text: string): readonly PoolLimits[] => resolveText(text).value.pools;
const GIB = 2 ** 30;

describe("reservations of a namespace", () => {
  test("are kept by its pool, which expands unless it says otherwise", () => {
    const [pool] = poolsOf(namespace('{reservations: {cpu: "4", memory: 8Gi}}'));
    expect(pool?.reservation).toEqual({ cpuMillicores: 4000, memoryBytes: 8 * GIB });
    expect(pool?.isExpandable).toBeUndefined();
  });

  test("may be all that is reserved in it", () => {
    const [pool] = poolsOf(namespace('{reservations: {cpu: "4", expandable: false}}'));
    expect(pool).toMatchObject({
      reservation: { cpuMillicores: 4000, memoryBytes: 0 },
      isExpandable: false,
    });
  });

  test("a namespace that reserves nothing says nothing", () => {
    expect(poolsOf(namespace("{}"))[0]).not.toHaveProperty("reservation");
  });

  test("above the limit are refused with both figures", () => {
    const { diagnostics } = resolveText(
      namespace("{reservations: {memory: 64Gi}, limits: {memory: 32Gi}}"),
    );
    expect(diagnostics).toMatchObject([
      {
        code: "VP2031",
        detail: 'The SupervisorNamespace "shop" reserves 64Gi of memory, and its limit is 32Gi.',
      },
    ]);
  });
});

describe("D20, N15: scalable shares", () => {
  test.for([
    { scheduling: "{}", scaled: true },
    { scheduling: "{scaleShares: true}", scaled: true },
    { scheduling: "{scaleShares: false}", scaled: undefined },
  ])("$scheduling of the Supervisor: $scaled", ({ scheduling, scaled }) => {
    const [pool] = poolsOf(supervisor(scheduling) + namespace("{shares: high}"));
    expect(pool).toMatchObject({ shares: "high", cluster: "c1" });
    expect(pool?.hasScalableShares).toBe(scaled);
  });
});

describe("pools inside of a namespace", () => {
  const text = namespace("{}") + policy('{name: b, limits: {cpu: "8"}, reservations: {cpu: "2"}}');

  test("a resource policy makes one, below that of the namespace", () => {
    expect(poolsOf(text)).toMatchObject([
      { address: "pool/shop" },
      {
        address: "pool/shop/batch",
        parent: "pool/shop",
        cpuMillicoresLimit: 8000,
        reservation: { cpuMillicores: 2000, memoryBytes: 0 },
      },
    ]);
  });

  test("the VMs that name the policy run in it, others in the namespace's", () => {
    const poolOf = (reserved: string): unknown =>
      resolveText(text + machine(reserved)).value.resources.get("vm/shop/db")?.workload?.pool;
    expect(poolOf("{resourcePolicyName: batch}")).toBe("pool/shop/batch");
    expect(poolOf("{resourcePolicyName: unknown}")).toBe("pool/shop");
    expect(poolOf("{}")).toBe("pool/shop");
  });

  test("together they keep no more than a namespace that does not expand", () => {
    const { diagnostics } = resolveText(
      namespace('{reservations: {cpu: "1", expandable: false}}') +
        policy('{reservations: {cpu: "2"}}'),
    );
    expect(diagnostics.map(({ code, detail }) => [code, detail])).toEqual([
      [
        "VP2031",
        'The pools in the SupervisorNamespace "shop" reserve 2 of cpu, and it has 1 and ' +
          "does not expand.",
      ],
    ]);
  });
});
