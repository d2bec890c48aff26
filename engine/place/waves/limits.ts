import type { MigrationLimits } from "../../model/placement.ts";

/**
 * Live moves at once where the problem states no limits: what vSphere allows a host with a link of
 * 1 Gbit/s (8 with 10 Gbit/s), and a datastore.
 */
export const DEFAULT_MIGRATION: MigrationLimits = {
  movesPerHostMax: 4,
  movesPerDatastoreMax: 128,
};
