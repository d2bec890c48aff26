import { describe, expect, test } from "vitest";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, problem, terms } from "../builders.ts";

const of = (name: string, cpu: number, gib: number, priority = 0) =>
  pod(name, {
    demand: demand({ cpu: cpu * 1000, memory: gib * GIB }),
    scheduling: terms({ priority }),
  });

const unplacedIn = (given: Parameters<typeof problem>[0]): readonly string[] =>
  place(problem(given))
    .decisions.filter(({ chosen }) => chosen === undefined)
    .map(({ key }) => key);

describe("a portfolio of orders, where the first leaves somebody out", () => {
  test("small ones first where that leaves fewer without a host", () => {
    const workloads = [of("big", 16, 1), of("s1", 5, 1), of("s2", 5, 1), of("s3", 5, 1)];
    expect(unplacedIn({ hosts: [host("a")], workloads })).toEqual(["pod/shop/big"]);
  });

  test("D09: a higher priority is placed, however many lower ones that costs", () => {
    const workloads = [of("big", 16, 1, 10), of("s1", 5, 1), of("s2", 5, 1), of("s3", 5, 1)];
    expect(unplacedIn({ hosts: [host("a")], workloads })).toEqual([
      "pod/shop/s1",
      "pod/shop/s2",
      "pod/shop/s3",
    ]);
  });

  test("what no order can place is left out in every one", () => {
    const workloads = [of("huge", 40, 1), of("s1", 5, 1)];
    expect(unplacedIn({ hosts: [host("a")], workloads })).toEqual(["pod/shop/huge"]);
  });
});
