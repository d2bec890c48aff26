import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import { quantityAnswer } from "../../bench/place/canonical-quantity.ts";
import { answersOf } from "../../bench/place/verdicts-answer.ts";

/** Scenarios of v1 objects with what kube-scheduler itself answered, recorded once. */
interface Facts {
  readonly source: string;
  readonly worlds: readonly {
    readonly name: string;
    readonly scenario: JsonObject;
    readonly answers: readonly JsonObject[];
  }[];
}

const facts = JSON.parse(
  readFileSync(new URL("kubernetes-worlds.json", import.meta.url), "utf8"),
) as Facts;

/** Reasons are words, and the peer's order of nodes is nobody's. */
function withoutWords(answer: ReturnType<typeof answersOf>[number]) {
  if (answer.rejected === null) return answer;
  const judged = Object.entries(answer.rejected).map(([node, { plugin, curable }]) => [
    node,
    { plugin, curable },
  ]);
  return {
    ...answer,
    feasible: [...answer.feasible].sort(),
    rejected: Object.fromEntries(judged) as Record<string, unknown>,
  };
}

describe("stored Pods and Nodes are judged as kube-scheduler judges them", () => {
  test.for(facts.worlds)("D02, D06, S04: $name", ({ scenario, answers }) => {
    const found = answersOf(scenario).map(withoutWords);
    const wanted = answers.map((answer) => ({
      ...answer,
      feasible: (answer["feasible"] as string[] | null)?.toSorted() ?? null,
    }));
    expect(found).toEqual(wanted);
  });
});

describe("quantities are written as Kubernetes writes them", () => {
  test.for([
    ["0.5", "500m", "0.5"],
    ["1.500", "1.500", "1.500"],
    ["1.5Gi", "1536Mi", "1610612736.000000000"],
    ["1024Mi", "1Gi", "1073741824"],
    ["1000Ki", "1000Ki", "1024000"],
    ["100u", "100u", "0.000100"],
    ["1000", "1k", "1000"],
    ["1e3", "1e3", "1000"],
    ["12E6", "12E6", "12000000"],
    ["0.0001Ki", "102400u", "0.102400000"],
    ["9Ei", "9223372036854775807", "9223372036854775807"],
    ["-1.5Gi", "-1536Mi", "-1610612736.000000000"],
    ["0.0", "0", "0.0"],
    ["e3", "0", "0"],
    ["Ki", "0", "0"],
    ["-m", "0", "0.000"],
    [".", "0", "0"],
    ["-812.0001u", "-812001n", "-0.000812001"],
    ["-50298776e-12", "-50299e-9", "-0.000050299"],
  ] as const)("S01: %s", ([text, canonical, exact]) => {
    expect(quantityAnswer(text)).toEqual({ canonical, exact });
  });

  test.for(["abc", "1Kib", " 1", "1mi", "", "Ei", "e-10"])("S01: %s is none", (text) => {
    expect(quantityAnswer(text)).toHaveProperty("error");
  });
});
