import type { OpenProvider } from "../../engine/contract/provider.ts";

export { CLUSTER_API_CODES } from "./codes.ts";

/**
 * A management cluster with Cluster API, through its Kubernetes API. Objects are written by
 * server-side apply; the engine has turned clusters into plain objects before.
 */
export const openClusterApi: OpenProvider = async (setup) =>
  (await import("./open.ts")).open(setup);
