import { expect, test } from "vitest";
import { CODES } from "../../../engine/load/codes.ts";

test("every code of the room is its own and in the room's range", () => {
  const codes = Object.values(CODES).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^VP1[0-3]\d\d$/);
});

test.for(Object.entries(CODES))("%s has words a person can use", ([, entry]) => {
  expect(entry.summary).toMatch(/^[a-zN][^.]*$/);
  expect(entry.explanation).toMatch(/\.$/);
  expect(entry.explanation).not.toMatch(/please|!$|unable/i);
  expect(entry.example.wrong).not.toBe(entry.example.right);
});
