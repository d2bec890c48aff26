/** A peer that speaks as no daemon would. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { systemClock } from "../../../../cli/wiring/clock.ts";
import {
  type ConnectionSettings,
  type LibvirtConnection,
  openConnection,
} from "../../../../providers/libvirt/rpc/connection.ts";
import {
  encodeFrame,
  type Frame,
  FrameSplitter,
} from "../../../../providers/libvirt/rpc/frames.ts";
import { PROCEDURES } from "../../../../providers/libvirt/rpc/protocol.ts";
import type { XdrWriter } from "../../../../providers/libvirt/rpc/xdr.ts";

/** The type of a frame that answers a call. */
export const REPLY = 1;

/** The clock of the connections. */
export const clock = systemClock({});

/** Opens as a daemon does and then does what a test wants. */
interface Peer {
  /** All frames of the test, in the order in which they came. */
  readonly seen: Frame[];
  socket: Socket | undefined;
  answer: (frame: Frame, socket: Socket) => void;
}

/** The answer to a call that succeeds; without a writer it has no result. */
export const reply = (call: Frame, write?: (writer: XdrWriter) => void): Uint8Array =>
  encodeFrame({ ...call, type: REPLY, status: 0 }, write);

/** How a daemon answers the calls that open a connection, by their number. */
export const HANDSHAKE: Readonly<Record<number, (writer: XdrWriter) => void>> = {
  [PROCEDURES.AuthList.number]: (writer) => {
    writer.uint(1);
    writer.uint(0);
  },
  [PROCEDURES.ConnectSupportsFeature.number]: (writer) => writer.int(1),
  [PROCEDURES.ConnectOpen.number]: () => undefined,
  [PROCEDURES.ConnectClose.number]: () => undefined,
  [PROCEDURES.ConnectGetLibVersion.number]: (writer) => writer.unsignedHyper(9_000_000n),
};

/** A peer that every test gets anew, and a way to connect to it. */
export interface HostilePeer {
  readonly peer: Peer;
  /** A connection that the end of the test closes. */
  readonly open: (settings?: Partial<ConnectionSettings>) => Promise<LibvirtConnection>;
  /** The folder of the socket. */
  readonly folder: () => string;
  /** From now on in this test a connection is met so, and not as by a daemon that opens. */
  readonly meet: (listener: (socket: Socket) => void) => void;
}

/** Listens before each test of the calling file and stops after it. */
export function hostilePeer(): HostilePeer {
  const peer: Peer = { seen: [], socket: undefined, answer: () => undefined };
  const opened: LibvirtConnection[] = [];
  let folder: string;
  let server: Server;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "vpac-rpc-"));
    peer.seen.length = 0;
    peer.socket = undefined;
    peer.answer = () => undefined;
    server = createServer((socket) => serve(peer, socket));
    await new Promise<void>((resolve) => server.listen(join(folder, "s"), resolve));
  });
  afterEach(async () => {
    for (const connection of opened.splice(0)) await connection.close();
    peer.socket?.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  const open: HostilePeer["open"] = async (settings = {}) => {
    const uri = `test+unix:///default?socket=${folder}/s`;
    const connection = await openConnection(uri, { clock, keepAlive: false, ...settings });
    opened.push(connection);
    return connection;
  };
  const meet: HostilePeer["meet"] = (listener) =>
    void server.removeAllListeners("connection").on("connection", listener);
  return { peer, open, folder: () => folder, meet };
}

function serve(peer: Peer, socket: Socket): void {
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
}

/** What a promise fails with; the test fails where it does not. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("it did not fail"),
    (error: unknown) => error,
  );

/** On a machine that is busy a second can pass between two turns. */
export const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
