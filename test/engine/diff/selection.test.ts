import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diff, type DiffInput, type Selection } from "../../../engine/diff/diff.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import {
  desiredState,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  resource,
  scheduling,
  workload,
} from "../../support/builders.ts";

const node = (address: Address, ...dependsOn: Address[]): DesiredResource =>
  resource(address, { dependsOn });

/** ns <- pool, net <- two Pods; one of them on a ConfigMap. */
const SHOP: readonly DesiredResource[] = [
  node("ns/shop"),
  node("pool/shop", "ns/shop"),
  node("net/ns-shop", "ns/shop"),
  node("configmap/shop/conf", "ns/shop"),
  node("pod/shop/web", "ns/shop", "pool/shop", "net/ns-shop", "configmap/shop/conf"),
  node("pod/shop/lone", "ns/shop", "pool/shop", "net/ns-shop"),
];

function input(over: Partial<DiffInput> = {}): DiffInput {
  return {
    desired: desiredState(SHOP),
    observation: observation([]),
    recorded: recordedState([]),
    mode: "apply",
    ...over,
  };
}

const addresses = (given: DiffInput): string[] =>
  diff(given).value.changes.map(({ address }) => address);
const selecting = (targets: readonly string[], excludes: readonly string[] = []): Selection => ({
  targets,
  excludes,
});

/** Everything recorded and observed, nothing declared any more. */
const leaving = (): Partial<DiffInput> => {
  const records = SHOP.map((item) => recordedOf(item));
  return {
    desired: desiredState([]),
    recorded: recordedState(records),
    observation: observation(records.map((record) => observedOf(record))),
  };
};

describe("selection", () => {
  const cases: readonly {
    name: string;
    selection: Selection;
    over?: Partial<DiffInput>;
    want: string[];
  }[] = [
    {
      name: "--target brings what it needs",
      selection: selecting(["pod/shop/web"]),
      want: ["configmap/shop/conf", "net/ns-shop", "ns/shop", "pod/shop/web", "pool/shop"],
    },
    {
      name: "--target takes globs",
      selection: selecting(["p*/shop"]),
      want: ["ns/shop", "pool/shop"],
    },
    {
      name: "--exclude drops what needs it",
      selection: selecting([], ["configmap/shop/*"]),
      want: ["net/ns-shop", "ns/shop", "pod/shop/lone", "pool/shop"],
    },
    {
      name: "both: exclude wins",
      selection: selecting(["pod/shop/*"], ["configmap/shop/conf"]),
      want: ["net/ns-shop", "ns/shop", "pod/shop/lone", "pool/shop"],
    },
    {
      name: "removing a namespace takes all in it along",
      selection: selecting(["ns/shop"]),
      over: leaving(),
      want: SHOP.map(({ address }) => address).sort(),
    },
    {
      name: "removing a Pod removes that alone",
      selection: selecting(["pod/shop/web"]),
      over: leaving(),
      want: ["pod/shop/web"],
    },
    {
      name: "keeping a Pod keeps what it needs",
      selection: selecting([], ["pod/shop/web"]),
      over: leaving(),
      want: ["pod/shop/lone"],
    },
    {
      name: "destroy of one namespace",
      selection: selecting(["ns/shop"]),
      over: { ...leaving(), desired: desiredState(SHOP), mode: "destroy" },
      want: SHOP.map(({ address }) => address).sort(),
    },
  ];
  test.for(cases)("$name", ({ selection, over, want }) => {
    expect(addresses(input({ ...over, selection }))).toEqual(want);
  });

  const home = resource("host/esx-a", { host: host({ name: "esx-a" }) });
  const homes = [home, resource("host/esx-z", { host: host({ name: "esx-z", cluster: "far" }) })];
  const guest = pod("pod/shop/guest", {
    dependsOn: [],
    workload: workload({ scheduling: scheduling({ cluster: "cluster-1" }) }),
  });

  test("--target of a workload brings the hosts it may be placed on, while they do not exist", () => {
    const desired = desiredState([...homes, node("spherelet/esx-a", "host/esx-a"), guest]);
    const selection = selecting(["pod/shop/guest"]);
    expect(addresses(input({ desired, selection }))).toEqual([
      "host/esx-a",
      "pod/shop/guest",
      "spherelet/esx-a",
    ]);
    const recorded = recordedState([recordedOf(home)]);
    const made = { desired, recorded, selection, observation: observation([]) };
    expect(addresses(input(made))).not.toContain("host/esx-a");
  });

  test("--target of a host that leaves brings what has to move off it", () => {
    const given = {
      desired: desiredState([guest]),
      recorded: recordedState([recordedOf(home), recordedOf(guest, { host: "esx-a" })]),
    };
    expect(addresses(input({ ...given, selection: selecting(["host/esx-a"]) }))).toEqual([
      "host/esx-a",
      "pod/shop/guest",
    ]);
    const kept = selecting([], ["pod/shop/guest"]);
    expect(addresses(input({ ...given, selection: kept }))).toEqual([]);
  });

  test("what was added is said", () => {
    const { diagnostics } = diff(input({ selection: selecting(["pod/shop/web"]) }));
    expect(diagnostics).toMatchObject([{ code: "VP2500", severity: "note" }]);
    expect(diagnostics[0]?.detail).toContain("4 more");
  });

  test("a glob that matches nothing is an error", () => {
    const { diagnostics } = diff(input({ selection: selecting(["vm/shop/*"]) }));
    expect(diagnostics.map(({ code }) => code)).toContain("VP2501");
  });

  test("an empty selection selects everything", () => {
    expect(addresses(input({ selection: selecting([]) }))).toHaveLength(SHOP.length);
  });

  test("every selection is closed: nothing is worked on before what it needs", () => {
    const all = SHOP.map(({ address }) => address);
    const some = fc.subarray(all);
    const needs = new Map(SHOP.map(({ address, dependsOn }) => [address, dependsOn]));
    fc.assert(
      fc.property(some, some, fc.boolean(), (targets, excludes, isLeaving) => {
        const over = isLeaving ? leaving() : {};
        const got = new Set(addresses(input({ ...over, selection: selecting(targets, excludes) })));
        for (const address of all) {
          for (const need of needs.get(address) ?? []) {
            const [later, first] = isLeaving ? [need, address] : [address, need];
            if (got.has(later)) expect(got.has(first)).toBe(true);
          }
        }
        for (const address of excludes) expect(got.has(address)).toBe(false);
      }),
    );
  });
});

describe("order of the input", () => {
  test("Z04: permuting resources and objects changes nothing", () => {
    const records = SHOP.slice(0, 4).map((item) => recordedOf(item));
    const objects = records.slice(0, 3).map((record) => observedOf(record));
    const found = observedOf(recordedOf(node("vm/shop/lost")));
    const want = diff(
      input({
        recorded: recordedState(records),
        observation: observation([...objects, found]),
      }),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(SHOP.slice(), { minLength: SHOP.length }),
        fc.shuffledSubarray(records, { minLength: records.length }),
        fc.shuffledSubarray([...objects, found], { minLength: objects.length + 1 }),
        (wishes, known, seen) => {
          const got = diff({
            desired: desiredState(wishes),
            recorded: recordedState(known),
            observation: observation(seen),
            mode: "apply",
          });
          expect(got).toEqual(want);
        },
      ),
    );
  });

  test("I6: what was applied as wished needs nothing more", () => {
    const records = SHOP.map((item) => recordedOf(item));
    const { value, diagnostics } = diff(
      input({
        recorded: recordedState(records),
        observation: observation(records.map((record) => observedOf(record))),
      }),
    );
    expect(new Set(value.changes.map(({ action }) => action))).toEqual(new Set(["noop"]));
    expect(value.drift).toEqual([]);
    expect(diagnostics).toEqual([]);
  });
});
