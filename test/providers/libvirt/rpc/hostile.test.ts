import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../../cli/wiring/clock.ts";
import {
  type ConnectionSettings,
  type LibvirtConnection,
  openConnection,
} from "../../../../providers/libvirt/rpc/connection.ts";
import {
  AuthenticationRefused,
  CallCancelled,
  ConnectionLost,
  DeadlineExceeded,
  LibvirtError,
  VersionRefused,
} from "../../../../providers/libvirt/rpc/errors.ts";
import {
  encodeFrame,
  encodeStreamFrame,
  type Frame,
  FrameSplitter,
} from "../../../../providers/libvirt/rpc/frames.ts";
import { PROCEDURES, STREAM_PROCEDURES } from "../../../../providers/libvirt/rpc/protocol.ts";
import { XdrError, type XdrWriter } from "../../../../providers/libvirt/rpc/xdr.ts";

const REPLY = 1;
const STREAM = 3;
const KEEP_ALIVE_PROGRAM = 0x6b656570;
const clock = systemClock({});

/** A peer that opens as a daemon does and then does what a test wants; no daemon would do it. */
interface Peer {
  readonly seen: Frame[];
  socket: Socket | undefined;
  answer: (frame: Frame, socket: Socket) => void;
}

const reply = (call: Frame, write?: (writer: XdrWriter) => void): Uint8Array =>
  encodeFrame({ ...call, type: REPLY, status: 0 }, write);

const HANDSHAKE: Readonly<Record<number, (writer: XdrWriter) => void>> = {
  [PROCEDURES.AuthList.number]: (writer) => {
    writer.uint(1);
    writer.uint(0);
  },
  [PROCEDURES.ConnectSupportsFeature.number]: (writer) => writer.int(1),
  [PROCEDURES.ConnectOpen.number]: () => undefined,
  [PROCEDURES.ConnectClose.number]: () => undefined,
  [PROCEDURES.ConnectGetLibVersion.number]: (writer) => writer.unsignedHyper(9_000_000n),
};

let folder: string;
let server: Server;
let peer: Peer;
const opened: LibvirtConnection[] = [];

const open = async (settings: Partial<ConnectionSettings> = {}): Promise<LibvirtConnection> => {
  const uri = `test+unix:///default?socket=${folder}/s`;
  const connection = await openConnection(uri, { clock, keepAlive: false, ...settings });
  opened.push(connection);
  return connection;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vpac-rpc-"));
  peer = { seen: [], socket: undefined, answer: () => undefined };
  server = createServer((socket) => {
    peer.socket = socket;
    const splitter = new FrameSplitter();
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) {
        peer.seen.push(frame);
        const write = HANDSHAKE[frame.procedure];
        if (write !== undefined && frame.type === 0) socket.write(reply(frame, write));
        else peer.answer(frame, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "s"), resolve));
});

afterEach(async () => {
  for (const connection of opened.splice(0)) await connection.close();
  peer.socket?.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("it did not fail"),
    (error: unknown) => error,
  );

/** On a machine that is busy a second can pass between two turns. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

const volume = { pool: "p", name: "v", key: "/v" };

describe("a peer that does not speak the protocol ends the connection", () => {
  const answers: readonly { readonly name: string; answer: (call: Frame) => Uint8Array }[] = [
    {
      name: "a length over the limit",
      answer: () => Buffer.from([0xff, 0, 0, 0]),
    },
    { name: "a length below the header", answer: () => Buffer.from([0, 0, 0, 4]) },
    { name: "another program", answer: (call) => reply({ ...call, program: 0x20008087 }) },
    { name: "another version", answer: (call) => reply({ ...call, version: 2 }) },
    { name: "a serial never used", answer: (call) => reply({ ...call, serial: 4000 }) },
    { name: "another procedure", answer: (call) => reply({ ...call, procedure: 14 }) },
    { name: "a call", answer: (call) => encodeFrame({ ...call, type: 0 }) },
    { name: "a reply with file descriptors", answer: (call) => encodeFrame({ ...call, type: 5 }) },
    {
      name: "an unknown status",
      answer: (call) => encodeFrame({ ...call, type: REPLY, status: 7 }),
    },
    { name: "a result that is cut short", answer: (call) => reply(call) },
    {
      name: "bytes after the result",
      answer: (call) =>
        reply(call, (writer) => {
          writer.string("h");
          writer.uint(1);
        }),
    },
    {
      name: "an error that cannot be read",
      answer: (call) => encodeFrame({ ...call, type: REPLY, status: 1 }),
    },
    {
      name: "an event that cannot be read",
      answer: (call) => encodeFrame({ ...call, type: 2, procedure: 318, serial: 0 }),
    },
  ];
  test.for(answers)("$name", async ({ answer }) => {
    const connection = await open();
    peer.answer = (call, socket) => void socket.write(answer(call));
    const error = await caught(connection.call("ConnectGetHostname", {}));
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ sent: true, lossCause: "protocol" });
    expect((await connection.ended).reason).toMatch(/does not speak libvirt's protocol/);
  });

  test("events of a kind that nobody asked for are passed over", async () => {
    const connection = await open();
    peer.answer = (call, socket) => {
      socket.write(encodeFrame({ ...call, type: 2, procedure: 333, serial: 0 }));
      socket.write(reply(call, (writer) => writer.string("h")));
    };
    expect(await connection.call("ConnectGetHostname", {})).toEqual({ hostname: "h" });
  });
});

describe("a call that gets no answer says whether it left", () => {
  test("those that the daemon may have read are sent, those that waited are not", async () => {
    const connection = await open();
    const calls = Array.from({ length: 7 }, () =>
      caught(connection.call("ConnectGetHostname", {})),
    );
    await soon(() => peer.seen.length).toBe(8);
    peer.socket?.destroy();
    expect(await Promise.all(calls)).toMatchObject(
      [true, true, true, true, false, false, false].map((sent) => ({ sent, lossCause: "ended" })),
    );
    expect(await caught(connection.call("ConnectGetHostname", {}))).toMatchObject({ sent: false });
  });

  test("late answers to calls that were given up are passed over", async () => {
    const connection = await open();
    const calls = Array.from({ length: 3 }, () =>
      caught(connection.call("ConnectGetHostname", {}, { deadlineMs: 30 })),
    );
    for (const error of await Promise.all(calls)) {
      expect(error).toBeInstanceOf(DeadlineExceeded);
      expect(error).toMatchObject({ sent: true });
    }
    const late = peer.seen.slice(-3);
    peer.answer = (call, socket) => {
      for (const one of [...late, call]) {
        socket.write(reply(one, (writer) => writer.string(one === call ? "right" : "late")));
      }
    };
    expect(await connection.call("ConnectGetHostname", {})).toEqual({ hostname: "right" });
  });

  test("a call that was given up keeps its place, so that others do not leave", async () => {
    const connection = await open();
    const stuck = Array.from({ length: 3 }, () =>
      caught(connection.call("ConnectGetHostname", {}, { deadlineMs: 30 })),
    );
    const fourth = caught(connection.call("ConnectGetHostname", {}, { deadlineMs: 400 }));
    const waiting = await caught(connection.call("ConnectGetHostname", {}, { deadlineMs: 100 }));
    expect(waiting).toBeInstanceOf(DeadlineExceeded);
    expect(waiting).toMatchObject({ sent: false });
    await Promise.all(stuck);
    expect(connection.loss).toBeUndefined();
    // With the fourth no place is left: nothing could ever be asked again.
    expect(await fourth).toMatchObject({ name: "DeadlineExceeded", sent: true });
    expect(connection.loss?.cause).toBe("silent");
  });

  test("a signal cancels before and after the call has left", async () => {
    const connection = await open();
    const before = connection.call("ConnectGetHostname", {}, { signal: AbortSignal.abort() });
    expect(await caught(before)).toMatchObject({ name: "CallCancelled", sent: false });
    const cancel = new AbortController();
    peer.answer = () => cancel.abort();
    const after = await caught(
      connection.call("ConnectGetHostname", {}, { signal: cancel.signal }),
    );
    expect(after).toBeInstanceOf(CallCancelled);
    expect(after).toMatchObject({ sent: true });
  });

  test("arguments that cannot be carried are refused and take no place", async () => {
    const connection = await open();
    peer.answer = (call, socket) => void socket.write(reply(call, (writer) => writer.string("h")));
    for (let round = 0; round < 6; round++) {
      const call = connection.call("DomainDefineXMLFlags", { xml: "a\0b", flags: 0 });
      expect(await caught(call)).toBeInstanceOf(XdrError);
    }
    expect(await connection.call("ConnectGetHostname", {})).toEqual({ hostname: "h" });
  });
});

describe("opening", () => {
  test("nobody listens: nothing was sent", async () => {
    const uri = `test+unix:///default?socket=${folder}/none`;
    const error = await caught(openConnection(uri, { clock }));
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ sent: false, lossCause: "unreachable" });
  });

  const refusals: readonly {
    readonly name: string;
    readonly number: number;
    readonly write: (writer: XdrWriter) => void;
    readonly error: unknown;
  }[] = [
    {
      name: "a daemon that demands SASL is refused",
      number: PROCEDURES.AuthList.number,
      write: (writer) => {
        writer.uint(1);
        writer.uint(1);
      },
      error: AuthenticationRefused,
    },
    {
      name: "a daemon that is too old is refused",
      number: PROCEDURES.ConnectGetLibVersion.number,
      write: (writer) => writer.unsignedHyper(1_002_013n),
      error: VersionRefused,
    },
  ];
  test.for(refusals)("$name", async ({ number, write, error }) => {
    server.removeAllListeners("connection");
    server.on("connection", (socket: Socket) => {
      const splitter = new FrameSplitter();
      socket.on("data", (chunk: Buffer) => {
        for (const frame of splitter.push(chunk)) {
          const usual = HANDSHAKE[frame.procedure] ?? (() => undefined);
          socket.write(reply(frame, frame.procedure === number ? write : usual));
        }
      });
    });
    expect(await caught(open())).toBeInstanceOf(error);
  });

  test("a daemon that accepts and says nothing meets the deadline", async () => {
    server.removeAllListeners("connection");
    server.on("connection", (socket: Socket) => void socket.on("error", () => undefined).resume());
    const error = await caught(open({ deadlineMs: 30 }));
    expect(error).toBeInstanceOf(DeadlineExceeded);
    expect(error).toMatchObject({ sent: false });
  });
});

describe("keepalive", () => {
  const keepAlive = { intervalMs: 15, unansweredMax: 2 };
  const pings = (): readonly Frame[] =>
    peer.seen.filter(({ program, procedure }) => program === KEEP_ALIVE_PROGRAM && procedure === 1);

  test("a peer that is silent is given up after its last ping, and the call with it", async () => {
    const connection = await open({ keepAlive });
    const error = await caught(connection.call("ConnectGetHostname", {}));
    expect(error).toMatchObject({ name: "ConnectionLost", sent: true, lossCause: "silent" });
    expect(pings()).toHaveLength(2);
  });

  test("a peer that answers pings stays", async () => {
    const connection = await open({ keepAlive });
    peer.answer = (frame, socket) => void socket.write(encodeFrame({ ...frame, procedure: 2 }));
    await soon(() => pings().length).toBeGreaterThan(4);
    expect(connection.loss).toBeUndefined();
  });

  test("a ping is answered with a pong", async () => {
    await open();
    const ping = { program: KEEP_ALIVE_PROGRAM, version: 1, procedure: 1, type: 2 };
    peer.socket?.write(encodeFrame({ ...ping, serial: 0, status: 0 }));
    await soon(() => peer.seen.at(-1)).toMatchObject({ ...ping, procedure: 2 });
  });
});

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
