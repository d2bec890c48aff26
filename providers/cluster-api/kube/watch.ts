import type { IncomingMessage } from "node:http";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  stringAt,
} from "../../../engine/model/json.ts";
import { type Calls, isPassing } from "./calls.ts";
import { KubeError } from "./errors.ts";
import { linesOf } from "./lines.ts";
import { CallScope } from "./scope.ts";
import type { KubeList, Watch, WatchEvent, WatchOptions } from "./types.ts";
import { neverSent, strangeAnswer } from "./wire-errors.ts";

/** The server ends a watch after this long; the next goes on where it ended. */
const SESSION_SECONDS = 240;
/** A connection that is silent for longer than a session is dead, whatever it looks like. */
const SILENCE_MS = (SESSION_SECONDS + 15) * 1000;
const DEADLINE_MS = 600_000;
const LINE_BYTES_MAX = 16_777_216;

/** What a watch needs of its client. */
export interface WatchSource {
  readonly calls: Calls;
  readonly list: (options: WatchOptions) => Promise<KubeList>;
  readonly path: (
    options: WatchOptions,
    version: string,
    seconds: number,
    scope: CallScope,
  ) => Promise<string>;
}

type Told = WatchEvent & { readonly resourceVersion: string };

/**
 * Follows a collection until the deadline or the signal: lists it once (or goes on from a version),
 * then watches; goes on after broken connections and restarts of the server, and lists again when
 * the server has forgotten the version. Failures that do not pass by themselves are thrown.
 */
export async function* watch(source: WatchSource, options: WatchOptions): Watch {
  const scope = new CallScope(source.calls.clock, options, DEADLINE_MS);
  try {
    yield* follow(source, options, scope);
  } finally {
    scope.close();
  }
}

async function* follow(
  source: WatchSource,
  options: WatchOptions,
  scope: CallScope,
): AsyncGenerator<Told, void, undefined> {
  const { calls } = source;
  let version = options.resourceVersion;
  let failures = 0;
  while (!scope.signal.aborted) {
    let askedMs: number | undefined;
    try {
      for await (const told of round(source, { ...options, resourceVersion: version }, scope)) {
        failures = 0;
        version = told.resourceVersion;
        yield told;
      }
    } catch (error) {
      if (scope.signal.aborted) return;
      const passing = passes(error);
      if (passing.kind === "gone") version = undefined;
      askedMs = passing.retryAfterMs;
    }
    await calls.clock.sleep(calls.pauseMs(++failures, askedMs), scope.signal);
  }
}

/** Throws what does not get better by listing or watching again. */
function passes(error: unknown): KubeError {
  if (!(error instanceof KubeError)) throw error;
  if (error.kind === "gone" || error.kind === "timeout" || isPassing(error)) return error;
  throw error;
}

/** A list, where there is no version to go on from, and one connection after it. */
async function* round(
  source: WatchSource,
  options: WatchOptions,
  scope: CallScope,
): AsyncGenerator<Told, void, undefined> {
  const bounded = { ...options, signal: scope.signal, deadlineMs: undefined };
  let version = options.resourceVersion;
  if (version === undefined) {
    const { items, resourceVersion } = await source.list(bounded);
    version = resourceVersion;
    yield { type: "relisted", items, resourceVersion };
  }
  yield* session(source, bounded, version, scope);
}

/** One connection: from `version` until the server ends it or it breaks. */
async function* session(
  source: WatchSource,
  options: WatchOptions,
  version: string,
  outer: CallScope,
): AsyncGenerator<Told, void, undefined> {
  const { calls } = source;
  const scope = new CallScope(calls.clock, { signal: outer.signal }, SILENCE_MS);
  let answer: IncomingMessage | undefined;
  try {
    const path = await source.path(options, version, SESSION_SECONDS, scope);
    answer = await calls.stream({ method: "GET", path }, scope);
    for await (const line of linesOf(answer, LINE_BYTES_MAX)) yield readEvent(calls.server, line);
  } catch (error) {
    throw error instanceof KubeError ? error : lost(calls.server, error);
  } finally {
    answer?.destroy();
    scope.close();
  }
}

function lost(server: string, error: unknown): KubeError {
  if (error instanceof RangeError) return neverSent(server, "tooLarge", error.message);
  const said = error instanceof Error ? error.message : String(error);
  return neverSent(server, "unreachable", `the watch of ${server} broke: ${said}`);
}

const TYPES = { ADDED: "added", MODIFIED: "modified", DELETED: "deleted" } as const;

/** One line of a watch → an event. An ERROR line is a Status and is thrown. */
export function readEvent(server: string, line: string): Told {
  const event = parse(line);
  const object = isJsonObject(event) ? event["object"] : undefined;
  const type = stringAt(event, "type") ?? "";
  if (type === "ERROR") throw statusError(server, object);
  const resourceVersion = stringAt(object, "metadata", "resourceVersion");
  if (isJsonObject(object) && resourceVersion !== undefined) {
    if (type === "BOOKMARK") return { type: "bookmark", resourceVersion };
    if (isChange(type)) return { type: TYPES[type], object, resourceVersion };
  }
  throw strangeAnswer(server, `${server} sent a watch event that is none`, true);
}

function isChange(type: string): type is keyof typeof TYPES {
  return Object.hasOwn(TYPES, type);
}

function statusError(server: string, object: JsonValue | undefined): KubeError {
  const status: JsonObject = isJsonObject(object) ? object : {};
  const code = numberAt(status, "code") ?? 500;
  const message = stringAt(status, "message") ?? "the watch ended with an error";
  if (code === 410) return neverSent(server, "gone", message);
  // Whatever it was, a new watch from the same version says what is still wrong.
  return neverSent(server, "unavailable", message);
}

function parse(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line) as JsonValue;
  } catch {
    return undefined;
  }
}
