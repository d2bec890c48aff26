import { expect, test } from "vitest";
import { placementNotes } from "../../../engine/plan/unplaced.ts";
import { placementResult } from "../../support/answers.ts";

test("what placement found besides is told once, with a code that is explained", () => {
  const message = "no order of these moves is safe";
  const notes = placementNotes(
    placementResult({
      findings: [
        { code: "move-unordered", message },
        { code: "move-unordered", message },
        { code: "rules-conflict", message: "a and b" },
        { code: "of-no-interest", message: "c" },
      ],
    }),
  );
  expect(notes.map(({ code, severity, detail }) => [code, severity, detail])).toEqual([
    ["VP3009", "warning", message],
    ["VP3008", "warning", "a and b"],
  ]);
});
