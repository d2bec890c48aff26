import { reduce } from "../../engine/events/reduce.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { asking, askToApply, busyText, onAnswer, typedInto } from "./asking.ts";
import { type KeyAction, type KeyEntry, keyEntry } from "./keys.ts";
import type { Message, Updated } from "./messages.ts";
import { isRunning, type Model, whyNot, withPlan, withRows, withSort } from "./model.ts";
import { moved } from "./moving.ts";
import { SORTS } from "./rows.ts";
import { ended, suppose, supposed } from "./supposing.ts";

const stay = (model: Model): Updated => ({ model, effects: [] });

/** The whole behaviour of the interface: state and message to state and effects. Pure. */
export function update(model: Model, message: Message): Updated {
  return message.type === "key" ? onKey(model, message.key) : stay(told(model, message));
}

function told(model: Model, message: Exclude<Message, { readonly type: "key" }>): Model {
  switch (message.type) {
    case "size":
      return { ...model, size: message.size };
    case "tick":
      return { ...model, nowMs: message.nowMs };
    case "event": {
      const { event, nowMs } = message;
      return { ...model, progress: reduce(model.progress, event, nowMs), nowMs };
    }
    case "planned": {
      const { plan, refusal } = message;
      const fresh = { ...model, refusal, phase: "idle", screen: "plan" } as const;
      return { ...withPlan(fresh, plan), applyTop: undefined, notice: "planned again" };
    }
    case "supposed":
      return supposed(model, message.plan, message.out);
    case "asked":
      return asking(model, message);
    case "refused":
      return { ...model, phase: "idle", notice: message.notice };
    case "applying":
      return applying(model, message.plan, message.nowMs);
    case "ended": {
      const { notice, nowMs } = message;
      return { ...model, phase: "idle", spent: true, notice, nowMs };
    }
    case "stopping":
      return { ...model, phase: "stopping", notice: message.notice };
    default:
      return message satisfies never;
  }
}

const applying = (model: Model, plan: Plan, nowMs: number): Model => ({
  ...withPlan(model, plan),
  phase: "running",
  screen: "apply",
  applyTop: undefined,
  startedAtMs: nowMs,
  nowMs,
});

function onKey(model: Model, key: string): Updated {
  if (model.ask !== undefined) return onAnswer(model, key);
  if (model.filtering && key !== "ctrl-c") return stay(onFilter(model, key));
  const entry = keyEntry(key);
  return entry === undefined ? stay(model) : onEntry({ ...model, notice: "" }, entry, key);
}

/** Typing into the filter line. */
function onFilter(model: Model, key: string): Model {
  if (key === "esc") return withRows({ ...model, filtering: false, filter: "" });
  if (key === "enter") return { ...model, filtering: false };
  const filter = typedInto(model.filter, key);
  return filter === undefined ? model : withRows({ ...model, filter });
}

function onEntry(model: Model, { action, what }: KeyEntry, key: string): Updated {
  switch (action) {
    case "quit":
      return { model, effects: [{ type: "quit", interrupted: false }] };
    case "stop":
      return onStop(model);
    case "replan":
      return onReplan(model);
    case "drain":
    case "fail":
      return suppose(model, action);
    case "what-if":
      return ended(model);
    case "apply-all":
      return askToApply(model, undefined);
    case "apply-marked":
      return askToApply(model, [...model.marked].sort());
    case "later":
      return stay({ ...model, notice: `${key}, ${what}: comes later` });
    default:
      return stay(onView(model, action));
  }
}

/** Ctrl-C asks a running apply to end, twice to end at once; else it leaves. */
function onStop(model: Model): Updated {
  if (!isRunning(model)) return { model, effects: [{ type: "quit", interrupted: true }] };
  const notice =
    model.phase === "stopping"
      ? "stopping at once"
      : "stopping: what runs may finish, nothing new is started; ctrl-c again: at once";
  return { model: { ...model, phase: "stopping", notice }, effects: [{ type: "stop" }] };
}

function onReplan(model: Model): Updated {
  if (model.phase !== "idle") return stay({ ...model, notice: busyText(model) });
  const why = whyNot(model, "replan");
  if (why !== "") return stay({ ...model, notice: why });
  const planning = { ...model, phase: "planning", notice: "planning ..." } as const;
  return { model: planning, effects: [{ type: "replan" }] };
}

type Viewing = (model: Model) => Model;

const ON_VIEW: Readonly<Partial<Record<KeyAction, Viewing>>> = {
  help: (model) => ({ ...model, top: 0, screen: model.screen === "help" ? "plan" : "help" }),
  "plan-screen": (model) => ({ ...model, screen: "plan", top: 0 }),
  "apply-screen": (model) => ({ ...model, screen: "apply", applyTop: undefined }),
  hosts: (model) => ({
    ...model,
    screen: "plan",
    pane: model.pane === "hosts" ? "changes" : "hosts",
    top: 0,
  }),
  "next-pane": (model) => ({ ...model, pane: nextPane(model), top: 0 }),
  open: (model) => ({ ...model, screen: "plan", pane: "detail", top: 0 }),
  back: (model) => onBack(model),
  filter: (model) => ({ ...model, screen: "plan", pane: "changes", filtering: true }),
  sort: (model) => withSort(model, SORTS[(SORTS.indexOf(model.sort) + 1) % SORTS.length] ?? "risk"),
  unchanged: (model) => withRows({ ...model, unchanged: !model.unchanged }),
  mark: (model) => onMark(model),
  "mark-all": (model) => ({
    ...model,
    marked: new Set(model.rows.map(({ address }) => address)),
  }),
  "mark-none": (model) => ({ ...model, marked: new Set() }),
};

const onView = (model: Model, action: KeyAction): Model => {
  const change = ON_VIEW[action];
  return change === undefined ? moved(model, action) : change(model);
};

function nextPane({ pane }: Model): Model["pane"] {
  if (pane === "changes") return "detail";
  return pane === "detail" ? "hosts" : "changes";
}

function onBack(model: Model): Model {
  if (model.screen !== "plan") return { ...model, screen: "plan", top: 0 };
  if (model.pane !== "changes") return { ...model, pane: "changes", top: 0 };
  return withRows({ ...model, filter: "" });
}

function onMark(model: Model): Model {
  const address = model.rows[model.cursor]?.address;
  if (address === undefined || model.screen !== "plan") return model;
  const marked = new Set(model.marked);
  if (!marked.delete(address)) marked.add(address);
  return moved({ ...model, marked }, "down");
}
