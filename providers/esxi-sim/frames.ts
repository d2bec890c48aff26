import type { Socket } from "node:net";
import type { Outcome, Problem, ProviderProgress } from "../../engine/contract/provider.ts";

/** A longer line is no frame of ours; the connection is closed. */
const FRAME_BYTES_MAX = 512 * 2 ** 20;

export type Verb = "observe" | "create" | "update" | "remove";

/** Line from the client: a call, or the wish to give one up. */
export type Request =
  | { readonly id: number; readonly verb: Verb; readonly provider: string; readonly input: unknown }
  | { readonly id: number; readonly cancel: true };

/** Line from the server. */
export type Reply =
  | { readonly id: number; readonly outcome: Outcome }
  | { readonly id: number; readonly inventory: unknown }
  | { readonly id: number; readonly problem: Problem }
  | { readonly id: number; readonly progress: ProviderProgress };

export const sendFrame = (socket: Socket, frame: Request | Reply): void => {
  if (!socket.destroyed) socket.write(`${JSON.stringify(frame)}\n`);
};

/** Calls `onFrame` for every whole line; a line that is no JSON ends the connection. */
export function readFrames(socket: Socket, onFrame: (frame: unknown) => void): void {
  const pieces: Buffer[] = [];
  let size = 0;
  socket.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...pieces, chunk.subarray(start, end)]);
      pieces.length = 0;
      size = 0;
      start = end + 1;
      const frame = parse(line);
      if (frame === undefined) {
        socket.destroy();
        return;
      }
      onFrame(frame);
    }
    pieces.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > FRAME_BYTES_MAX) socket.destroy();
  });
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
