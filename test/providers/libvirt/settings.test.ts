import { describe, expect, test } from "vitest";
import { ProviderError } from "../../../engine/contract/provider.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { readSettings } from "../../../providers/libvirt/settings.ts";

const read = (settings: JsonObject) => readSettings({ name: "kvm", type: "libvirt", settings });

describe("settings of the libvirt provider", () => {
  test("one uri is one host, named after the provider unless it has a name", () => {
    expect(read({ uri: "qemu:///system" }).hosts).toMatchObject([
      { name: "kvm", uri: "qemu:///system", peerUri: "qemu:///system", pool: "default" },
    ]);
    expect(read({ uri: "qemu:///system", host: "kvm-1" }).hosts[0]?.name).toBe("kvm-1");
  });

  test("what is not stated has its default", () => {
    expect(read({ uri: "qemu:///system" })).toEqual({
      provider: "kvm",
      hosts: [
        {
          name: "kvm",
          uri: "qemu:///system",
          peerUri: "qemu:///system",
          migrateUri: undefined,
          labels: {},
          cluster: "default",
          isInMaintenance: false,
          pool: "default",
          pools: ["default"],
          reservedMemoryBytes: 0,
        },
      ],
      storageClasses: {},
      isStorageShared: false,
      network: "default",
      networks: {},
      domainType: "kvm",
      parallelCalls: 4,
    });
  });

  test("everything that is stated is read, for the provider and for each host", () => {
    const hosts = [
      {
        name: "a",
        uri: "qemu+unix:///system?socket=/run/a",
        peerUri: "qemu+tcp://127.0.0.1:1/system",
        migrateUri: "tcp://127.0.0.1",
        labels: { rack: "r1" },
        cluster: "c1",
        maintenance: true,
        pool: "fast",
        reservedMemory: "512Mi",
      },
      { name: "b", uri: "qemu+unix:///system?socket=/run/b", peerUri: "", pool: "" },
    ];
    const settings = read({
      hosts,
      pool: "disks",
      storageClasses: { gold: "nvme" },
      sharedStorage: true,
      network: "front",
      networks: { back: "br-back" },
      domainType: "qemu",
      parallelCalls: 2,
    });
    expect(settings.hosts).toMatchObject([
      { cluster: "c1", isInMaintenance: true, pool: "fast", reservedMemoryBytes: 2 ** 29 },
      { peerUri: "qemu+unix:///system?socket=/run/b", pool: "disks", migrateUri: undefined },
    ]);
    expect(settings.hosts.map(({ pools }) => pools)).toEqual([
      ["fast", "nvme"],
      ["disks", "nvme"],
    ]);
    expect(settings).toMatchObject({
      isStorageShared: true,
      storageClasses: { gold: "nvme" },
      network: "front",
      networks: { back: "br-back" },
      domainType: "qemu",
      parallelCalls: 2,
    });
  });

  const uri = "qemu:///system";
  const wrong: readonly { readonly name: string; readonly settings: JsonObject; says: string }[] = [
    { name: "no hypervisor", settings: {}, says: "names no hypervisor" },
    { name: "a host without a name", settings: { hosts: [{ uri }] }, says: "has no name" },
    { name: "a host without a uri", settings: { hosts: [{ name: "a" }] }, says: 'host "a" has no' },
    {
      name: "two hosts of one name",
      settings: {
        hosts: [
          { name: "a", uri },
          { name: "a", uri },
        ],
      },
      says: 'two of its hosts are named "a"',
    },
    {
      name: "an amount that is none",
      settings: { hosts: [{ name: "a", uri, reservedMemory: "much" }] },
      says: 'reservedMemory of host "a"',
    },
  ];
  test.for(wrong)("$name is told with its code", ({ settings, says }) => {
    const problem = { code: "VP6300", type: "invalid", message: expect.stringContaining(says) };
    expect(() => read(settings)).toThrow(ProviderError);
    expect(() => read(settings)).toThrow(expect.objectContaining({ problem }));
  });
});
