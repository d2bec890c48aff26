import type { GuestInterface, GuestSetup } from "../../../../providers/libvirt/seed/guest.ts";

export const card: GuestInterface = {
  name: "eth0",
  mac: "52:54:00:01:02:03",
  dhcp4: false,
  dhcp6: false,
  addresses: ["10.0.0.5/24", "fd00::5/64"],
  gateway4: "10.0.0.1",
  gateway6: "fd00::1",
  mtu: 1400,
  nameservers: ["10.0.0.1"],
  searchDomains: ["shop.example"],
  routes: [{ to: "10.1.0.0/16", via: "10.0.0.254", metric: undefined }],
};

export const setup: GuestSetup = {
  instanceId: "i-1",
  hostname: "db-0",
  domain: "shop.example",
  sshAuthorizedKeys: ["ssh-ed25519 AAAA me"],
  userData: { is: "config", config: { runcmd: [["touch", "/ready"]] } },
  interfaces: [card],
};
