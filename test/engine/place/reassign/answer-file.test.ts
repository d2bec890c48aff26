import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AnswerFile } from "../../../bench/place/answer-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vpac-answer-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test("the first answer is there at once, a better one after a while, the last one in any case", () => {
  const path = join(folder, "answer");
  writeFileSync(path, "what was there before");
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const file = new AnswerFile(path);
  const read = (): string => readFileSync(path, "utf8");
  file.keep(Int32Array.of(1, 2));
  expect(read()).toBe("1 2\n");
  now.mockReturnValue(1000);
  file.keep(Int32Array.of(1, 3));
  expect(read()).toBe("1 2\n");
  now.mockReturnValue(3000);
  file.keep(Int32Array.of(1, 4));
  expect(read()).toBe("1 4\n");
  file.end(Int32Array.of(1, 5));
  expect(read()).toBe("1 5\n");
  expect(readdirSync(folder)).toEqual(["answer"]);
});

test("what is no plain file gets the last answer alone, and stays what it is", () => {
  const file = new AnswerFile("/dev/null");
  file.keep(Int32Array.of(1));
  file.end(Int32Array.of(2));
  expect(existsSync("/dev/null.part")).toBe(false);
});

test("a folder that is not there is told with the first answer", () => {
  const file = new AnswerFile(join(folder, "absent", "answer"));
  expect(() => file.keep(Int32Array.of(1))).toThrow("ENOENT");
});
