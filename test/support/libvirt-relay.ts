import { connect, createServer, type Server, type Socket } from "node:net";
import { rmSync } from "node:fs";
import { PROCEDURES } from "../../providers/libvirt/rpc/protocol.ts";

/** Calls that change something on a host. */
const WRITES: ReadonlySet<number> = new Set(
  Object.entries(PROCEDURES)
    .filter(([name]) => /Define|Create|Destroy|Undefine|Shutdown|Set|Migrate|Delete/.test(name))
    .map(([, { number }]) => number),
);

/** What happens to the next writing request: it is lost on its way, or its answer is. */
type Loss = "request" | "answer";

/** What the relays of one world lose next; undefined: nothing. */
export interface Losing {
  next: Loss | undefined;
}

/** A Unix socket in front of a daemon's, which can be made to fail. */
export interface Relay {
  readonly path: string;
  /** Ends every connection and refuses new ones until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

interface State {
  readonly losing: Losing;
  readonly sockets: Set<Socket>;
}

/**
 * Listens at `path` and passes everything on to the socket of a daemon, but for the one writing
 * request that is to be lost next.
 */
export async function openRelay(path: string, daemon: string, losing: Losing): Promise<Relay> {
  const state: State = { losing, sockets: new Set() };
  let server: Server | undefined;
  const open = async (): Promise<void> => {
    if (server !== undefined) return;
    rmSync(path, { force: true });
    const next = createServer((near) => join(near, connect(daemon), state));
    server = next;
    await new Promise<void>((resolve) => next.listen(path, resolve));
  };
  const shut = async (): Promise<void> => {
    const last = server;
    server = undefined;
    for (const socket of state.sockets) socket.destroy();
    await new Promise<void>((resolve) =>
      last === undefined ? resolve() : last.close(() => resolve()),
    );
  };
  await open();
  return {
    path,
    shut,
    open,
    close: shut,
  };
}

function join(near: Socket, far: Socket, state: State): void {
  const lost = new Set<number>();
  pass(near, far, ({ procedure, serial, type }) => {
    const what = state.losing.next;
    if (what === undefined || type !== 0 || !WRITES.has(procedure)) return true;
    state.losing.next = undefined;
    if (what === "answer") lost.add(serial);
    return what === "answer";
  });
  pass(far, near, ({ serial, type }) => !(type === 1 && lost.delete(serial)));
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ] as const) {
    state.sockets.add(socket);
    socket.on("error", () => other.destroy());
    socket.on("close", () => {
      state.sockets.delete(socket);
      other.destroy();
    });
  }
}

interface Header {
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
}

/** Hands on whole frames, those that `isPassed` lets through. */
function pass(from: Socket, to: Socket, isPassed: (header: Header) => boolean): void {
  let rest: Buffer = Buffer.alloc(0);
  from.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 28) {
      const length = rest.readUInt32BE(0);
      if (rest.length < length) return;
      const frame = rest.subarray(0, length);
      rest = rest.subarray(length);
      const header = {
        procedure: frame.readInt32BE(12),
        type: frame.readInt32BE(16),
        serial: frame.readUInt32BE(20),
      };
      if (isPassed(header)) to.write(frame);
    }
  });
}
