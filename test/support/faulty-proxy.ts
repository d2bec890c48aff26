import { request } from "node:https";
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

type ProxyFault = "unavailable" | "timeout-before" | "timeout-after";

/** Stands in front of an API server and lets the next writing request go wrong. */
export interface FaultyProxy {
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** Undefined takes the fault back. Reads, dry runs and reviews pass. */
  failNext(fault: ProxyFault | undefined): void;
  close(): Promise<void>;
}

export interface ProxySettings {
  readonly target: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const BUSY = JSON.stringify({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  message: "too many requests, please try again later",
  reason: "TooManyRequests",
  code: 429,
});

/** Starts a proxy on a free port of loopback, with the server's own certificate. */
export async function startFaultyProxy(settings: ProxySettings): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  let next: ProxyFault | undefined;
  const server = createServer(
    { cert: settings.certificate, key: settings.key },
    (incoming, outgoing) => {
      const isWrite = isWriting(incoming);
      const fault = isWrite ? next : undefined;
      if (isWrite) next = undefined;
      handle(incoming, outgoing, { settings, fault });
    },
  );
  server.on("secureConnection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server: `https://127.0.0.1:${port}`,
    failNext: (fault) => {
      next = fault;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const isWriting = ({ method = "GET", url = "" }: IncomingMessage): boolean =>
  method !== "GET" && !url.includes("dryRun=") && !url.includes("/authorization.k8s.io/");

function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { settings, fault }: { readonly settings: ProxySettings; readonly fault: ProxyFault | undefined },
): void {
  if (fault === "timeout-before") {
    incoming.socket.destroy();
    return;
  }
  if (fault === "unavailable") {
    incoming.resume();
    outgoing.writeHead(429, { "content-type": "application/json", "retry-after": "1" }).end(BUSY);
    return;
  }
  const { method, url, headers } = incoming;
  const { target, ca } = settings;
  const forwarded = request(
    new URL(url ?? "/", target),
    { method, headers: { ...headers, host: new URL(target).host }, ca },
    (answer) => {
      if (fault === "timeout-after") {
        answer.resume();
        answer.once("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  forwarded.once("error", () => incoming.socket.destroy());
  incoming.pipe(forwarded);
}
