import { join } from "node:path";
import type { OpenProvider, ProviderSetup } from "../../engine/contract/provider.ts";
import { WorldAdmin } from "./admin.ts";
import { EsxiSim } from "./provider.ts";
import { WorldStore } from "./store.ts";

/** Folder of the embedded world of one provider. */
export const worldFolder = (setup: Pick<ProviderSetup, "dataFolder" | "config">): string =>
  join(setup.dataFolder, "sim", setup.config.name);

/**
 * The ESXi simulator. Its world lives in a folder of its own, independent of vpac's state, and
 * outlives every process that uses it.
 */
export const openEsxiSim: OpenProvider = async (setup) => {
  const store = new WorldStore({ folder: worldFolder(setup), clock: setup.clock });
  return new EsxiSim(setup.config.name, store);
};

/** The same world through the hands of its administrator. */
export const openWorldAdmin = (setup: {
  readonly dataFolder: string;
  readonly provider: string;
  readonly clock: ProviderSetup["clock"];
}): WorldAdmin => {
  const folder = join(setup.dataFolder, "sim", setup.provider);
  return new WorldAdmin(new WorldStore({ folder, clock: setup.clock }));
};
