import { describe, expect, test } from "vitest";
import { openConnection } from "../../../../providers/libvirt/rpc/connection.ts";
import {
  AuthenticationRefused,
  CallCancelled,
  ConnectionLost,
  DeadlineExceeded,
  VersionRefused,
} from "../../../../providers/libvirt/rpc/errors.ts";
import {
  encodeFrame,
  type Frame,
  FrameSplitter,
} from "../../../../providers/libvirt/rpc/frames.ts";
import { PROCEDURES } from "../../../../providers/libvirt/rpc/protocol.ts";
import { XdrError, type XdrWriter } from "../../../../providers/libvirt/rpc/xdr.ts";
import { caught, clock, HANDSHAKE, hostilePeer, REPLY, reply, soon } from "./hostile-peer.ts";

const KEEP_ALIVE_PROGRAM = 0x6b656570;
const { peer, open, folder, meet } = hostilePeer();

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
    const uri = `test+unix:///default?socket=${folder()}/none`;
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
    meet((socket) => {
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
    meet((socket) => void socket.on("error", () => undefined).resume());
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
