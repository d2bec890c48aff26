import type { EngineEvent } from "../../../engine/events/event.ts";
import type { Action } from "../../../engine/model/change.ts";
import type { PlanSummary } from "../../../engine/model/plan.ts";
import { actionWord } from "../actions.ts";
import { cleanLine } from "../clean.ts";
import { durationText } from "../units.ts";
import { diagnosticJson } from "./diagnostics.ts";

/** Names of the message types of `vpac.events/1.0`; a test compares them with the schema. */
export const MESSAGE_TYPES = [
  "version",
  "run_start",
  "diagnostic",
  "refresh_start",
  "refresh_complete",
  "resource_drift",
  "planned_change",
  "placement_decision",
  "planned_move",
  "change_summary",
  "gate_wait",
  "gate_open",
  "apply_start",
  "apply_progress",
  "apply_retry",
  "apply_complete",
  "apply_errored",
  "apply_skipped",
  "health",
  "log",
  "outputs",
  "checkpoint",
  "run_end",
] as const;

type Level = "info" | "warn" | "error";

type TextOf = {
  readonly [Type in EngineEvent["type"]]: (
    event: Extract<EngineEvent, { readonly type: Type }>,
  ) => string;
};

const stepText = (event: { readonly address: string; readonly action: Action }): string =>
  `${cleanLine(event.address)}: ${actionWord(event.action)}`;

const TEXTS: TextOf = {
  run_start: ({ run }) => `run ${run} starts`,
  diagnostic: ({ diagnostic }) => cleanLine(`${diagnostic.code} ${diagnostic.summary}`),
  refresh_start: ({ provider }) => `reading ${cleanLine(provider)}`,
  refresh_complete: ({ provider, objects, hosts }) =>
    `read ${cleanLine(provider)}: ${objects} objects, ${hosts} hosts`,
  stage: ({ stage, elapsedMs }) => `${stage} took ${durationText(elapsedMs)}`,
  resource_drift: ({ drift }) => cleanLine(`${drift.address}: ${drift.detail}`),
  planned_change: ({ change }) => stepText(change),
  placement_decision: ({ decision }) =>
    cleanLine(`${decision.address}: ${decision.chosen ?? "no host"}`),
  planned_move: ({ move, made }) =>
    cleanLine(`${move.address}: ${made ? "moves" : "could move"} to ${move.to}`),
  change_summary: ({ summary }) => summaryText(summary),
  gate_wait: ({ gate }) => `waiting at gate ${gate}`,
  gate_open: ({ gate }) => `gate ${gate} is open`,
  apply_start: (event) =>
    `${stepText(event)} started${event.host === undefined ? "" : ` on ${cleanLine(event.host)}`}`,
  apply_progress: (event) =>
    `${stepText(event)}: ${cleanLine(event.phase)} [${durationText(event.elapsedMs)}]`,
  apply_retry: (event) =>
    `${stepText(event)}: retry ${event.attempt} of ${event.of} ` +
    `in ${durationText(event.delayMs)} (${cleanLine(event.code)})`,
  apply_complete: (event) => `${stepText(event)} complete after ${durationText(event.elapsedMs)}`,
  apply_errored: (event) => `${stepText(event)} failed: ${cleanLine(event.diagnostic.detail)}`,
  apply_skipped: (event) =>
    `${stepText(event)} skipped, waits for ${event.waitsFor.map(cleanLine).join(", ")}`,
  log: ({ text }) => cleanLine(text),
  checkpoint: ({ serial }) => `state saved, serial ${serial}`,
  run_end: ({ added, changed, destroyed }) =>
    `${added} added, ${changed} changed, ${destroyed} destroyed`,
};

const summaryText = ({ terraform: { add, change, destroy } }: PlanSummary): string =>
  `Plan: ${add} to add, ${change} to change, ${destroy} to destroy.`;

/** One sentence per event, for readers that do not know its type. */
const messageText = (event: EngineEvent): string =>
  (TEXTS[event.type] as (event: EngineEvent) => string)(event);

function levelOf(event: EngineEvent): Level {
  if (event.type === "apply_errored") return "error";
  if (event.type === "apply_retry" || event.type === "apply_skipped") return "warn";
  if (event.type !== "diagnostic") return "info";
  return event.diagnostic.severity === "error" ? "error" : "warn";
}

function payload(event: EngineEvent): Body {
  if (event.type === "diagnostic" || event.type === "apply_errored") {
    return { ...event, diagnostic: diagnosticJson(event.diagnostic) };
  }
  return { ...event };
}

export interface MessageWriter {
  /** The next line of the stream; undefined for events that are not part of the contract. */
  line(event: EngineEvent): string | undefined;
  version(vpac: string): string;
  /** The last line: `body` carries the counts and `exit`. */
  end(message: string, body: object): string;
}

/** Numbers and times the lines of one stream; `seq` starts at 0 and has no gap. */
export function messageWriter(now: () => number, run: () => string): MessageWriter {
  let seq = 0;
  const write = (level: Level, message: string, body: Body): string => {
    const { type, ...facts } = body;
    const ts = new Date(now()).toISOString();
    const common = { seq: seq++, ts, level, type, message };
    return `${JSON.stringify({ ...common, ...(run() === "" ? {} : { run: run() }), ...facts })}\n`;
  };
  return {
    version: (vpac) =>
      write("info", `vpac ${vpac}`, { type: "version", format: "vpac.events/1.0", vpac }),
    line: (event) =>
      event.type === "stage"
        ? undefined
        : write(levelOf(event), messageText(event), payload(event)),
    end: (message, body) => write("info", message, { ...body, type: "run_end" }),
  };
}

type Body = { readonly type: string } & Readonly<Record<string, unknown>>;
