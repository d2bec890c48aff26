import type { JsonObject } from "../../../engine/model/json.ts";

/** What a guest is told at its first start. */
export interface GuestSetup {
  /** A new one makes cloud-init set the guest up again. */
  readonly instanceId: string;
  readonly hostname: string;
  readonly domain: string | undefined;
  readonly sshAuthorizedKeys: readonly string[];
  readonly userData: UserData;
  readonly interfaces: readonly GuestInterface[];
}

/** `config` is a cloud-config as an object; `opaque` is somebody's text that nobody looks into. */
export type UserData =
  | { readonly is: "none" }
  | { readonly is: "config"; readonly config: JsonObject }
  | { readonly is: "opaque"; readonly text: string };

/** One card of the guest. */
export interface GuestInterface {
  /** Name of the device in the guest. */
  readonly name: string;
  /** By which the guest finds the card. */
  readonly mac: string;
  readonly dhcp4: boolean;
  readonly dhcp6: boolean;
  /** Each with its prefix length: `10.0.0.5/24`. */
  readonly addresses: readonly string[];
  readonly gateway4: string | undefined;
  readonly gateway6: string | undefined;
  readonly mtu: number | undefined;
  readonly nameservers: readonly string[];
  readonly searchDomains: readonly string[];
  readonly routes: readonly GuestRoute[];
}

export interface GuestRoute {
  /** Destination with its prefix length, or `default`. */
  readonly to: string;
  readonly via: string;
  readonly metric: number | undefined;
}

/** The whole name of the guest: `db-0.shop.example`, or `db-0` where no domain is given. */
export function fullName({ hostname, domain }: GuestSetup): string {
  return domain === undefined ? hostname : `${hostname}.${domain}`;
}
