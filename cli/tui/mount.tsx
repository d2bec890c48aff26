import { render } from "ink";
import type { Plan } from "../../engine/model/plan.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf } from "../exit.ts";
import { App, type Store } from "./app.tsx";
import { applyFromScreen, type EffectPorts, planAgain } from "./effects.ts";
import { type Model, startModel } from "./model.ts";
import { type Effect, type Message, update } from "./update.ts";

/** Meters and clocks repaint at most this often; a key repaints at once. */
const TICK_MS = 100;
const FRAMES_PER_SECOND_MAX = 30;

export interface Mounting {
  readonly context: Context;
  readonly flags: EffectPorts["flags"];
  readonly plan: Plan;
  readonly readOnly: boolean;
  readonly now: () => number;
}

/** Shows the full screen until it is left; resolves to the exit of the last apply, or 0. */
export async function mountTui(mounting: Mounting): Promise<Exit> {
  const { context, now } = mounting;
  const session = openModel(mounting);
  const screen = render(<App store={session.store} />, {
    stdout: process.stdout,
    stdin: process.stdin,
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: FRAMES_PER_SECOND_MAX,
    patchConsole: false,
  });
  const timer = setInterval(() => {
    if (session.store.model().apply === "running" || session.store.model().apply === "stopping") {
      session.store.send({ type: "tick", nowMs: now() });
    }
  }, TICK_MS);
  // The drain stays on the screen: while an apply runs, its own handler listens for this signal.
  const onTerminate = (): void => {
    if (!session.isBusy()) session.leave();
  };
  process.on("SIGTERM", onTerminate);
  process.on("SIGINT", onTerminate);
  try {
    await session.left;
  } finally {
    clearInterval(timer);
    screen.unmount();
    await screen.waitUntilExit();
    process.off("SIGTERM", onTerminate);
    process.off("SIGINT", onTerminate);
  }
  const exit = await session.finished();
  const { notice } = session.store.model();
  if (notice !== "") context.io.stdout.write(`${notice}\n`);
  return exit;
}

interface TuiSession {
  readonly store: Store;
  /** Resolves when the screen shall go. */
  readonly left: Promise<void>;
  leave(): void;
  isBusy(): boolean;
  finished(): Promise<Exit>;
}

/** The loop around `update`: keeps the model, runs the effects, tells the listeners. */
function openModel({ context, flags, plan, readOnly, now }: Mounting): TuiSession {
  const { columns, rows } = context.io.stdout;
  let model: Model = startModel({
    plan,
    size: { columns, rows },
    readOnly,
    ascii: context.options.ascii,
    nowMs: now(),
  });
  let running: Promise<Exit> | undefined;
  let listener: (() => void) | undefined;
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const send = (message: Message): void => {
    const updated = update(model, message);
    model = updated.model;
    for (const effect of updated.effects) perform(effect);
    listener?.();
  };
  const ports: EffectPorts = { context, flags, send, now };
  const perform = (effect: Effect): void => {
    if (effect.type === "quit") leave();
    else if (effect.type === "stop") process.kill(process.pid, "SIGINT");
    else if (effect.type === "replan") void replan(ports);
    else {
      running = applyFromScreen(ports, model.plan, effect.addresses).finally(() => {
        running = undefined;
      });
      void running.then((exit) => {
        last = exit;
      });
    }
  };
  let last: Exit = exitOf(0);
  const subscribe = (heard: () => void): (() => void) => {
    listener = heard;
    return () => {
      listener = undefined;
    };
  };
  return {
    store: { model: () => model, send, subscribe },
    left,
    leave: () => leave(),
    isBusy: () => running !== undefined,
    finished: async () => (running === undefined ? last : await running),
  };
}

async function replan(ports: EffectPorts): Promise<void> {
  ports.send({ type: "notice", notice: "planning …" });
  const plan = await planAgain(ports, undefined);
  if (plan !== undefined) ports.send({ type: "planned", plan, notice: "planned again" });
}
