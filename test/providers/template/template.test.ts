import { expect, test } from "vitest";
import { ProviderError } from "../../../engine/contract/provider.ts";
import { openTemplate } from "../../../providers/_template/index.ts";
import { fakeClock } from "../../support/fake-clock.ts";

test("the template says that it is none, with a typed problem", async () => {
  const opened = openTemplate({
    config: { name: "mine", type: "libvirt", settings: {} },
    dataFolder: ".",
    baseFolder: ".",
    clock: fakeClock(),
    entropy: { uuid: () => "", u32: () => 0 },
  });
  await expect(opened).rejects.toBeInstanceOf(ProviderError);
  await expect(opened).rejects.toMatchObject({ problem: { type: "invalid", code: "VP6101" } });
});
