import { afterEach, describe, test } from "vitest";
import type { ContractWorld, ProviderHarness } from "./harness.ts";
import { RULES } from "./rules.ts";

/** Runs every rule of docs/provider-contract.md on a provider, each in a world of its own. */
export function contractSuite(harness: ProviderHarness): void {
  describe(`${harness.name}: a provider`, () => {
    const open: ContractWorld[] = [];
    afterEach(async () => {
      for (const world of open.splice(0)) await world.close();
    });
    test.for(RULES.map((rule) => ({ ...rule, title: `${rule.id} ${rule.says}` })))(
      "$title",
      async ({ check }) => {
        const world = await harness.open();
        open.push(world);
        await check(world);
      },
    );
  });
}
