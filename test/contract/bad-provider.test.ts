import { describe, expect, test } from "vitest";
import { openSinfulWorld } from "./bad-provider.ts";
import { RULES } from "./rules.ts";
import { SINS } from "./sins.ts";

const cases = SINS.flatMap((sin) =>
  sin.breaks.map((id) => ({ sin, id, title: `${id} notices a provider that ${sin.name}` })),
);

describe("the contract suite fails on a bad provider", () => {
  test.for(cases)("$title", async ({ sin, id }) => {
    const rule = RULES.find((candidate) => candidate.id === id);
    const world = await openSinfulWorld(sin);
    try {
      // Else the rule would pass by not being there.
      expect(rule).toBeDefined();
      await expect((async () => rule?.check(world))()).rejects.toThrow();
    } finally {
      await world.close();
    }
  });
});

describe("the contract suite passes the same provider without its sins", () => {
  test.for(RULES.map((rule) => ({ ...rule, title: rule.id })))("$title", async ({ check }) => {
    const world = await openSinfulWorld();
    try {
      await check(world);
    } finally {
      await world.close();
    }
  });
});

test("every rule notices a provider that breaks it", () => {
  const noticed = new Set(SINS.flatMap((sin) => sin.breaks));
  expect(RULES.map(({ id }) => id).filter((id) => !noticed.has(id))).toEqual([]);
});
