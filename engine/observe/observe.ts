/**
 * Asks every provider at once what it holds and merges the answers into one observation.
 * In: providers, and the ids and lineage to look for. Out: readings, hosts and objects, sorted.
 * Changes nothing, and never takes a missing answer for an empty world: a provider that throws,
 * answers late or answers in part makes an incomplete reading and a diagnostic.
 */
import type { Clock } from "../contract/clock.ts";
import {
  type Inventory,
  type ObserveScope,
  type Provider,
  ProviderError,
} from "../contract/provider.ts";
import { InternalError } from "../diagnostics/assert.ts";
import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic, Judged } from "../diagnostics/diagnostic.ts";
import type { EventSink } from "../events/event.ts";
import { canonicalJson, compareText } from "../model/canonical.ts";
import type { Digest } from "../model/digest.ts";
import type { Host } from "../model/host.ts";
import type { JsonObject } from "../model/json.ts";
import type { Observation, ObservedObject, ProviderReading } from "../model/observation.ts";
import { CODES } from "./codes.ts";
import { inTime } from "./in-time.ts";

export interface ObservePorts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: EventSink;
  readonly digest: Digest;
  /** Longest time one provider may take. */
  readonly timeoutMs: number;
  /** Providers that could not even be opened. */
  readonly unreachable?: readonly ProviderReading[];
}

export async function observe(
  providers: readonly Provider[],
  scope: ObserveScope,
  ports: ObservePorts,
): Promise<Judged<Observation>> {
  const answers = await Promise.all(providers.map((provider) => ask(provider, scope, ports)));
  const closed = (ports.unreachable ?? []).map(unopened);
  const all = [...answers, ...closed].sort((left, right) =>
    compareText(left.reading.provider, right.reading.provider),
  );
  const hosts = all.flatMap((answer) => answer.hosts).sort(byHost);
  const objects = all.flatMap((answer) => answer.objects).sort(byObject);
  const readings = all.map((answer) => answer.reading);
  const digest = ports.digest(factsText(readings, hosts, objects));
  return {
    value: { readings, hosts, objects, digest },
    diagnostics: all.flatMap((answer) => answer.diagnostics),
  };
}

interface Answer {
  readonly reading: ProviderReading;
  readonly hosts: readonly Host[];
  readonly objects: readonly ObservedObject[];
  readonly diagnostics: readonly Diagnostic[];
}

async function ask(provider: Provider, scope: ObserveScope, ports: ObservePorts): Promise<Answer> {
  const { clock, emit } = ports;
  const startMs = clock.now();
  emit({ type: "refresh_start", provider: provider.name });
  const answer = await judge(provider, scope, ports);
  emit({
    type: "refresh_complete",
    provider: provider.name,
    objects: answer.objects.length,
    hosts: answer.hosts.length,
    complete: answer.reading.complete,
    elapsedMs: clock.now() - startMs,
  });
  return answer;
}

async function judge(
  provider: Provider,
  scope: ObserveScope,
  ports: ObservePorts,
): Promise<Answer> {
  try {
    const inventory = await inTime(
      provider.name,
      (context) => provider.observe(scope, context),
      ports,
    );
    return inventory === undefined ? late(provider, ports) : read(provider, inventory);
  } catch (error) {
    if (error instanceof InternalError) throw error;
    return unread(provider.name, error);
  }
}

function read({ name, capabilities }: Provider, inventory: Inventory): Answer {
  const { complete, asOf, hosts, objects, missing = [], warnings = [] } = inventory;
  const reading: ProviderReading = {
    provider: name,
    complete,
    asOf,
    error: undefined,
    ...(capabilities.liveMove ? { movesLive: true } : {}),
    ...(capabilities.hostPower ? { powersHosts: true } : {}),
  };
  const diagnostics = warnings.map((warning) =>
    diagnose(CODES.insecure, { detail: `The provider "${name}" warns: ${warning}.` }),
  );
  if (complete) return { reading, hosts, objects, diagnostics };
  const parts = missing.length === 0 ? "" : ` Missing: ${missing.join("; ")}.`;
  const detail = `The provider "${name}" says that its answer is not complete.${parts}`;
  diagnostics.push(diagnose(CODES.incomplete, { detail, help: ["run the command again"] }));
  return { reading, hosts, objects, diagnostics };
}

function late({ name }: Provider, { signal, timeoutMs }: ObservePorts): Answer {
  if (signal.aborted) {
    return nothing(name, CODES.cancelled, `The provider "${name}" was still being read.`);
  }
  const detail = `The provider "${name}" did not answer within ${timeoutMs} ms.`;
  return nothing(name, CODES.timedOut, detail, ["raise --timeout, or try again later"]);
}

function unread(name: string, error: unknown): Answer {
  if (error instanceof ProviderError) {
    const { code, message } = error.problem;
    const answer = nothing(name, CODES.unreachable, unreachableDetail(name, code, message));
    return { ...answer, reading: { ...answer.reading, error: { code, message } } };
  }
  const why = error instanceof Error ? error.message : String(error);
  return nothing(name, CODES.faulty, `The provider "${name}" threw an error: ${why}.`);
}

function unopened(reading: ProviderReading): Answer {
  const { code = "", message = "it could not be opened" } = reading.error ?? {};
  const detail = unreachableDetail(reading.provider, code, message);
  const diagnostics = [diagnose(CODES.unreachable, { detail })];
  return { reading, hosts: [], objects: [], diagnostics };
}

const unreachableDetail = (name: string, code: string, message: string): string =>
  `The provider "${name}" cannot be read: ${message}${code === "" ? "" : ` (${code})`}.`;

function nothing(
  name: string,
  entry: CodeEntry,
  detail: string,
  help: readonly string[] = [],
): Answer {
  const error = { code: entry.code, message: detail };
  return {
    reading: { provider: name, complete: false, asOf: "", error },
    hosts: [],
    objects: [],
    diagnostics: [diagnose(entry, { detail, help })],
  };
}

const byHost = (left: Host, right: Host): number =>
  compareText(left.provider, right.provider) || compareText(left.name, right.name);

const byObject = (left: ObservedObject, right: ObservedObject): number =>
  compareText(left.provider, right.provider) || compareText(left.id, right.id);

/** What a plan can depend on; not when it was read, nor use that is measured anew each time. */
function factsText(
  readings: readonly ProviderReading[],
  hosts: readonly Host[],
  objects: readonly ObservedObject[],
): string {
  const lines = readings.map(({ provider, complete }) => `reading|${provider}|${complete}`);
  for (const { active: _measured, ...host } of hosts) {
    lines.push(`host|${canonicalJson(host as unknown as JsonObject)}`);
  }
  for (const { provider, id, revision, host = "", power = "" } of objects) {
    lines.push(`object|${provider}|${id}|${revision}|${host}|${power}`);
  }
  return lines.join("\n");
}
