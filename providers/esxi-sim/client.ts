import { connect, type Socket } from "node:net";
import type {
  CallContext,
  Capabilities,
  DestroyPermit,
  Intent,
  Inventory,
  ObserveScope,
  Outcome,
  Problem,
  Provider,
  UpdateIntent,
} from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { cancelled, unknown } from "./faults.ts";
import { readFrames, type Reply, sendFrame, type Verb } from "./frames.ts";
import { CAPABILITIES } from "./provider.ts";

type Answer =
  | Exclude<Reply, { readonly progress: unknown }>
  /** The line broke, the deadline passed or the caller gave up: nothing is known of the call. */
  | { readonly lost: Problem };

interface Waiting {
  readonly settle: (answer: Answer) => void;
  readonly log: CallContext["log"];
}

/** The provider over a world that another process serves. */
export class EsxiSimClient implements Provider {
  readonly name: string;
  readonly type = "esxi-sim";
  readonly capabilities: Capabilities = CAPABILITIES;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | undefined;
  #lastId = 0;

  constructor(name: string, path: string) {
    this.name = name;
    this.#path = path;
  }

  /** Connects; throws a typed problem when nobody listens. */
  async open(): Promise<void> {
    await this.#connected();
  }

  async observe(scope: ObserveScope, context: CallContext): Promise<Inventory> {
    await this.#connected();
    const answer = await this.#ask("observe", scope, context, undefined);
    if ("inventory" in answer) return rename(answer.inventory as Inventory, this.name);
    throw new ProviderError(problemOf(answer));
  }

  create(intent: Intent, context: CallContext): Promise<Outcome> {
    return this.#write("create", intent, context);
  }

  update(intent: UpdateIntent, context: CallContext): Promise<Outcome> {
    return this.#write("update", intent, context);
  }

  remove(permit: DestroyPermit, context: CallContext): Promise<Outcome> {
    return this.#write("remove", permit, context);
  }

  close(): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
    return Promise.resolve();
  }

  async #write(
    verb: Verb,
    input: { readonly deadlineMs: number },
    context: CallContext,
  ): Promise<Outcome> {
    if (context.signal.aborted) return cancelled;
    try {
      await this.#connected();
    } catch (error) {
      if (error instanceof ProviderError) return { is: "failed", why: error.problem };
      throw error;
    }
    const answer = await this.#ask(verb, input, context, input.deadlineMs);
    if ("outcome" in answer) return answer.outcome;
    const { code, message } = problemOf(answer);
    return unknown(code, message);
  }

  #connected(): Promise<void> {
    if (this.#socket !== undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const socket = connect(this.#path);
      socket.once("connect", () => {
        this.#socket = socket;
        resolve();
      });
      socket.once("error", (error) => {
        const message = `nobody serves the simulated world at ${this.#path}: ${error.message}`;
        reject(new ProviderError({ type: "transient", code: CODES.unreachable, message }));
      });
      socket.once("close", () => this.#hangUp(socket));
      readFrames(socket, (frame) => this.#receive(frame as Reply));
    });
  }

  #hangUp(socket: Socket): void {
    if (this.#socket === socket) this.#socket = undefined;
    const message = "the connection to the simulated world broke";
    for (const { settle } of this.#waiting.values()) {
      settle({ lost: { type: "transient", code: CODES.unreachable, message } });
    }
    this.#waiting.clear();
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    if ("progress" in reply) {
      waiting.log(reply.progress);
      return;
    }
    this.#waiting.delete(reply.id);
    waiting.settle(reply);
  }

  #ask(
    verb: Verb,
    input: unknown,
    context: CallContext,
    deadlineMs: number | undefined,
  ): Promise<Answer> {
    const id = ++this.#lastId;
    const socket = this.#socket;
    return new Promise((resolve) => {
      const answered = new AbortController();
      const settle = (answer: Answer): void => {
        answered.abort();
        this.#waiting.delete(id);
        resolve(answer);
      };
      const lose = (code: string, message: string): void => {
        if (socket !== undefined) sendFrame(socket, { id, cancel: true });
        settle({ lost: { type: "transient", code, message } });
      };
      this.#waiting.set(id, { settle, log: context.log });
      context.signal.addEventListener(
        "abort",
        () => lose(CODES.cancelled, "the call was cancelled"),
        { once: true, signal: answered.signal },
      );
      if (deadlineMs !== undefined) {
        void context.clock.sleep(deadlineMs, answered.signal).then(() => {
          if (!answered.signal.aborted) lose(CODES.timeout, "the simulated world did not answer");
        });
      }
      if (socket === undefined) lose(CODES.unreachable, "there is no connection");
      else sendFrame(socket, { id, verb, provider: this.name, input });
    });
  }
}

function problemOf(answer: Answer): Problem {
  if ("lost" in answer) return answer.lost;
  if ("problem" in answer) return answer.problem;
  return { type: "transient", code: CODES.unreachable, message: "the answer fits no question" };
}

/** The server knows its world by its own name; we call it by ours. */
function rename(inventory: Inventory, provider: string): Inventory {
  return {
    ...inventory,
    hosts: inventory.hosts.map((host) => ({ ...host, provider })),
    objects: inventory.objects.map((object) => ({
      ...object,
      provider,
      // What is undefined does not travel in JSON; the shape stays the same all the same.
      namespace: object.namespace,
      tag: object.tag,
      host: object.host,
      power: object.power,
      active: object.active,
    })),
  };
}
