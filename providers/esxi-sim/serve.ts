import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import type {
  CallContext,
  DestroyPermit,
  Intent,
  ObserveScope,
  Provider,
  UpdateIntent,
} from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import type { Clock } from "../../engine/contract/clock.ts";
import { CODES } from "./codes.ts";
import { readFrames, type Request, sendFrame } from "./frames.ts";

export interface Serving {
  close(): Promise<void>;
}

/**
 * Runs a provider behind a Unix socket that only its owner may open. One line is one frame; calls
 * of all connections run side by side.
 */
export async function serve(
  provider: Provider,
  socketPath: string,
  clock: Clock,
): Promise<Serving> {
  await removeStale(socketPath);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    answer(provider, socket, clock);
  });
  await listen(server, socketPath);
  chmodSync(socketPath, 0o600);
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await provider.close();
    },
  };
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve());
  });

/** The socket file of a server that died is taken away; a living one keeps it. */
function removeStale(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      reject(new Error(`another server listens on ${path}`));
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") rmSync(path, { force: true });
      resolve();
    });
  });
}

function answer(provider: Provider, socket: Socket, clock: Clock): void {
  const running = new Map<number, AbortController>();
  socket.once("close", () => {
    for (const controller of running.values()) controller.abort();
  });
  readFrames(socket, (frame) => {
    const request = frame as Request;
    if ("cancel" in request) {
      running.get(request.id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(request.id, controller);
    const log: CallContext["log"] = (progress) => sendFrame(socket, { id: request.id, progress });
    void carryOut(provider, request, { clock, signal: controller.signal, log })
      .then((reply) => sendFrame(socket, reply))
      .finally(() => running.delete(request.id));
  });
}

type CallRequest = Exclude<Request, { readonly cancel: true }>;

async function carryOut(
  provider: Provider,
  request: CallRequest,
  context: CallContext,
): Promise<Parameters<typeof sendFrame>[1]> {
  const { id, input } = request;
  try {
    switch (request.verb) {
      case "observe":
        return { id, inventory: await provider.observe(input as ObserveScope, context) };
      case "create":
        return { id, outcome: await provider.create(input as Intent, context) };
      case "update":
        return { id, outcome: await provider.update(input as UpdateIntent, context) };
      case "remove":
        return { id, outcome: await provider.remove(input as DestroyPermit, context) };
    }
  } catch (error) {
    if (error instanceof ProviderError) return { id, problem: error.problem };
    const message = error instanceof Error ? error.message : String(error);
    return { id, problem: { type: "transient", code: CODES.storeFailed, message } };
  }
}
