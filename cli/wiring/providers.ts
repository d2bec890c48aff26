import { type OpenProvider, ProviderError, type Provider } from "../../engine/contract/provider.ts";

/** The one list of provider types; each is loaded only when an Environment names it. */
const OPENERS: Readonly<Record<string, (() => Promise<OpenProvider>) | undefined>> = {
  "esxi-sim": async () => (await import("../../providers/esxi-sim/index.ts")).openEsxiSim,
  libvirt: async () => (await import("../../providers/libvirt/index.ts")).openLibvirt,
  "cluster-api": async () => (await import("../../providers/cluster-api/index.ts")).openClusterApi,
};

export const PROVIDER_TYPES: readonly {
  readonly type: string;
  readonly short: string;
  readonly available: boolean;
  readonly what: string;
}[] = [
  { type: "esxi-sim", short: "sim", available: true, what: "embedded ESXi simulator (default)" },
  { type: "libvirt", short: "libvirt", available: true, what: "KVM hosts through libvirt" },
  { type: "cluster-api", short: "capi", available: true, what: "guest clusters by Cluster API" },
  { type: "vcenter", short: "vcenter", available: false, what: "a vCenter with a Supervisor" },
];

/** Opens the provider an Environment entry names. */
export const openProvider: OpenProvider = async (setup): Promise<Provider> => {
  const load = OPENERS[setup.config.type];
  if (load === undefined) {
    throw new ProviderError({
      type: "invalid",
      code: "VP6101",
      message:
        `provider "${setup.config.name}" has type ${setup.config.type}, ` +
        "which is not available in this build",
    });
  }
  return (await load())(setup);
};
