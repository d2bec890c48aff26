import type { IncomingMessage } from "node:http";
import type { Clock } from "../../../engine/contract/clock.ts";
import type { JsonValue } from "../../../engine/model/json.ts";
import { KubeError } from "./errors.ts";
import { CallScope } from "./scope.ts";
import { readStatus, statusRetryMs } from "./status.ts";
import type { Transport, WireAnswer, WireRequest } from "./transport.ts";
import type { CallOptions, ClientSeams } from "./types.ts";

const DEADLINE_MS = 30_000;
const ANSWER_BYTES_MAX = 67_108_864;
const ATTEMPTS_MAX = 6;
const PAUSE_MS = 100;
const PAUSE_MAX_MS = 10_000;

/** Requests with their deadline, their retries and the meaning of their answers. */
export class Calls {
  readonly server: string;
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #random: ClientSeams["random"];

  constructor(server: string, transport: Transport, seams: ClientSeams) {
    this.server = server;
    this.clock = seams.clock;
    this.#transport = transport;
    this.#random = seams.random;
  }

  /** Bounds `work` by the call's deadline and signal. */
  async within<Value>(
    call: CallOptions,
    work: (scope: CallScope) => Promise<Value>,
  ): Promise<Value> {
    const scope = new CallScope(this.clock, call, DEADLINE_MS);
    try {
      return await work(scope);
    } finally {
      scope.close();
    }
  }

  /** Sends once and reads the JSON; anything but a 2xx throws. */
  async once(request: WireRequest, scope: CallScope): Promise<JsonValue> {
    return this.#read(request, await this.#transport.send(request, scope, ANSWER_BYTES_MAX));
  }

  /** As `once`, but goes on while the server is busy or away, as far as the budget goes. */
  async read(request: WireRequest, scope: CallScope): Promise<JsonValue> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(request, scope);
      } catch (error) {
        if (!(error instanceof KubeError) || !isPassing(error)) throw error;
        if (attempt === ATTEMPTS_MAX) throw error;
        await scope.clock.sleep(this.pauseMs(attempt, error.retryAfterMs), scope.signal);
        if (scope.signal.aborted) throw error;
      }
    }
  }

  /** Opens an answer that comes line by line. */
  async stream(request: WireRequest, scope: CallScope): Promise<IncomingMessage> {
    const answer = await this.#transport.stream(request, scope, ANSWER_BYTES_MAX);
    if ("status" in answer) throw this.#failed(request, answer);
    return answer;
  }

  /** How long to wait before attempt n + 1: doubled each time, spread so that callers part. */
  pauseMs(attempt: number, askedMs: number | undefined): number {
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** Math.min(attempt - 1, 10));
    const spread = 0.5 + this.#random() / 2 ** 33;
    return Math.min(PAUSE_MAX_MS, Math.max(askedMs ?? 0, Math.round(pauseMs * spread)));
  }

  #read(request: WireRequest, answer: WireAnswer): JsonValue {
    if (answer.status < 200 || answer.status > 299) throw this.#failed(request, answer);
    const body = parseJson(answer.text);
    if (body !== undefined) return body;
    const message = `${this.server} answered ${answer.status} without JSON`;
    throw this.#error(request, { ...readStatus(answer.status, undefined, ""), message }, answer);
  }

  #failed(request: WireRequest, answer: WireAnswer): KubeError {
    const body = parseJson(answer.text);
    return this.#error(request, readStatus(answer.status, body, answer.text), answer, body);
  }

  #error(
    request: WireRequest,
    facts: ReturnType<typeof readStatus>,
    answer: WireAnswer,
    body?: JsonValue,
  ): KubeError {
    const ok = answer.status >= 200 && answer.status <= 299;
    const harmless = request.harmless === true || request.method === "GET";
    return new KubeError({
      ...facts,
      kind: ok ? "protocol" : facts.kind,
      retryAfterMs: retryAfterMs(answer.retryAfter) ?? statusRetryMs(body),
      sent: true,
      applied: harmless || isRefusal(facts) ? "no" : "unknown",
      request: `${request.method} ${this.server}${request.path.split("?", 1)[0] ?? ""}`,
    });
  }
}

/**
 * Refusals come before anything is stored: every 4xx but 408, and whatever admission says. A 5xx
 * may come after the store took the write, or after a proxy lost its answer.
 */
function isRefusal(facts: ReturnType<typeof readStatus>): boolean {
  if (facts.webhook !== undefined || facts.kind === "invalid") return true;
  return facts.status >= 400 && facts.status < 500 && facts.status !== 408;
}

/** Failures of reads that pass by themselves. A name that does not exist is not one. */
export function isPassing(error: KubeError): boolean {
  switch (error.kind) {
    case "tooManyRequests":
    case "unavailable":
      return true;
    case "unreachable":
      return error.reason !== "ENOTFOUND";
    case "timeout":
      return error.retryAfterMs !== undefined;
    default:
      return false;
  }
}

function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
