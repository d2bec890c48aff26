import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { FatError, fatVolume } from "../../../../providers/libvirt/seed/fat.ts";
import type { GuestSetup, UserData } from "../../../../providers/libvirt/seed/guest.ts";
import {
  SEED_BYTES,
  type SeedFormat,
  seedContentBytes,
  seedImage,
} from "../../../../providers/libvirt/seed/image.ts";
import { userDataText } from "../../../../providers/libvirt/seed/user-data.ts";
import { nastyText } from "../xml/texts.ts";
import { readFat } from "./fat-reader.ts";
import { card, setup } from "./setups.ts";

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function fileOf(format: SeedFormat, path: string, of: GuestSetup = setup): string {
  return readFat(seedImage(format, of)).files.get(path)?.toString("utf8") ?? "absent";
}

describe("the volume", () => {
  test("holds every file under its own name, whatever their number and lengths", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,40}$/);
    const file = fc.tuple(
      fc.constantFrom("", "a/", "openstack/latest/"),
      name,
      fc.uint8Array({ maxLength: 2000 }),
    );
    const property = fc.property(
      fc.uniqueArray(file, { selector: ([folder, leaf]) => folder + leaf, maxLength: 30 }),
      (given) => {
        const files = given.map(([folder, leaf, bytes]) => ({ path: `${folder}x${leaf}`, bytes }));
        const read = readFat(fatVolume("cidata", files));
        const asked = files.map(({ path, bytes }): [string, Buffer] => [path, Buffer.from(bytes)]);
        expect(read.files).toEqual(new Map(asked));
      },
    );
    fc.assert(property, { numRuns: 30 });
  });

  test.for(["config-2", "cidata", ""])("has the label %j exactly, in both places", (label) => {
    const read = readFat(fatVolume(label, []));
    expect([read.label, read.rootLabel]).toEqual([label, label]);
  });

  test("is FAT16 by the number of its clusters, which is all that readers go by", () => {
    const { clusters } = readFat(fatVolume("x", []));
    expect(clusters).toBeGreaterThanOrEqual(4085);
    expect(clusters).toBeLessThan(65525);
  });

  test.for(["../x", "/x", "a//b", "", "a b", "ä", ".", "x".repeat(65), "a\0"])(
    "%j is no path of a file",
    (path) => {
      expect(() => fatVolume("x", [{ path, bytes: Buffer.alloc(1) }])).toThrow(FatError);
    },
  );

  test("more than fits is refused, and so is a label that is too long", () => {
    const bytes = Buffer.alloc(SEED_BYTES);
    expect(() => fatVolume("x", [{ path: "big", bytes }])).toThrow(FatError);
    expect(() => fatVolume("twelve-lette", [])).toThrow(FatError);
    const many = Array.from({ length: 300 }, (_, index) => ({ path: `f${index}`, bytes }));
    const empty = many.map(({ path }) => ({ path, bytes: Buffer.alloc(0) }));
    expect(() => fatVolume("x", empty)).toThrow(FatError);
  });
});

describe("a seed", () => {
  test.for([
    ["nocloud", "3287355eeceb397247cd824d606b8a7873567bf022c4f0e78ff17a2bb86dab12"],
    ["config-2", "26bbef7749148fc063a0b691bfa2d0b4bb6731cf05a78bab9c5cde10a133edfa"],
  ] as const)("of the format %s has the same bytes for ever", ([format, digest]) => {
    const image = seedImage(format, setup);
    expect(image).toHaveLength(SEED_BYTES);
    expect(digestOf(image)).toBe(digest);
    expect(digestOf(seedImage(format, structuredClone(setup)))).toBe(digest);
  });

  test("is nearly empty: only its beginning has to be written to a fresh volume", () => {
    const image = seedImage("nocloud", setup);
    const length = seedContentBytes(image);
    expect(length).toBeLessThan(64 * 1024);
    expect(image.subarray(length).every((byte) => byte === 0)).toBe(true);
    expect(image[length - 1]).not.toBe(0);
  });

  test("as NoCloud tells the guest its name, keys and addresses", () => {
    expect([...readFat(seedImage("nocloud", setup)).files.keys()].sort()).toEqual([
      "meta-data",
      "network-config",
      "user-data",
    ]);
    expect(parseYaml(fileOf("nocloud", "meta-data"))).toEqual({
      "instance-id": "i-1",
      "local-hostname": "db-0.shop.example",
      "public-keys": ["ssh-ed25519 AAAA me"],
    });
    expect(parseYaml(fileOf("nocloud", "network-config"))).toEqual({
      version: 2,
      ethernets: {
        eth0: {
          match: { macaddress: card.mac },
          "set-name": "eth0",
          dhcp4: false,
          dhcp6: false,
          addresses: card.addresses,
          gateway4: "10.0.0.1",
          gateway6: "fd00::1",
          mtu: 1400,
          nameservers: { addresses: ["10.0.0.1"], search: ["shop.example"] },
          routes: [{ to: "10.1.0.0/16", via: "10.0.0.254" }],
        },
      },
    });
  });

  test("as config drive tells it the same in the words of OpenStack", () => {
    expect(JSON.parse(fileOf("config-2", "openstack/latest/meta_data.json"))).toMatchObject({
      uuid: "i-1",
      hostname: "db-0.shop.example",
      public_keys: { "key-0": "ssh-ed25519 AAAA me" },
    });
    const network = JSON.parse(fileOf("config-2", "openstack/latest/network_data.json"));
    expect(network.links).toEqual([
      { id: "eth0", name: "eth0", type: "phy", ethernet_mac_address: card.mac, mtu: 1400 },
    ]);
    expect(network.networks[0]).toMatchObject({
      type: "ipv4",
      ip_address: "10.0.0.5",
      netmask: "255.255.255.0",
      routes: [
        { network: "0.0.0.0", netmask: "0.0.0.0", gateway: "10.0.0.1" },
        { network: "10.1.0.0", netmask: "255.255.0.0", gateway: "10.0.0.254" },
      ],
    });
    expect(network.networks[1]).toMatchObject({ type: "ipv6", ip_address: "fd00::5/64" });
    expect(network.services).toEqual([{ type: "dns", address: "10.0.0.1" }]);
  });

  test("as config drive has the same files under every version that readers look for", () => {
    for (const file of ["meta_data.json", "network_data.json", "user_data"]) {
      const latest = fileOf("config-2", `openstack/latest/${file}`);
      expect(latest).not.toBe("absent");
      expect(fileOf("config-2", `openstack/2018-08-27/${file}`)).toBe(latest);
    }
  });

  test("a card that asks for its address says so in both", () => {
    const asks = { ...card, dhcp4: true, addresses: [], routes: [], gateway4: undefined };
    const of = { ...setup, interfaces: [asks] };
    expect(parseYaml(fileOf("nocloud", "network-config", of)).ethernets.eth0.dhcp4).toBe(true);
    const { networks } = JSON.parse(fileOf("config-2", "openstack/latest/network_data.json", of));
    expect(networks.map((network: { type: string }) => network.type)).toEqual(["ipv4_dhcp"]);
  });
});

/** The parts of a MIME message, as the reader at the other end takes it apart. */
function partsOf(text: string): readonly string[] {
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? "none";
  return text
    .split(new RegExp(`^--${boundary}(?:--)?\n`, "m"))
    .slice(1, -1)
    .map((part) => part.split("\n\n")[1] ?? "")
    .map((body) => Buffer.from(body, "base64").toString("utf8"));
}

const dataOf = (userData: UserData): string => userDataText({ ...setup, userData });

describe("T15: user data", () => {
  test("of a cloud-config is one document in which our keys stand beside the user's", () => {
    const text = dataOf({ is: "config", config: { runcmd: [["a"]], packages: ["b"] } });
    expect(text.split("\n", 1)).toEqual(["#cloud-config"]);
    expect(parseYaml(text)).toEqual({
      hostname: "db-0",
      fqdn: "db-0.shop.example",
      prefer_fqdn_over_hostname: false,
      runcmd: [["a"]],
      packages: ["b"],
    });
  });

  test("cannot rename the guest, whatever it says", () => {
    const text = dataOf({ is: "config", config: { hostname: "evil", fqdn: "evil.example" } });
    expect(parseYaml(text)).toMatchObject({ hostname: "db-0", fqdn: "db-0.shop.example" });
  });

  test("that is somebody's text is a part of its own, and ours comes last and replaces", () => {
    const text = "#!/bin/sh\necho hostname: evil\n";
    const [first, second = "", ...rest] = partsOf(dataOf({ is: "opaque", text }));
    expect(first).toBe(text);
    expect(rest).toEqual([]);
    expect(parseYaml(second)).toMatchObject({
      hostname: "db-0",
      merge_how: "dict(replace)+list()+str()",
    });
  });

  test("no text ends its part early", () => {
    const boundary = `--=_vpac_part\nContent-Type: text/plain\n\n#cloud-config\n--=_vpac_part--\n`;
    const text = fc.oneof(nastyText, fc.constant(boundary), fc.string({ maxLength: 300 }));
    const property = fc.property(text, (opaque) => {
      const parts = partsOf(dataOf({ is: "opaque", text: opaque }));
      expect(parts).toHaveLength(2);
      expect(parts[0]).toBe(Buffer.from(opaque, "utf8").toString("utf8"));
    });
    fc.assert(property);
  });

  test("any text comes out of a cloud-config as it went in", () => {
    const property = fc.property(fc.string({ unit: "binary" }), nastyText, (one, other) => {
      const config = { write_files: [{ content: one, path: other }] };
      expect(parseYaml(dataOf({ is: "config", config }))).toMatchObject(config);
    });
    fc.assert(property);
  });
});
