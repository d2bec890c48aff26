import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/model/json.ts";
import { guestInterfaces, guestSetupOf } from "../../../../providers/libvirt/seed/guest-setup.ts";
import { macAddress } from "../../../../providers/libvirt/xml/mac.ts";

const context = { objectId: "6ba7b810-9dad-51d1-80b4-00c04fd430c8", name: "db-0" };

const setupOf = (spec: JsonObject, rawUserData?: string) =>
  guestSetupOf({ spec }, { ...context, rawUserData });

describe("the set-up of a guest", () => {
  test("of a bare VM: its name, one card that asks for an address, nothing else", () => {
    expect(setupOf({})?.setup).toEqual({
      instanceId: expect.stringMatching(`^${context.objectId}-[0-9a-f]{8}$`) as unknown,
      hostname: "db-0",
      domain: undefined,
      sshAuthorizedKeys: [],
      userData: { is: "none" },
      interfaces: [
        {
          name: "eth0",
          mac: macAddress(context.objectId, 0),
          dhcp4: true,
          dhcp6: false,
          addresses: [],
          gateway4: undefined,
          gateway6: undefined,
          mtu: undefined,
          nameservers: [],
          searchDomains: [],
          routes: [],
        },
      ],
    });
  });

  const seconds: readonly { readonly name: string; readonly spec: JsonObject }[] = [
    { name: "its user data", spec: { bootstrap: { cloudInit: { cloudConfig: { runcmd: [] } } } } },
    { name: "its keys", spec: { bootstrap: { cloudInit: { sshAuthorizedKeys: ["ssh-rsa A"] } } } },
    { name: "its name", spec: { network: { hostName: "other" } } },
    { name: "its addresses", spec: { network: { interfaces: [{ addresses: ["10.0.0.9/24"] }] } } },
  ];
  test.for(seconds)("is another instance to cloud-init when $name change", ({ spec }) => {
    expect(setupOf(spec)?.setup?.instanceId).not.toBe(setupOf({})?.setup?.instanceId);
    expect(setupOf(spec)?.setup?.instanceId).toBe(setupOf(spec)?.setup?.instanceId);
  });

  test("takes everything from bootstrap and network", () => {
    const setup = setupOf({
      bootstrap: {
        cloudInit: {
          instanceID: "second-life",
          sshAuthorizedKeys: ["ssh-ed25519 AAAA me"],
          cloudConfig: { runcmd: [["true"]] },
        },
      },
      network: {
        hostName: "primary",
        domainName: "shop.example",
        nameservers: ["10.0.0.1"],
        searchDomains: ["example"],
        interfaces: [
          { name: "front", guestDeviceName: "eth0", addresses: ["10.0.0.5/24"], mtu: 1400 },
          {
            name: "back",
            macAddr: "02:AA:bb:00:00:01",
            dhcp4: true,
            nameservers: ["10.9.0.1"],
            routes: [{ to: "10.1.0.0/16", via: "10.0.0.254", metric: 5 }],
          },
        ],
      },
    })?.setup;
    expect(setup).toMatchObject({
      instanceId: "second-life",
      hostname: "primary",
      domain: "shop.example",
      sshAuthorizedKeys: ["ssh-ed25519 AAAA me"],
      userData: { is: "config", config: { runcmd: [["true"]] } },
      interfaces: [
        { name: "eth0", dhcp4: false, addresses: ["10.0.0.5/24"], nameservers: ["10.0.0.1"] },
        {
          name: "back",
          mac: "02:aa:bb:00:00:01",
          dhcp4: true,
          nameservers: ["10.9.0.1"],
          searchDomains: ["example"],
          routes: [{ to: "10.1.0.0/16", via: "10.0.0.254", metric: 5 }],
        },
      ],
    });
  });

  test("can be turned off, as can the network", () => {
    expect(setupOf({ bootstrap: { disabled: true } })).toBeUndefined();
    expect(setupOf({ network: { disabled: true } })?.setup?.interfaces).toEqual([]);
    expect(guestInterfaces({}, "id")).toHaveLength(1);
  });

  test("takes the content of a Secret as it is, where there is one", () => {
    const spec = { bootstrap: { cloudInit: { rawCloudConfig: { name: "s", key: "user-data" } } } };
    const text = "#!/bin/sh\n";
    expect(setupOf(spec, text)?.setup?.userData).toEqual({ is: "opaque", text });
    expect(setupOf(spec)?.problems?.map(({ pointer }) => pointer)).toEqual([
      "/spec/bootstrap/cloudInit/rawCloudConfig",
    ]);
  });

  test.for([
    ["a name that no guest can have", { network: { hostName: "db_0" } }, "/network/hostName"],
    ["a domain with a gap", { network: { domainName: "a..b" } }, "/network/domainName"],
    [
      "an address without its prefix",
      { network: { interfaces: [{ name: "eth0", addresses: ["10.0.0.5"] }] } },
      "/network/interfaces/0/addresses/0",
    ],
    [
      "a prefix that is too long",
      { network: { interfaces: [{ name: "eth0", addresses: ["10.0.0.5/33"] }] } },
      "/network/interfaces/0/addresses/0",
    ],
    [
      "a gateway of the other family",
      { network: { interfaces: [{ name: "eth0", gateway4: "fd00::1" }] } },
      "/network/interfaces/0/gateway4",
    ],
    [
      "the MAC address of a group",
      { network: { interfaces: [{ name: "eth0", macAddr: "53:54:00:00:00:01" }] } },
      "/network/interfaces/0/macAddr",
    ],
    [
      "a route to nowhere",
      { network: { interfaces: [{ name: "eth0", routes: [{ to: "10.1.0.0/16" }] }] } },
      "/network/interfaces/0/routes/0",
    ],
    [
      "a card's name that Linux does not take",
      { network: { interfaces: [{ name: "a-very-long-name-of-a-card" }] } },
      "/network/interfaces/0/name",
    ],
    [
      "T15: a second name for the guest",
      { bootstrap: { cloudInit: { cloudConfig: { hostname: "evil" } } } },
      "/bootstrap/cloudInit/cloudConfig/hostname",
    ],
    ["set-up by other means", { bootstrap: { sysprep: {} } }, "/bootstrap/sysprep"],
  ] as const)("refuses %s, and says where", ([, spec, pointer]) => {
    const problems = setupOf(spec)?.problems ?? [];
    expect(problems.map((problem) => problem.pointer)).toEqual([`/spec${pointer}`]);
  });

  test("T15: refuses a template in a Secret", () => {
    const spec = { bootstrap: { cloudInit: { rawCloudConfig: { name: "s", key: "user-data" } } } };
    const problems = setupOf(spec, "## template: jinja\n#cloud-config\n")?.problems;
    expect(problems).toHaveLength(1);
  });

  test("reports everything that is wrong at once", () => {
    const spec = { network: { hostName: "_", domainName: "_" }, bootstrap: { linuxPrep: {} } };
    expect(setupOf(spec)?.problems).toHaveLength(3);
  });
});
