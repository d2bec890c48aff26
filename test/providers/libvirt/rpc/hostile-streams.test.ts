import { describe, expect, test } from "vitest";
import { LibvirtError } from "../../../../providers/libvirt/rpc/errors.ts";
import {
  encodeFrame,
  encodeStreamFrame,
  type Frame,
} from "../../../../providers/libvirt/rpc/frames.ts";
import { STREAM_PROCEDURES } from "../../../../providers/libvirt/rpc/protocol.ts";
import { caught, clock, hostilePeer, reply, soon } from "./hostile-peer.ts";

const STREAM = 3;
const { peer, open } = hostilePeer();
const volume = { pool: "p", name: "v", key: "/v" };

describe("streams", () => {
  const streamFrames = (): readonly Frame[] => peer.seen.filter(({ type }) => type === STREAM);

  test("an upload whose call was given up is aborted when the daemon opens it", async () => {
    const connection = await open();
    const given = connection.upload(volume, Buffer.from("x"), { deadlineMs: 20 });
    expect(await caught(given)).toMatchObject({ name: "DeadlineExceeded", sent: true });
    const call = peer.seen.at(-1) as Frame;
    expect(call.procedure).toBe(STREAM_PROCEDURES.StorageVolUpload.number);
    peer.socket?.write(reply(call));
    await soon(streamFrames).toMatchObject([{ serial: call.serial, status: 1 }]);
  });

  test("the daemon's error in the middle of an upload ends it", async () => {
    const connection = await open();
    peer.answer = (frame, socket) => {
      if (frame.type === 0) socket.write(reply(frame));
      else if (frame.status === 2) socket.write(streamError(frame));
    };
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.alloc(1000);
        await clock.sleep(1);
      }
    }
    const error = await caught(connection.upload(volume, endless()));
    expect(error).toBeInstanceOf(LibvirtError);
    expect(error).toMatchObject({ code: 38, meaning: "systemError", message: "no space left" });
  });

  test("a source that fails aborts the upload at the daemon", async () => {
    const connection = await open();
    peer.answer = (frame, socket) => {
      if (frame.type === 0) socket.write(reply(frame));
    };
    // biome-ignore format: one line says it
    async function* broken(): AsyncGenerator<Uint8Array> { yield Buffer.from("x"); throw new Error("disk"); }
    expect(await caught(connection.upload(volume, broken()))).toMatchObject({ message: "disk" });
    await soon(() => streamFrames().map(({ status }) => status)).toEqual([2, 1]);
  });

  test("a connection lost in the middle of an upload says that it was sent", async () => {
    const connection = await open();
    peer.answer = (frame, socket) => {
      if (frame.type === 0) socket.write(reply(frame));
      else if (frame.status === 0) socket.destroy();
    };
    const error = await caught(connection.upload(volume, Buffer.alloc(1_000_000)));
    expect(error).toMatchObject({ name: "ConnectionLost", sent: true, lossCause: "ended" });
  });

  test("a reader that is slow stops the socket, and no byte is lost", async () => {
    const connection = await open();
    const chunk = Buffer.alloc(250_000, 7);
    let bytesWritten = 0;
    peer.answer = (frame, socket) => {
      if (frame.type === 0) {
        socket.write(reply(frame));
        const stream = { ...frame, type: STREAM, status: 2 };
        for (let index = 0; index < 60; index++) socket.write(encodeStreamFrame(stream, chunk));
        socket.write(encodeStreamFrame(stream, new Uint8Array()));
      } else socket.write(encodeFrame({ ...frame, status: 0 }));
    };
    let bytes = 0;
    for await (const part of connection.download(volume)) {
      // Long enough for all to arrive, if nothing held it back.
      if (bytes === 0) await clock.sleep(100);
      if (bytes === 0)
        bytesWritten = (peer.socket?.bytesWritten ?? 0) - (peer.socket?.writableLength ?? 0);
      bytes += part.length;
    }
    expect(bytes).toBe(60 * chunk.length);
    expect(bytesWritten).toBeLessThan(10_000_000);
  });
});

const streamError = (frame: Frame): Uint8Array =>
  encodeFrame({ ...frame, status: 1 }, (writer) => {
    writer.int(38);
    writer.int(18);
    writer.flag(true);
    writer.string("no space left");
    writer.int(2);
    for (const flag of [0, 0, 0, 0]) writer.uint(flag);
    writer.int(0);
    writer.int(0);
    writer.uint(0);
  });
