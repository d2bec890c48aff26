import { describe, expect, test } from "vitest";
import type { DecisionList } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, host, pod, problem } from "../builders.ts";

/** Two that get a host, and one that finds none and so is told last. */
const decided = (): DecisionList =>
  place(
    problem({
      hosts: [host("a"), host("b")],
      workloads: [pod("x"), pod("vast", { demand: demand({ cpu: 1_000_000 }) }), pod("y")],
    }),
  ).decisions;

const keys = ["pod/shop/x", "pod/shop/y", "pod/shop/vast"];

describe("the list of decisions", () => {
  test("is numbered in its order, whoever found a host or none", () => {
    const decisions = decided();
    expect(decisions).toHaveLength(3);
    expect(decisions.map(({ id, key }) => [id, key])).toEqual(
      keys.map((key, index) => [`d-${String(index + 1)}`, key]),
    );
  });

  test("is read as often as wanted, and by place", () => {
    const decisions = decided();
    expect([...decisions].map(({ key }) => key)).toEqual(keys);
    expect([...decisions].map(({ key }) => key)).toEqual(keys);
    expect(decisions.at(2)).toMatchObject({ id: "d-3", key: "pod/shop/vast", chosen: undefined });
    expect(decisions.at(3)).toBeUndefined();
    expect(decisions.at(-1)?.id).toBe("d-3");
    expect(decisions.at(-4)).toBeUndefined();
  });

  test("finds, filters and looks at all as an array of its decisions does", () => {
    const decisions = decided();
    const all = [...decisions];
    const hasHost = ({ chosen }: { readonly chosen: string | undefined }): boolean =>
      chosen !== undefined;
    const idsOf = (list: readonly { readonly id: string }[]): readonly string[] =>
      list.map(({ id }) => id);
    expect(idsOf(decisions.filter(hasHost))).toEqual(idsOf(all.filter(hasHost)));
    expect(decisions.find((each) => !hasHost(each))?.id).toBe("d-3");
    expect(decisions.every(hasHost)).toBe(false);
    expect(decisions.flatMap(({ id }) => [id, id])).toEqual(all.flatMap(({ id }) => [id, id]));
    const seen: [string, number][] = [];
    decisions.forEach(({ id }, index) => seen.push([id, index]));
    expect(seen).toEqual(all.map(({ id }, index) => [id, index]));
  });

  test("is an array of its decisions in JSON", () => {
    const decisions = decided();
    expect(JSON.stringify(decisions)).toBe(JSON.stringify([...decisions]));
  });
});
