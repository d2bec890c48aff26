import { expect, test, vi } from "vitest";
import { pace } from "../../../bench/place/pace.ts";

test("a schedule gives each level the chunks of the earlier run", () => {
  const { levels, more } = pace({ seconds: 60, schedule: "2,0,1" });
  expect(levels).toBe(3);
  expect([more(0, 0), more(0, 1), more(0, 2)]).toEqual([true, true, false]);
  expect([more(1, 0), more(2, 0), more(2, 1)]).toEqual([false, true, false]);
});

test("without one each level has an equal share of the time that is left", () => {
  const none = pace({ seconds: 0 });
  expect(none.more(0, 0)).toBe(false);
  const hour = pace({ seconds: performance.now() / 1000 + 3600 });
  expect(hour.more(0, 1e9)).toBe(true);
});

test("a run of one second searches as well, and keeps back a share and what its start took", ({
  onTestFinished,
}) => {
  const now = vi.spyOn(performance, "now").mockReturnValue(150);
  onTestFinished(() => now.mockRestore());
  const { more } = pace({ seconds: 1 });
  now.mockReturnValue(540);
  expect(more(99, 0)).toBe(true);
  now.mockReturnValue(560);
  expect(more(99, 0)).toBe(false);
});
