import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { ClusterAccess } from "./access.ts";
import type { Credentials, Identity } from "./credentials.ts";
import { KubeError } from "./errors.ts";
import { brokenWire, endedCall, noCredential, tooLarge, type Wire } from "./wire-errors.ts";
import type { CallScope } from "./scope.ts";

/** Free connections are closed sooner than any server in use closes them. */
const IDLE_MS = 30_000;
const SOCKETS_MAX = 32;
const PROBE_MS = 15_000;
/** Former client certificates whose connections may still carry a request. */
const CONNECTIONS_MAX = 4;

export interface WireRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the server's address, encoded, with its query. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  /** It changes nothing on the server, whatever its method: a dry run, a review. */
  readonly harmless?: boolean | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

interface Connections {
  readonly client: Identity["client"];
  readonly calls: Agent;
  /** A watch holds its connection for minutes; it takes none of the calls'. */
  readonly watches: Agent;
}

/**
 * HTTPS to one server: one request at a time in, one answer or a typed failure out. Tries nothing
 * twice, but for a refused credential that can be renewed, since a 401 has changed nothing.
 */
export class Transport {
  readonly #access: ClusterAccess;
  readonly #credentials: Credentials;
  /** The newest last; older ones end with the requests they carry. */
  #connections: readonly Connections[] = [];

  constructor(access: ClusterAccess, credentials: Credentials) {
    this.#access = access;
    this.#credentials = credentials;
  }

  async send(request: WireRequest, scope: CallScope, bytesMax: number): Promise<WireAnswer> {
    const { answer, wire } = await this.#exchange(request, scope, "calls");
    const text = await readBody(answer, wire, bytesMax);
    return answerOf(answer, text);
  }

  /** As `send`, but hands over the body unread when the status is 200: it may never end. */
  async stream(
    request: WireRequest,
    scope: CallScope,
    bytesMax: number,
  ): Promise<WireAnswer | IncomingMessage> {
    const { answer, wire } = await this.#exchange(request, scope, "watches");
    if (answer.statusCode !== 200) return answerOf(answer, await readBody(answer, wire, bytesMax));
    answer.socket.setKeepAlive(true, PROBE_MS);
    return answer;
  }

  /** Ends what is under way, too. */
  close(): void {
    for (const { calls, watches } of this.#connections) {
      calls.destroy();
      watches.destroy();
    }
    this.#connections = [];
  }

  async #exchange(
    request: WireRequest,
    scope: CallScope,
    use: "calls" | "watches",
  ): Promise<{ readonly answer: IncomingMessage; readonly wire: Wire }> {
    const first = await this.#identity(request, scope);
    const exchange = await this.#sendOnce(request, scope, this.#agent(first, use), first);
    if (exchange.answer.statusCode !== 401 || !this.#credentials.renewable) return exchange;
    exchange.answer.resume();
    this.#credentials.refuse(first);
    const second = await this.#identity(request, scope);
    return this.#sendOnce(request, scope, this.#agent(second, use), second);
  }

  async #identity(request: WireRequest, scope: CallScope): Promise<Identity> {
    const wire = this.#wire(request, scope);
    if (scope.signal.aborted) throw endedCall(wire);
    try {
      return await unlessEnded(this.#credentials.current(), scope.signal);
    } catch (error) {
      throw noCredential(wire, error);
    }
  }

  #wire(request: WireRequest, scope: CallScope): Wire {
    const path = request.path.split("?", 1)[0] ?? "";
    const { server } = this.#access;
    const harmless = request.harmless === true || request.method === "GET";
    return { server, label: `${request.method} ${server}${path}`, harmless, scope, sent: false };
  }

  #agent(identity: Identity, use: "calls" | "watches"): Agent {
    const held = this.#connections.find(({ client }) => client === identity.client);
    if (held !== undefined) return held[use];
    const { tls } = this.#access;
    const options = {
      keepAlive: true,
      timeout: IDLE_MS,
      minVersion: "TLSv1.2" as const,
      rejectUnauthorized: !tls.insecureSkipVerify,
      ...(tls.ca !== undefined && { ca: tls.ca }),
      ...(tls.serverName !== undefined && { servername: tls.serverName }),
      ...(identity.client !== undefined && {
        cert: identity.client.certificate,
        key: identity.client.key.reveal(),
      }),
    };
    const made = {
      client: identity.client,
      calls: new Agent({ ...options, maxSockets: SOCKETS_MAX }),
      watches: new Agent({ ...options, keepAlive: false }),
    };
    this.#connections = [...this.#connections.slice(-CONNECTIONS_MAX), made];
    return made[use];
  }

  #sendOnce(
    request: WireRequest,
    scope: CallScope,
    agent: Agent,
    identity: Identity,
  ): Promise<{ readonly answer: IncomingMessage; readonly wire: Wire }> {
    const wire = this.#wire(request, scope);
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(`${this.#access.server}${request.path}`, {
        agent,
        method: request.method,
        headers: headersOf(request, identity),
        signal: scope.signal,
      });
      outgoing.once("socket", (socket) => {
        // Before the handshake is over, no byte of the request can have left.
        if (outgoing.reusedSocket) wire.sent = true;
        else socket.once("secureConnect", () => (wire.sent = true));
      });
      outgoing.on("error", (error) => reject(brokenWire(wire, error)));
      outgoing.once("response", (answer) => resolve({ answer, wire }));
      outgoing.end(request.body);
    });
  }
}

/** Rejects when the signal fires, without waiting for what others share. */
function unlessEnded<Value>(shared: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error("ended"));
    signal.addEventListener("abort", end, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

function headersOf(request: WireRequest, identity: Identity): Record<string, string> {
  const body = request.body;
  return {
    Accept: request.accept ?? "application/json",
    "User-Agent": "vpac",
    ...(identity.token !== undefined && { Authorization: `Bearer ${identity.token.reveal()}` }),
    ...(body !== undefined && {
      "Content-Type": request.contentType ?? "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
    }),
  };
}

function answerOf(answer: IncomingMessage, text: string): WireAnswer {
  const retryAfter = answer.headers["retry-after"];
  return { status: answer.statusCode ?? 0, retryAfter, text };
}

async function readBody(answer: IncomingMessage, wire: Wire, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(wire, bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof KubeError ? error : brokenWire(wire, error);
  }
  return Buffer.concat(chunks).toString("utf8");
}
