import { tellCarried } from "../applying/tell.ts";
import { viewFor } from "../applying/carry-out.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { CommandError, type Exit, exitOf } from "../exit.ts";
import type { ApplyView } from "../views/human/apply-lines.ts";
import {
  type Applied,
  applyFromScreen,
  consider,
  type EffectPorts,
  type Opening,
  replan,
  suppose,
} from "./effects.ts";
import { eventsOf } from "./handover.ts";
import type { Effect, Message } from "./messages.ts";
import { type Model, type Refusals, startModel } from "./model.ts";
import { openPainter } from "./painter.ts";
import { update } from "./update.ts";

/** Where the model lives; the app shows what it holds and sends what was pressed. */
export interface Store {
  readonly model: () => Model;
  readonly send: (message: Message) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface Mounting extends Opening {
  readonly plan: Plan;
  readonly refusals: Refusals;
  /** Why this plan cannot be applied, whatever is allowed otherwise; empty when it can be. */
  readonly refusal: string;
}

/** The loop around `update`: keeps the model, carries out the effects, tells the painter. */
export class Session implements Store {
  /** Resolves when the screen shall go; rejects when something is broken. */
  readonly left: Promise<void>;
  readonly subscribe: Store["subscribe"];
  readonly #mounting: Mounting;
  readonly #painter = openPainter();
  readonly #leaving = new AbortController();
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #model: Model;
  #applying: Promise<Applied> | undefined;
  #ended: Applied | undefined;
  #leftWith: Exit | undefined;
  #leavesAtEnd = false;
  /** The line interface, once the screen was left during a run. */
  #lines: ApplyView | undefined;

  constructor(mounting: Mounting) {
    const { context, plan, refusals, refusal, now } = mounting;
    const { columns, rows } = context.io.stdout;
    const { ascii } = context.options;
    const size = { columns, rows };
    this.#mounting = mounting;
    this.#model = startModel({ plan, size, refusals, refusal, ascii, nowMs: now() });
    this.subscribe = this.#painter.subscribe;
    this.left = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  readonly model = (): Model => this.#model;

  readonly send = (message: Message): void => {
    try {
      const { model, effects } = update(this.#model, message);
      this.#model = model;
      for (const effect of effects) this.#perform(effect);
      if (message.type === "event" || message.type === "tick") this.#painter.soon();
      else this.#painter.now();
    } catch (error) {
      this.fail(error);
    }
  };

  /** Called several times a second: moves the clocks, and paints what happened meanwhile. */
  tick(): void {
    if (this.#applying !== undefined) this.send({ type: "tick", nowMs: this.#mounting.now() });
    this.#painter.flush();
  }

  /** SIGTERM or SIGINT from outside; a running apply hears them by itself. */
  signal(exit: Exit): void {
    if (this.#applying === undefined) this.#leave(exit);
    else if (exit.code === 143) this.#leavesAtEnd = true;
  }

  fail(error: unknown): void {
    this.#leaving.abort();
    this.#reject(error);
  }

  /** After the screen has gone: a run goes on as lines. Tells how the last one ended. */
  async finish(): Promise<Exit> {
    if (this.#applying !== undefined) this.#ended = await this.#handOver(this.#applying);
    if (this.#leftWith !== undefined) return this.#leftWith;
    if (this.#ended === undefined) return exitOf(0);
    if (this.#ended instanceof CommandError) throw this.#ended;
    tellCarried(this.#mounting.context, this.#ended);
    return this.#ended.exit;
  }

  #leave(exit?: Exit): void {
    this.#leftWith ??= exit;
    this.#leaving.abort();
    this.#resolve();
  }

  #perform(effect: Effect): void {
    const fail = (error: unknown): void => this.fail(error);
    switch (effect.type) {
      case "quit":
        this.#leave(effect.interrupted && this.#ended === undefined ? exitOf(130) : undefined);
        break;
      case "stop":
        // The same way as from outside, so that there is one handler for it.
        process.kill(process.pid, "SIGINT");
        break;
      case "replan":
        replan(this.#ports()).catch(fail);
        break;
      case "suppose":
        suppose(this.#ports(), effect.out).catch(fail);
        break;
      case "consider":
        consider(this.#ports(), this.#model.plan, effect.addresses).catch(fail);
        break;
      case "apply":
        this.#apply(effect.plan).catch(fail);
        break;
      default:
        effect satisfies never;
    }
  }

  #ports(): EffectPorts {
    return { ...this.#mounting, send: this.send, signal: this.#leaving.signal };
  }

  async #apply(plan: Plan): Promise<void> {
    const view: ApplyView = {
      event: (event) => {
        this.send({ type: "event", event, nowMs: this.#mounting.now() });
        this.#lines?.event(event);
      },
      notice: (notice) => {
        this.send({ type: "stopping", notice });
        this.#lines?.notice(notice);
      },
      close: () => this.#lines?.close(),
    };
    this.#applying = applyFromScreen(this.#ports(), plan, view);
    this.#ended = await this.#applying.finally(() => {
      this.#applying = undefined;
    });
    if (this.#leavesAtEnd) this.#leave();
  }

  async #handOver(run: Promise<Applied>): Promise<Applied> {
    const { context, now } = this.#mounting;
    this.#lines = viewFor(context, { plan: this.#model.plan, now });
    for (const event of eventsOf(this.#model.progress)) this.#lines.event(event);
    return await run;
  }
}
