import { hostname, userInfo } from "node:os";
import { hasErrors } from "../../engine/diagnostics/diagnostic.ts";
import { editState, openStore, type StateEditOutcome } from "../../engine/index.ts";
import { type Address, matchesAddress } from "../../engine/model/address.ts";
import type { RecordedResource, RecordedState } from "../../engine/model/recorded.ts";
import { suggest } from "../../engine/diagnostics/suggest.ts";
import { CLI_CODES } from "../catalogue.ts";
import { type Command, flagOn } from "../command.ts";
import { type Context, createPorts } from "../context.ts";
import { CommandError, type Exit, exitOf, worstExit } from "../exit.ts";
import { printListing, yamlText } from "../looking/render.ts";
import { providerConfigs } from "../looking/world.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { diagnosticExits } from "../planning.ts";
import { cleanLine } from "../views/clean.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { recordJson } from "../views/json/state.ts";

type Verb = (args: readonly string[], rest: Call) => Promise<Exit>;

interface Call {
  readonly context: Context;
  readonly dryRun: boolean;
}

const VERBS: Readonly<Record<string, Verb>> = {
  list: (args, { context }) => list(args, context),
  show: ([address = ""], { context }) => show(address, context),
  rm: (args, call) => edit("remove", args, call),
  forget: (args, call) => edit("forget", args, call),
};

/** `vpac state list|show|rm|forget`: what vpac remembers, and how to mend it. */
export const commandOf = (name: string): Command => ({
  run: async (args, flags, context) => {
    const verb = VERBS[name];
    if (verb === undefined) throw new Error(`there is no state ${name}`);
    return await verb(args, { context, dryRun: flagOn(flags, "dryRun") });
  },
});

/** The state as it is, or the failure to read it: nothing is ever shown as empty by mistake. */
async function readRecorded(context: Context): Promise<RecordedState> {
  const ports = await createPorts(context, () => {}, new AbortController().signal);
  const { value, diagnostics } = await openStore(ports.storage, ports).read();
  context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  if (!hasErrors(diagnostics)) return value;
  const exit = worstExit([exitOf(1), ...diagnosticExits(diagnostics)]);
  const [first] = diagnostics;
  const rest = first === undefined ? {} : { code: first.code, help: first.help };
  throw new CommandError(exit, "the state cannot be read", rest);
}

async function list(globs: readonly string[], context: Context): Promise<Exit> {
  const exit = exitOf(0);
  const items = matching(await readRecorded(context), globs);
  printListing<RecordedResource>(context, {
    document: "list",
    items,
    json: recordJson,
    name: ({ address }) => address,
    columns: [
      { title: "ADDRESS", text: ({ address }) => address },
      { title: "HOST", text: ({ host }) => host ?? "-", wide: true },
      { title: "CONDITION", text: ({ condition }) => condition, wide: true },
      { title: "PROVIDER", text: ({ provider }) => provider, wide: true },
      { title: "ID", text: ({ id }) => id, wide: true },
    ],
    // One address per line, as scripts expect it.
    headers: context.options.output.is === "wide",
    empty: "nothing is recorded",
    exit,
  });
  return exit;
}

const matching = (recorded: RecordedState, globs: readonly string[]): readonly RecordedResource[] =>
  [...recorded.resources.values()].filter(
    ({ address }) => globs.length === 0 || globs.some((glob) => matchesAddress(address, glob)),
  );

async function show(address: string, context: Context): Promise<Exit> {
  const recorded = await readRecorded(context);
  const resource = recorded.resources.get(address as Address);
  if (resource === undefined) throw notRecorded(address, recorded);
  const exit = exitOf(0);
  const document = documentOf("record", recordJson(resource), exit);
  emitMachine(context, jsonText(document));
  if (!wantsJson(context)) context.io.stdout.write(yamlText(recordJson(resource)));
  return exit;
}

function notRecorded(address: string, recorded: RecordedState): CommandError {
  const near = suggest(address, recorded.resources.keys());
  return new CommandError(exitOf(1), `nothing is recorded at ${cleanLine(address)}`, {
    code: CLI_CODES.notFound.code,
    help: [near === undefined ? "list what is: vpac state list" : `did you mean ${near}?`],
  });
}

async function edit(
  verb: "remove" | "forget",
  globs: readonly string[],
  { context, dryRun }: Call,
): Promise<Exit> {
  const recorded = await readRecorded(context);
  for (const glob of globs) {
    if (matching(recorded, [glob]).length === 0) throw notRecorded(glob, recorded);
  }
  const addresses = matching(recorded, globs).map(({ address }) => address);
  if (dryRun) return tell(context, { verb, addresses, dryRun, serial: recorded.serial });
  const ports = await createPorts(context, () => {}, new AbortController().signal);
  const configs = verb === "forget" ? await providerConfigs(context, ports) : [];
  const who = `${userInfo().username}@${hostname()}`;
  const { lockTimeoutMs } = context.options;
  const outcome = await editState({ verb, addresses, configs, who, lockTimeoutMs }, ports);
  return tellOutcome(context, verb, outcome);
}

function tellOutcome(context: Context, verb: Told["verb"], outcome: StateEditOutcome): Exit {
  switch (outcome.is) {
    case "edited":
      return tell(context, {
        verb,
        addresses: outcome.done,
        dryRun: false,
        serial: outcome.serial,
      });
    case "busy": {
      const { who, operation } = outcome.holder;
      throw new CommandError(exitOf(5), `the state is locked by ${who} (${operation})`, {
        code: CLI_CODES.locked.code,
        help: ["wait for it with --lock-timeout 5m"],
      });
    }
    case "broken":
      context.io.stderr.write(diagnosticsText(outcome.diagnostics, context.errorStyle));
      throw new CommandError(exitOf(1), "the state cannot be read");
    case "failed":
      throw new CommandError(
        exitOf(outcome.done.length > 0 ? 7 : 8),
        `${cleanLine(outcome.address)}: ${cleanLine(outcome.message)}`,
        { help: ["its record is kept; `vpac state rm` drops it without asking the provider"] },
      );
    default:
      return outcome satisfies never;
  }
}

interface Told {
  readonly verb: "remove" | "forget";
  readonly addresses: readonly Address[];
  readonly dryRun: boolean;
  readonly serial: number;
}

function tell(context: Context, { verb, addresses, dryRun, serial }: Told): Exit {
  const exit = exitOf(0);
  const body = { verb, dryRun, serial, items: addresses };
  emitMachine(context, jsonText(documentOf("state-edit", body, exit)));
  if (wantsJson(context)) return exit;
  const word = verb === "forget" ? "forgotten" : "removed from the state";
  const would = dryRun ? "would be " : "";
  for (const address of addresses) {
    context.io.stdout.write(`${cleanLine(address)}: ${would}${word}\n`);
  }
  return exit;
}
