import { isAbsolute, join } from "node:path";
import type { OpenProvider, ProviderSetup } from "../../engine/contract/provider.ts";
import { stringAt } from "../../engine/model/json.ts";
import { WorldAdmin } from "./admin.ts";
import { EsxiSimClient } from "./client.ts";
import { EsxiSim } from "./provider.ts";
import { serve, type Serving } from "./serve.ts";
import { WorldStore } from "./store.ts";

export { AdminError, type ListedObject, type LoadWish, type WorldAdmin } from "./admin.ts";
export { SIM_CODES } from "./codes.ts";
export { DamagedJournalError } from "./journal.ts";
export type { PastEvent } from "./history.ts";
export type { Serving } from "./serve.ts";

/** Which embedded world: that of one provider, below the folder where vpac keeps its data. */
export interface WorldPlace {
  readonly dataFolder: string;
  readonly provider: string;
  readonly clock: ProviderSetup["clock"];
}

const folderOf = (place: WorldPlace): string => join(place.dataFolder, "sim", place.provider);

const storeAt = (place: WorldPlace): WorldStore =>
  new WorldStore({ folder: folderOf(place), clock: place.clock });

/**
 * The ESXi simulator. Its world lives in a folder of its own, independent of vpac's state, and
 * outlives every process that uses it; with the setting `socket` another process serves it.
 */
export const openEsxiSim: OpenProvider = async (setup) => {
  const { config, baseFolder } = setup;
  const socket = stringAt(config.settings, "socket");
  if (socket !== undefined) {
    const path = isAbsolute(socket) ? socket : join(baseFolder, socket);
    const client = new EsxiSimClient(config.name, path);
    await client.open();
    return client;
  }
  return new EsxiSim(config.name, storeAt({ ...setup, provider: config.name }));
};

/** The same world through the hands of its administrator. */
export const openWorldAdmin = (place: WorldPlace): WorldAdmin => new WorldAdmin(storeAt(place));

/** Runs the embedded world of this folder behind a Unix socket, for other processes. */
export const serveWorld = (place: WorldPlace, socketPath: string): Promise<Serving> =>
  serve(new EsxiSim(place.provider, storeAt(place)), socketPath, place.clock);
