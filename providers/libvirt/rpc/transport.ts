import { connect, type Socket } from "node:net";
import { ConnectionLost } from "./errors.ts";
import type { LibvirtEndpoint } from "./uri.ts";

/** Connects to the first address that answers; throws `ConnectionLost` when none does. */
export async function connectSocket(
  endpoint: LibvirtEndpoint,
  signal: AbortSignal,
): Promise<Socket> {
  const tries: (() => Socket)[] =
    endpoint.kind === "unix"
      ? endpoint.paths.map((path) => () => connect({ path }))
      : [() => connect({ host: endpoint.host, port: endpoint.port, noDelay: true })];
  const reasons = new Set<string>();
  for (const open of tries) {
    const socket = open();
    const reason = await connected(socket, signal);
    if (reason === undefined) return socket;
    reasons.add(reason);
  }
  const reason = [...reasons].join("; ");
  throw new ConnectionLost("ConnectOpen", false, { cause: "unreachable", reason });
}

/** Why the socket did not connect; undefined when it did. */
function connected(socket: Socket, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const abort = (): void => void socket.destroy(new Error("given up"));
    const end = (reason: string | undefined): void => {
      signal.removeEventListener("abort", abort);
      resolve(reason);
    };
    socket.once("connect", () => end(undefined));
    // It stays: an error that comes late must not end the process.
    socket.on("error", (error) => end(error.message));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}
