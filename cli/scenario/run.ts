import { loadSpec } from "../../engine/index.ts";
import { hasErrors } from "../../engine/diagnostics/diagnostic.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import {
  openWorldAdmin,
  type WorldAdmin,
  type WorldPlace,
} from "../../providers/esxi-sim/index.ts";
import { command as applyCommand } from "../commands/apply.ts";
import { command as rebalanceCommand } from "../commands/rebalance.ts";
import { DEEDS } from "../commands/sim.ts";
import { type Context, createPorts } from "../context.ts";
import { CommandError, type Exit, exitOf, usageError } from "../exit.ts";
import { readTexts } from "../inputs.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { hasChanges, planFor } from "../planning.ts";
import { cleanLine } from "../views/clean.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { type Act, type Expectation, type StoryStep, storyOf } from "./story.ts";

/** One line of the answer. */
interface Told {
  readonly at: string;
  readonly text: string;
  /** False for an expectation that does not hold, or a command that did not end well. */
  readonly ok: boolean;
}

/** Tells the story of a Scenario in the simulated world; exits 1 where something does not hold. */
export async function runScenario(
  file: string,
  place: WorldPlace,
  context: Context,
): Promise<Exit> {
  const { steps, expectations } = storyOf(await readScenario(file, context));
  const story = new Telling(place, context);
  for (const step of steps) {
    await story.check(expectations.filter(({ atMs }) => atMs < step.atMs));
    await story.take(step);
  }
  await story.check(expectations);
  return story.tell();
}

async function readScenario(file: string, context: Context): Promise<JsonObject> {
  const { texts } = await readTexts({ ...context, options: { ...context.options, file: [] } }, [
    file,
  ]);
  const { signal } = new AbortController();
  const ports = await createPorts(context, () => undefined, signal);
  const { documents, diagnostics } = await loadSpec({ texts, cache: new Map() }, ports);
  if (hasErrors(diagnostics)) {
    context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
    throw new CommandError(exitOf(65), `${file} has errors`);
  }
  const found = documents.find(({ value }) => value["kind"] === "Scenario");
  if (found === undefined) throw usageError(`${file} holds no Scenario`);
  return found.value;
}

class Telling {
  readonly #place: WorldPlace;
  readonly #context: Context;
  readonly #told: Told[] = [];
  readonly #checked = new Set<Expectation>();
  #moves = 0;

  constructor(place: WorldPlace, context: Context) {
    this.#place = place;
    this.#context = context;
  }

  async take({ at, act }: StoryStep): Promise<void> {
    if (act.is === "deed") this.#say({ at, text: await this.#do(act), ok: true });
    else this.#say({ at, ...(await this.#command(act.is)) });
  }

  /** Judges each expectation once, when its time has come. */
  async check(expectations: readonly Expectation[]): Promise<void> {
    for (const expectation of expectations) {
      if (this.#checked.has(expectation)) continue;
      this.#checked.add(expectation);
      for (const { text, ok } of await this.#judge(expectation)) {
        this.#say({ at: `${expectation.atMs / 1000}s`, text: `expected ${text}`, ok });
      }
    }
  }

  tell(): Exit {
    const isWell = this.#told.every(({ ok }) => ok);
    const exit = isWell ? exitOf(0) : exitOf(1);
    const message = isWell ? "The story went as it should." : "The story went otherwise.";
    emitMachine(this.#context, () =>
      jsonText(documentOf("sim", { message, story: this.#told }, exit)),
    );
    if (!wantsJson(this.#context)) this.#context.io.stdout.write(`${message}\n`);
    return exit;
  }

  #say(told: Told): void {
    this.#told.push(told);
    if (wantsJson(this.#context)) return;
    const mark = told.ok ? "ok  " : "FAIL";
    this.#context.io.stdout.write(`${mark} ${told.at.padStart(6)}  ${cleanLine(told.text)}\n`);
  }

  async #withAdmin<Answer>(use: (admin: WorldAdmin) => Promise<Answer>): Promise<Answer> {
    const admin = openWorldAdmin(this.#place);
    try {
      return await use(admin);
    } finally {
      await admin.close();
    }
  }

  #do({ deed, target, flags }: Extract<Act, { readonly is: "deed" }>): Promise<string> {
    return this.#withAdmin(async (admin) => {
      const act = DEEDS[deed];
      if (act === undefined) throw usageError(`unknown step "${deed}"`);
      return await act({ admin, target, flags });
    });
  }

  /** The command as a user would give it; what it prints is left out. */
  async #command(name: "apply" | "rebalance"): Promise<Omit<Told, "at">> {
    const context = silent(this.#context);
    const before = await this.#seats();
    const command = name === "apply" ? applyCommand : rebalanceCommand;
    const flags = { yes: true, confirm: context.options.workspace };
    const code = await command.run([], flags, context).then(
      (exit) => exit.code,
      (error: unknown) => {
        if (error instanceof CommandError) return error.exit.code;
        throw error;
      },
    );
    const after = await this.#seats();
    const moved = [...after].filter(([id, host]) => (before.get(id) ?? host) !== host).length;
    this.#moves += moved;
    return { text: `vpac ${name} exits ${code}; ${moved} moved`, ok: code === 0 };
  }

  #seats(): Promise<ReadonlyMap<string, string>> {
    return this.#withAdmin(async (admin) => {
      const machines = admin
        .list()
        .flatMap(({ id, host, partOf }) =>
          host === undefined || partOf !== undefined ? [] : [[id, host] as const],
        );
      return new Map(machines);
    });
  }

  async #judge(wanted: Expectation): Promise<Omit<Told, "at">[]> {
    const { running, hostsMin, movesMax, converged } = wanted;
    const told: Omit<Told, "at">[] = [];
    if (running !== undefined) told.push(await this.#countRunning(running));
    if (hostsMin !== undefined) told.push(await this.#countHosts(hostsMin));
    if (movesMax !== undefined) {
      const text = `at most ${movesMax} moves: ${this.#moves}`;
      told.push({ text, ok: this.#moves <= movesMax });
    }
    if (converged !== undefined) {
      const isEmpty = await this.#isConverged();
      const text = `a new plan ${converged ? "is" : "is not"} empty`;
      told.push({ text, ok: isEmpty === converged });
    }
    return told;
  }

  #countRunning(wanted: NonNullable<Expectation["running"]>): Promise<Omit<Told, "at">> {
    const { namespace, address, min = 0, max } = wanted;
    return this.#withAdmin(async (admin) => {
      const count = admin.list().filter((item) => {
        const own = [item.kind, item.namespace, item.name].filter((part) => part !== undefined);
        if (address !== undefined && own.join("/") !== address) return false;
        if (namespace !== undefined && item.namespace !== namespace) return false;
        return item.power === "on" && item.partOf === undefined;
      }).length;
      const most = max === undefined ? "" : ` and at most ${max}`;
      const where = address ?? namespace ?? "all";
      const text = `at least ${min}${most} running (${where}): ${count}`;
      return { text, ok: count >= min && count <= (max ?? count) };
    });
  }

  async #countHosts(min: number): Promise<Omit<Told, "at">> {
    const { signal } = new AbortController();
    const asked = { flags: {}, mode: "apply", emit: () => undefined, signal } as const;
    const { observation } = (await planFor(silent(this.#context), asked)).outcome;
    const hosts = observation?.hosts ?? [];
    const count = hosts.filter(({ connection }) => connection === "connected").length;
    return { text: `at least ${min} hosts connected: ${count}`, ok: count >= min };
  }

  async #isConverged(): Promise<boolean> {
    const { signal } = new AbortController();
    const asked = { flags: {}, mode: "apply", emit: () => undefined, signal } as const;
    const { plan } = (await planFor(silent(this.#context), asked)).outcome;
    return plan !== undefined && !hasChanges(plan);
  }
}

/** The same context with nobody to read what is printed. */
function silent(context: Context): Context {
  const { io, options } = context;
  const quiet = (sink: Context["io"]["stdout"]): Context["io"]["stdout"] => ({
    isTty: false,
    columns: sink.columns,
    rows: sink.rows,
    write: () => undefined,
  });
  return {
    ...context,
    io: { ...io, stdout: quiet(io.stdout), stderr: quiet(io.stderr) },
    options: { ...options, output: { is: "text" }, quiet: true },
  };
}
