import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { MatchExpression, MatchOperator } from "../../../../engine/model/scheduling.ts";
import { applicantOf } from "../../../../engine/place/classes/applicant.ts";
import { PASS } from "../../../../engine/place/filters/filter.ts";
import { FILTERS } from "../../../../engine/place/filters/index.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { HostVerdictCache, REASONS } from "../../../../engine/place/judging/verdict.ts";
import { demand, host, pod, policy, problem, terms } from "../builders.ts";

const value = fc.constantFrom("", "a", "b", "7", "not a label");
const label = fc.constantFrom("rack", "disk", "constructor");
const name = fc.constantFrom("h0", "h1", "h7", "other");

const anyHost = (index: number): fc.Arbitrary<Host> =>
  fc
    .record({
      labels: fc.dictionary(label, value, { maxKeys: 2 }),
      unschedulable: fc.boolean(),
      connection: fc.constantFrom("connected", "connected", "maintenance", "standby"),
      memoryPressure: fc.boolean(),
      provider: fc.constantFrom("sim", "other"),
      cluster: fc.constantFrom("c1", "c2"),
      runtimes: fc.subarray(["crx", "vmx"] as const),
      datastores: fc.subarray(["d1", "d2"]),
      networks: fc.subarray(["n1"]),
      taints: fc.subarray([
        { key: "k", value: "", effect: "NoSchedule" as const },
        { key: "k", value: "x", effect: "NoExecute" as const },
        { key: "soft", value: "", effect: "PreferNoSchedule" as const },
      ]),
    })
    .map((given) => host(`h${index}`, given as Partial<Host>));

const requirement = (key: fc.Arbitrary<string>): fc.Arbitrary<MatchExpression> =>
  fc.record({
    key,
    operator: fc.constantFrom<MatchOperator[]>("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
    values: fc.array(fc.oneof(value, name), { maxLength: 2 }),
  });

const term = fc.record({
  matchExpressions: fc.array(requirement(label), { maxLength: 2 }),
  matchFields: fc.array(requirement(fc.constantFrom("metadata.name", "other")), { maxLength: 1 }),
});

const maybe = <Value>(given: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(given, { nil: undefined, freq: 2 });

const anyWorkload = (index: number): fc.Arbitrary<PlacementWorkload> =>
  fc
    .record({
      scheduling: fc.record({
        nodeName: maybe(name),
        nodeSelector: fc.dictionary(label, value, { maxKeys: 2 }),
        nodeAffinity: fc.record({
          required: maybe(fc.array(term, { maxLength: 2 })),
          preferred: fc.constant([]),
        }),
        tolerations: fc.subarray([
          { key: "k", operator: "Exists" as const, value: "", effect: "" as const },
          { key: "", operator: "Equal" as const, value: "x", effect: "NoExecute" as const },
        ]),
        runtime: fc.constantFrom("crx" as const, "vmx" as const),
        datastores: fc.subarray(["d1", "d2"]),
        networks: fc.subarray(["n1"]),
        cluster: maybe(fc.constantFrom("c1", "c3")),
      }),
      qos: fc.constantFrom("BestEffort" as const, "Burstable" as const),
      provider: maybe(fc.constantFrom("sim", "none")),
      pinHost: maybe(name),
      at: name,
      wish: fc.constantFrom("place" as const, "repair" as const),
    })
    .map(({ scheduling, qos, provider, ...rest }) =>
      pod(`p${index}`, {
        ...rest,
        ...(provider === undefined ? {} : { provider }),
        scheduling: terms(scheduling),
        demand: demand({}, { qos }),
      }),
    );

const listOf = <Value>(
  count: number,
  each: (index: number) => fc.Arbitrary<Value>,
): fc.Arbitrary<Value[]> =>
  fc.tuple(...Array.from({ length: count }, (_item, index) => each(index)));

describe("verdicts of hosts by what they have in common", () => {
  test("are those of every filter asked of every host, in every bit and count", () => {
    const admission = { kind: "dedicated", hosts: ["h1"] } as const;
    fc.assert(
      fc.property(listOf(9, anyHost), listOf(20, anyWorkload), (hosts, workloads) => {
        const ledger = new Ledger(problem({ hosts, policies: [policy({ admission })] }));
        const cache = new HostVerdictCache();
        for (const workload of workloads) {
          const workloadClass = ledger.classes.classOf(workload);
          const applicant = applicantOf(workloadClass, ledger);
          const found = cache.of(workloadClass, ledger);
          const { reasons, failing, passing, counts } = found;
          const bits = ledger.hosts.map((_host, index) =>
            FILTERS.reduce((sum, filter, order) => {
              const isAsked =
                filter.scope === "host" && filter.isIdle?.(applicant, ledger) !== true;
              const isFailing = isAsked && filter.test(index, applicant, ledger) !== PASS;
              return isFailing ? sum | (1 << order) : sum;
            }, 0),
          );
          expect([...failing]).toEqual(bits);
          const expected = ledger.hosts.map((_host, index) => {
            const first = FILTERS.find((_filter, order) => ((bits[index] ?? 0) >> order) & 1);
            const reason = first?.test(index, applicant, ledger);
            return 1 + REASONS.findIndex((each) => each.filter === first && each.index === reason);
          });
          expect([...reasons]).toEqual(expected);
          const counted = [...counts].map(
            (_count, reason) => expected.filter((each) => each === reason).length,
          );
          expect([...counts]).toEqual(counted);
          expect(passing).toBe(counted[0]);
          expect(expected.map((_reason, index) => found.reasonOf(index))).toEqual(expected);
          const first = counted.map((_count, reason) =>
            found.firstOf(reason, (index) => index > 2),
          );
          expect(first.slice(1)).toEqual(
            counted.slice(1).map((_count, at) => {
              const index = expected.findIndex((each, other) => each === at + 1 && other > 2);
              return index < 0 ? undefined : index;
            }),
          );
        }
      }),
      { numRuns: 200, seed: 9 },
    );
  });
});
