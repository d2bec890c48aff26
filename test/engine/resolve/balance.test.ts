import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const environment = (placement: string): string =>
  `{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {placement: ${placement}}}`;
const namespace = (drs: string): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: shop}, spec: {policies: {drs: ${drs}}}}\n`;

describe("balance", () => {
  test("nothing moves to even the load unless the documents say so", () => {
    expect(resolveText(environment("{}")).value.balance).toEqual({
      automation: "off",
      threshold: 3,
      movesMax: undefined,
      goal: "spread",
      namespaces: new Map(),
    });
  });

  test("the Environment says who decides, how eager, how many and what for", () => {
    const text = environment("{balance: full, threshold: 5, movesMax: 8, goal: pack}");
    expect(resolveText(text).value.balance).toMatchObject({
      automation: "full",
      threshold: 5,
      movesMax: 8,
      goal: "pack",
    });
  });

  test("N05: a namespace says otherwise for what runs in it", () => {
    const text = `${environment("{balance: full}")}\n${namespace("{automation: manual, threshold: 1}")}`;
    expect(resolveText(text).value.balance?.namespaces).toEqual(
      new Map([["shop", { automation: "manual", threshold: 1 }]]),
    );
  });

  test("N05: a namespace without such a policy says nothing", () => {
    expect(resolveText(namespace("{}")).value.balance?.namespaces.size).toBe(0);
  });
});

test.for([
  ["nothing where the documents say nothing", "{}", undefined],
  [
    "both limits",
    "{migration: {movesPerHostMax: 8, movesPerDatastoreMax: 16}}",
    { movesPerHostMax: 8, movesPerDatastoreMax: 16 },
  ],
  [
    "one limit, and the other as by default",
    "{migration: {movesPerHostMax: 8}}",
    { movesPerHostMax: 8, movesPerDatastoreMax: 128 },
  ],
] as const)("live moves at once: %s", ([, placement, limits]) => {
  expect(resolveText(environment(placement)).value.migration).toEqual(limits);
});

describe("when hosts may sleep", () => {
  const powerOf = (placement: string): unknown =>
    resolveText(environment(placement)).value.policies[0]?.power;

  test("never, unless the documents say so", () => {
    expect(powerOf("{}")).toBeUndefined();
  });

  test("at 63 % of use, 18 to either side, where nothing else is said", () => {
    expect(powerOf("{power: {}}")).toEqual({ targetPercent: 63, bandPercent: 18, hostsMin: 1 });
  });

  test("by themselves only where the documents say so", () => {
    expect(powerOf("{power: {automation: full}}")).toMatchObject({ isAutomatic: true });
    expect(powerOf("{power: {automation: manual}}")).not.toHaveProperty("isAutomatic");
  });

  test("as the documents say", () => {
    const text = "{power: {targetPercent: 50, bandPercent: 10, hostsMin: 3}}";
    expect(powerOf(text)).toEqual({ targetPercent: 50, bandPercent: 10, hostsMin: 3 });
  });
});

describe("rules that a namespace lets apply", () => {
  const rule = (name: string): string =>
    `---\n{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: ${name}, namespace: shop}, spec: {type: separate, members: [a, b]}}\n`;
  const vm = (name: string): string =>
    `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: ${name}, namespace: shop}, spec: {className: best-effort-small, powerState: PoweredOn}}\n`;
  const rulesOf = (drs: string): (string | undefined)[] => {
    const text = `${namespace(drs)}${rule("one")}${rule("two")}${vm("a")}${vm("b")}`;
    const { workload } = resolveText(text).value.resources.get("vm/shop/a") ?? {};
    return (workload?.scheduling.podAntiAffinity.required ?? []).map((term) => term.rule);
  };

  test("all of them, when it names none", () => {
    expect(rulesOf("{automation: full}")).toHaveLength(2);
  });

  test("N05: those that it names", () => {
    expect(rulesOf("{rules: [two]}")).toEqual([expect.stringContaining("two")]);
  });

  test("N05: none of them, when its list is empty", () => {
    expect(rulesOf("{rules: []}")).toEqual([]);
  });
});

describe("groups of VMs that are placed together", () => {
  const group = (name: string, members: string, above = ""): string =>
    `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachineGroup, metadata: {name: ${name}, namespace: shop}, spec: {${above}bootOrder: [{members: [${members}]}]}}\n`;
  const vm = (name: string): string =>
    `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: ${name}, namespace: shop}, spec: {className: best-effort-small, powerState: PoweredOn}}\n`;
  const gangs = (text: string): (string | undefined)[] => {
    const { resources } = resolveText(`${namespace("{}")}${vm("a")}${vm("b")}${text}`).value;
    return [resources.get("vm/shop/a")?.workload?.gang, resources.get("vm/shop/b")?.workload?.gang];
  };

  test("members carry the group, others nothing", () => {
    const [a, b] = gangs(group("front", "{name: a}"));
    expect(a).toMatch(/\/shop\/front$/);
    expect(b).toBeUndefined();
  });

  test("a group in a group belongs to the topmost", () => {
    const text = `${group("all", "{name: a}")}${group("back", "{name: b}", "groupName: all, ")}`;
    const [a, b] = gangs(text);
    expect(a).toMatch(/\/shop\/all$/);
    expect(b).toBe(a);
  });

  test("groups that belong to each other still end", () => {
    const text = `${group("x", "{name: a}", "groupName: y, ")}${group("y", "{name: b}", "groupName: x, ")}`;
    expect(gangs(text).every((gang) => gang !== undefined)).toBe(true);
  });
});
