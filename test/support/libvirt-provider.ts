import { systemClock } from "../../cli/wiring/clock.ts";
import type { CallContext, Provider } from "../../engine/contract/provider.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { openLibvirt } from "../../providers/libvirt/index.ts";
import type { LibvirtHosts } from "../peers/libvirt/hosts.ts";

/** A call that nobody gives up and whose progress nobody reads. */
export const callContext = (): CallContext => ({
  clock: systemClock({}),
  signal: new AbortController().signal,
  log: () => undefined,
});

/** The provider over real hosts; `ofSecond` are settings of the second one alone. */
export function openOn(
  { hosts, folder }: LibvirtHosts,
  settings: JsonObject = {},
  ofSecond: JsonObject = {},
): Promise<Provider> {
  const listed = hosts.map(({ name, uri }, index) => ({
    name,
    uri,
    migrateUri: `unix://${folder}/move-${name}`,
    ...(index === 1 ? ofSecond : {}),
  }));
  return openLibvirt({
    config: {
      name: "kvm",
      type: "libvirt",
      settings: { hosts: listed, domainType: "qemu", ...settings },
    },
    dataFolder: folder,
    baseFolder: folder,
    clock: systemClock({}),
    entropy: { uuid: () => "", u32: () => 0 },
  });
}
