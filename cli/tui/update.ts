import { reduce, startProgress } from "../../engine/events/reduce.ts";
import type { EngineEvent } from "../../engine/events/event.ts";
import type { Address } from "../../engine/model/address.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { type KeyAction, keyEntry } from "./keys.ts";
import { type Model, pageRows, type Size, type Sort, visibleChanges } from "./model.ts";

export type Message =
  /** One key: a printable character, or a name such as `enter`, `esc`, `ctrl-c`. */
  | { readonly type: "key"; readonly key: string }
  | { readonly type: "size"; readonly size: Size }
  | { readonly type: "tick"; readonly nowMs: number }
  | { readonly type: "event"; readonly event: EngineEvent; readonly nowMs: number }
  | { readonly type: "planned"; readonly plan: Plan; readonly notice: string }
  | { readonly type: "applying"; readonly plan: Plan; readonly nowMs: number }
  | { readonly type: "ended"; readonly notice: string }
  | { readonly type: "notice"; readonly notice: string };

/** What the world outside the model shall do. */
export type Effect =
  | { readonly type: "quit" }
  | { readonly type: "replan" }
  /** Undefined applies everything. */
  | { readonly type: "apply"; readonly addresses: readonly Address[] | undefined }
  | { readonly type: "stop" };

export interface Updated {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

const stay = (model: Model): Updated => ({ model, effects: [] });

/** The whole behaviour of the interface: state and message to state and effects. Pure. */
export function update(model: Model, message: Message): Updated {
  switch (message.type) {
    case "key":
      return onKey(model, message.key);
    case "size":
      return stay({ ...model, size: message.size });
    case "tick":
      return stay({ ...model, nowMs: message.nowMs });
    case "event": {
      const { event, nowMs } = message;
      return stay({ ...model, progress: reduce(model.progress, event, nowMs), nowMs });
    }
    case "planned":
      return stay(showing({ ...model, plan: message.plan, notice: message.notice, apply: "none" }));
    case "applying":
      return stay(applying(model, message.plan, message.nowMs));
    case "ended":
      return stay({ ...model, apply: "ended", notice: message.notice });
    case "notice":
      return stay({ ...model, notice: message.notice });
    default:
      return message satisfies never;
  }
}

/** A new plan: what was marked stays marked where it is still a change. */
function showing(model: Model): Model {
  const known = new Set(model.plan.changes.map((change) => change.address));
  const marked = new Set([...model.marked].filter((address) => known.has(address)));
  return { ...model, marked, progress: startProgress(model.plan), cursor: 0, top: 0 };
}

const applying = (model: Model, plan: Plan, nowMs: number): Model => ({
  ...model,
  plan,
  progress: startProgress(plan),
  apply: "running",
  screen: "apply",
  applyTop: undefined,
  startedAtMs: nowMs,
  nowMs,
});

function onKey(model: Model, key: string): Updated {
  if (model.ask !== undefined) return onAnswer(model, key);
  if (model.filtering) return stay(onFilter(model, key));
  const entry = keyEntry(key);
  if (entry === undefined) return stay(model);
  if (entry.changes === true && model.readOnly) {
    return stay({ ...model, notice: "read-only: nothing can be applied from here" });
  }
  // What was told last is printed once more when the screen is left.
  const silent = entry.action === "quit" ? model : { ...model, notice: "" };
  return onAction(silent, entry.action);
}

/** Typing into the filter line. */
function onFilter(model: Model, key: string): Model {
  if (key === "esc") return { ...model, filtering: false, filter: "", cursor: 0 };
  if (key === "enter") return { ...model, filtering: false };
  if (key === "backspace") return { ...model, filter: model.filter.slice(0, -1), cursor: 0 };
  const typed = key === "space" ? " " : key;
  return [...typed].length === 1 ? { ...model, filter: model.filter + typed, cursor: 0 } : model;
}

/** Typing the answer to a question. */
function onAnswer(model: Model, key: string): Updated {
  const ask = model.ask;
  if (ask === undefined) return stay(model);
  if (key === "esc" || key === "ctrl-c") {
    return stay({ ...model, ask: undefined, notice: "nothing was applied" });
  }
  if (key === "backspace")
    return stay({ ...model, ask: { ...ask, typed: ask.typed.slice(0, -1) } });
  if (key !== "enter") {
    const typed = key === "space" ? " " : key;
    if ([...typed].length !== 1) return stay(model);
    return stay({ ...model, ask: { ...ask, typed: ask.typed + typed } });
  }
  if (ask.typed !== ask.wanted) {
    return stay({ ...model, ask: undefined, notice: `only "${ask.wanted}" applies it` });
  }
  const effects: Effect[] = [{ type: "apply", addresses: ask.addresses }];
  return { model: { ...model, ask: undefined, apply: "planning" }, effects };
}

const SORTS: readonly Sort[] = ["risk", "kind", "host", "wave"];

function onAction(model: Model, action: KeyAction): Updated {
  switch (action) {
    case "quit":
      return { model, effects: [{ type: "quit" }] };
    case "stop":
      return onStop(model);
    case "replan":
      return isBusy(model) ? busy(model) : { model, effects: [{ type: "replan" }] };
    case "apply-all":
      return askToApply(model, undefined);
    case "apply-marked":
      return model.marked.size === 0
        ? stay({ ...model, notice: "nothing is marked: space marks, * marks all" })
        : askToApply(model, [...model.marked].sort());
    default:
      return stay(onView(model, action));
  }
}

const isBusy = (model: Model): boolean =>
  model.apply === "planning" || model.apply === "running" || model.apply === "stopping";

const busy = (model: Model): Updated => stay({ ...model, notice: "an apply is running" });

/** A plan that destroys asks for the name of the workspace, any other for `yes`. */
function askToApply(model: Model, addresses: readonly Address[] | undefined): Updated {
  if (isBusy(model)) return busy(model);
  const chosen = new Set(addresses ?? model.plan.changes.map((change) => change.address));
  const real = model.plan.changes.filter(
    (change) => chosen.has(change.address) && change.action !== "noop",
  );
  if (real.length === 0) return stay({ ...model, notice: "there is nothing to apply" });
  const destroys = real.some(({ action, risk }) => action === "delete" || risk.dataLoss);
  const wanted = destroys ? model.plan.workspace : "yes";
  return stay({ ...model, ask: { wanted, typed: "", addresses } });
}

/** Ctrl-C asks a running apply to end, twice to end at once; else it leaves. */
function onStop(model: Model): Updated {
  if (!isBusy(model)) return { model, effects: [{ type: "quit" }] };
  const notice =
    model.apply === "stopping"
      ? "stopping at once"
      : "stopping: what runs may finish, ctrl-c: at once";
  return { model: { ...model, apply: "stopping", notice }, effects: [{ type: "stop" }] };
}

type ViewAction = Exclude<KeyAction, "quit" | "stop" | "replan" | "apply-all" | "apply-marked">;

type Viewing = (model: Model) => Model;

const ON_VIEW: Readonly<Partial<Record<ViewAction, Viewing>>> = {
  help: (model) => ({ ...model, screen: model.screen === "help" ? "plan" : "help" }),
  "plan-screen": (model) => ({ ...model, screen: "plan" }),
  "apply-screen": (model) => ({ ...model, screen: "apply" }),
  hosts: (model) => ({
    ...model,
    screen: "plan",
    pane: model.pane === "hosts" ? "changes" : "hosts",
    top: 0,
  }),
  "next-pane": (model) => ({ ...model, pane: nextPane(model), top: 0 }),
  open: (model) => ({ ...model, pane: "detail", top: 0 }),
  back: (model) => onBack(model),
  filter: (model) => ({ ...model, screen: "plan", pane: "changes", filtering: true }),
  sort: (model) => ({
    ...model,
    sort: SORTS[(SORTS.indexOf(model.sort) + 1) % SORTS.length] ?? "risk",
  }),
  unchanged: (model) => ({ ...model, unchanged: !model.unchanged, cursor: 0 }),
  mark: (model) => onMark(model),
  "mark-all": (model) => ({
    ...model,
    marked: new Set(visibleChanges(model).map(({ address }) => address)),
  }),
  "mark-none": (model) => ({ ...model, marked: new Set() }),
};

const onView = (model: Model, action: ViewAction): Model => {
  const change = ON_VIEW[action];
  return change === undefined ? moveCursor(model, action) : change(model);
};

function nextPane({ pane }: Model): Model["pane"] {
  if (pane === "changes") return "detail";
  return pane === "detail" ? "hosts" : "changes";
}

function onBack(model: Model): Model {
  if (model.screen !== "plan") return { ...model, screen: "plan" };
  if (model.pane !== "changes") return { ...model, pane: "changes", top: 0 };
  return { ...model, filter: "", cursor: 0 };
}

function onMark(model: Model): Model {
  const address = visibleChanges(model)[model.cursor]?.address;
  if (address === undefined) return model;
  const marked = new Set(model.marked);
  if (!marked.delete(address)) marked.add(address);
  return moveCursor({ ...model, marked }, "down");
}

function moveCursor(model: Model, action: KeyAction): Model {
  const onto = (from: number, total: number): number =>
    clamp(goal(action, from, total, model), total);
  if (model.screen === "apply") {
    return { ...model, applyTop: onto(model.applyTop ?? 0, model.progress.counts.total) };
  }
  if (model.screen === "plan" && model.pane === "changes") {
    return { ...model, top: 0, cursor: onto(model.cursor, visibleChanges(model).length) };
  }
  return { ...model, top: onto(model.top, LINES_MAX) };
}

/** No detail is longer; the frame itself stops at the last line. */
const LINES_MAX = 10_000;

function goal(action: KeyAction, from: number, total: number, model: Model): number {
  const page = pageRows(model);
  const steps: Partial<Record<KeyAction, number>> = {
    down: 1,
    up: -1,
    "page-down": page,
    "page-up": -page,
    top: -total,
    bottom: total,
  };
  return from + (steps[action] ?? 0);
}

const clamp = (value: number, total: number): number =>
  Math.max(0, Math.min(value, Math.max(0, total - 1)));
