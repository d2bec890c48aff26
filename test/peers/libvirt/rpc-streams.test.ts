import { readFileSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import type { LibvirtConnection } from "../../../providers/libvirt/rpc/connection.ts";
import { LibvirtError } from "../../../providers/libvirt/rpc/errors.ts";
import type { StorageVolume } from "../../../providers/libvirt/rpc/shapes.ts";
import { caught, describeWithRpc, volumeXml } from "./rpc-under-test.ts";

describeWithRpc("the protocol client and a real libvirtd: volumes as streams", (rpc) => {
  const content = Buffer.alloc(3 * 1_048_576 + 5);
  for (let index = 0; index < content.length; index++) content[index] = (index * 7919) >> 5;
  let connection: LibvirtConnection;
  let volume: StorageVolume;

  const create = async (name: string): Promise<StorageVolume> => {
    const { pool } = await connection.call("StoragePoolLookupByName", { name: "default" });
    const args = { pool, xml: volumeXml(name, 4), flags: 0 };
    return (await connection.call("StorageVolCreateXML", args)).volume;
  };

  const downloaded = async (options = {}): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const part of connection.download(volume, options)) parts.push(part);
    return Buffer.concat(parts);
  };

  test("3 MiB go up and come back byte for byte, with calls in between", async () => {
    connection = await rpc.open(rpc.host.uri);
    volume = await create("streamed");
    const upload = connection.upload(volume, content);
    const calls = Array.from({ length: 20 }, () => connection.call("ConnectGetHostname", {}));
    expect(new Set((await Promise.all(calls)).map(({ hostname }) => hostname)).size).toBe(1);
    await upload;
    const file = readFileSync(`${rpc.host.imagesFolder}/streamed`);
    expect(file.subarray(0, content.length).equals(content)).toBe(true);
    const length = content.length;
    expect((await downloaded({ length })).equals(content)).toBe(true);
    const part = await downloaded({ offset: 1000, length: 5000 });
    expect(part.equals(content.subarray(1000, 6000))).toBe(true);
    expect(await downloaded()).toHaveLength(4 * 1_048_576);
  });

  test("chunks of any size make one volume, at the offset that is asked for", async () => {
    connection = await rpc.open(rpc.host.uri);
    volume = await create("pieces");
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const size of [1, 0, 700_000, 3, 262_121]) yield content.subarray(0, size);
    }
    await connection.upload(volume, pieces(), { offset: 7 });
    const want = [1, 0, 700_000, 3, 262_121].map((size) => content.subarray(0, size));
    const back = await downloaded({ offset: 7, length: 962_125 });
    expect(back.equals(Buffer.concat(want))).toBe(true);
  });

  test("a reader that leaves early, a source that fails and an empty one leave it usable", async () => {
    connection = await rpc.open(rpc.host.uri);
    volume = await create("left");
    for await (const part of connection.download(volume)) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield content;
      throw new Error("the source failed");
    }
    await expect(connection.upload(volume, broken())).rejects.toThrow("the source failed");
    await connection.upload(volume, new Uint8Array());
    expect(await downloaded({ length: 100 })).toHaveLength(100);
  });

  test("a volume whose file is gone is refused with the daemon's words", async () => {
    connection = await rpc.open(rpc.host.uri);
    volume = await create("gone");
    rmSync(`${rpc.host.imagesFolder}/gone`);
    const errors = [await caught(connection.upload(volume, content)), await caught(downloaded())];
    for (const error of errors) {
      expect(error).toBeInstanceOf(LibvirtError);
      expect(error).toMatchObject({ meaning: "systemError" });
    }
  });
});
