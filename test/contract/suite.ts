import { afterEach, describe, expect, test } from "vitest";
import { leftOut } from "./descriptions.ts";
import type { ContractWorld, HarnessDescription, ProviderHarness } from "./harness.ts";
import type { Need } from "./needs.ts";
import { RULES } from "./rules.ts";

/** What an open world has, said by itself. */
function found(world: ContractWorld): Readonly<Partial<Record<Need, boolean>>> {
  const provider = world.provider();
  const { liveMove, sameNameTwice, adopt, fencing } = provider.capabilities;
  return {
    machines: world.subjects.some(({ is }) => is === "machine"),
    liveMove,
    sameNameTwice,
    adopt,
    fencing,
    review: provider.review !== undefined,
    faults: world.failNext !== undefined,
    parts: world.breakPart !== undefined,
  };
}

/** Nothing is left out that the provider has, and nothing is claimed that it has not. */
function expectHonest({ lacks }: HarnessDescription, world: ContractWorld): void {
  const has = found(world);
  const claimed = Object.keys(has).map((need) => [need, !(need in lacks)]);
  expect(Object.fromEntries(claimed)).toEqual(has);
}

/**
 * Runs every rule of docs/provider-contract.md on a provider, each in a world of its own. A rule
 * that needs what the provider has not is skipped under a name that says why.
 */
export function contractSuite(harness: ProviderHarness): void {
  describe(`${harness.name}: a provider`, () => {
    const open: ContractWorld[] = [];
    afterEach(async () => {
      for (const world of open.splice(0)) await world.close();
    });
    const openOne = async (): Promise<ContractWorld> => {
      const world = await harness.open();
      open.push(world);
      return world;
    };
    test("has what its description says, and no more", async () => {
      expectHonest(harness, await openOne());
    });
    for (const rule of RULES) {
      const reason = leftOut(rule, harness);
      const title = `${rule.id} ${rule.says}`;
      if (reason === undefined) test(title, async () => rule.check(await openOne()));
      else test.skip(`${title} (left out: ${reason})`, () => undefined);
    }
  });
}
