import type { OpenProvider } from "../../engine/contract/provider.ts";
import { Libvirt } from "./provider.ts";
import { readSettings } from "./settings.ts";
import { World } from "./world.ts";

export { LIBVIRT_CODES } from "./codes.ts";

/**
 * The provider for KVM hosts through their libvirt daemons. Opening connects to nobody: a host is
 * connected to when it is first needed.
 */
export const openLibvirt: OpenProvider = ({ config, clock }) =>
  Promise.resolve().then(() => new Libvirt(new World(readSettings(config), clock)));
