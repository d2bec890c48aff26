/**
 * One seed: a safety phase of several processes under faults and crashes, then a calm phase in
 * which everything must converge without a question to anybody.
 */
import { hasErrors } from "../../engine/diagnostics/diagnostic.ts";
import type { EngineEvent } from "../../engine/events/event.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { RecordedState } from "../../engine/model/recorded.ts";
import { openStore } from "../../engine/record/store.ts";
import { sha256 } from "../support/builders.ts";
import {
  type Acknowledged,
  checkCommits,
  checkConverged,
  checkDestroyed,
  checkNoGhosts,
  checkNothingLost,
} from "./checks.ts";
import { type CommandEnd, type Machine, runCommand, seededEntropy } from "./command.ts";
import { FakeDisk } from "./disk.ts";
import { LATE_MS_MAX, NO_WIRE_FAULTS, type WireFaults } from "./faults.ts";
import { type Random, randomStream } from "./random.ts";
import { isOrdered } from "./removal-order.ts";
import type { SeedOptions, SeedResult, Violation } from "./seed.ts";
import { type ProcessEnd, Sim } from "./sim.ts";
import { makeWishes, type Wishes } from "./wish.ts";
import { FakeWorld } from "./world.ts";

const CALM_RUNS_MAX = 3;

export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  return new Scenario(seed, options).run();
}

class Scenario {
  readonly #seed: number;
  readonly #options: SeedOptions;
  readonly #sim = new Sim();
  readonly #disk: FakeDisk;
  readonly #world: FakeWorld;
  readonly #random: Random;
  readonly #machine: Machine;
  readonly #wishes: Wishes;
  readonly #violations: Violation[] = [];
  readonly #plans = new Map<string, Plan>();
  readonly #acknowledged: Acknowledged[] = [];
  #plan: Plan | undefined;
  /** Unrecorded objects that the last plan told people about. */
  #found: ReadonlySet<string> = new Set();
  #run: { readonly id: string; readonly plan: Plan | undefined } | undefined;
  #isCalm = false;
  #crashes = 0;
  #firstSteps = 0;

  constructor(seed: number, options: SeedOptions) {
    this.#seed = seed;
    this.#options = options;
    this.#random = randomStream(seed, "schedule");
    this.#disk = new FakeDisk(this.#sim, randomStream(seed, "disk"));
    this.#world = new FakeWorld(this.#sim, randomStream(seed, "world"), this.#accuse);
    const count = options.resources ?? 20 + this.#random.below(31);
    this.#wishes = makeWishes(randomStream(seed, "wishes"), count);
    this.#machine = {
      sim: this.#sim,
      disk: this.#disk,
      provider: () => this.#world.provider(),
      entropy: seededEntropy(randomStream(seed, "entropy")),
      emit: (event) => this.#listen(event),
    };
    this.#world.isOrdered = (permit, other) =>
      isOrdered(this.#plans.get(permit.planDigest), permit, other);
    this.#world.isBegun = (intent) => this.#disk.isDurable("journal-", `"${intent}"`);
    for (let index = 0; index < 3; index++)
      this.#world.plantForeign(`foreign-${index}`, `f-${index}`);
  }

  async run(): Promise<SeedResult> {
    const { crashAt, calm } = this.#options;
    if (calm !== true) this.#setFaults();
    const processes = crashAt === undefined ? 1 + this.#random.below(3) : crashAt.length;
    const switchAt = crashAt === undefined ? this.#random.below(processes + 1) : processes;
    for (let index = 0; index < processes; index++) {
      const desired = index < switchAt ? this.#wishes.first : this.#wishes.second;
      const at = crashAt?.[index] ?? this.#crashPoint();
      await this.#process(desired, at);
      if (index === 0) this.#firstSteps = this.#sim.steps;
      await this.#checkDisk();
    }
    await this.#converge(switchAt >= processes && crashAt === undefined);
    return this.#result();
  }

  #accuse = (invariant: string, message: string): void => {
    this.#sim.note(`VIOLATION ${invariant}: ${message}`);
    this.#violations.push({ invariant, message });
  };

  /** Each fault is on with even chance, with its own strength: swarms find more than averages. */
  #setFaults(): void {
    const random = randomStream(this.#seed, "faults");
    const dial = (most: number): number =>
      random.chance(0.5) ? (random.u32() / 2 ** 32) * most : 0;
    const faults: Record<string, number> = {};
    // Lists are few, so that they have to fail more often to fail at all.
    for (const name of Object.keys(NO_WIRE_FAULTS)) {
      faults[name] = dial(/List|list/.test(name) ? 0.3 : 0.08);
    }
    this.#world.faults = faults as unknown as WireFaults;
    this.#world.mutant = this.#options.mutant;
    this.#world.fencing = random.chance(0.5);
    const liesAboutSync = this.#options.mutant === "lying-sync";
    this.#disk.faults = { error: dial(0.004), shortWrite: 0.5, liesAboutSync };
  }

  #crashPoint(): number {
    // Early points hit planning and the first records, late ones the commit.
    return this.#random.chance(0.85) ? this.#random.below(900) : Number.POSITIVE_INFINITY;
  }

  /** One process; ends by itself, by a crash, or asked to stop. */
  async #process(desired: Wishes["first"], crashAt: number): Promise<CommandEnd | undefined> {
    const stop = new AbortController();
    const abort = new AbortController();
    if (this.#options.calm !== true && !this.#isCalm) this.#planSignals(stop, abort);
    let commandEnd: CommandEnd | undefined;
    const onPlan = (plan: Plan, found: readonly string[]): void => {
      this.#found = new Set(found);
      this.#plans.set(plan.digest, plan);
      this.#plan = plan;
      this.#sim.note(`plan of ${plan.steps.length} steps`);
    };
    const command = { desired, stop: stop.signal, abort: abort.signal, onPlan };
    const end = await this.#sim.run(async () => {
      commandEnd = await runCommand(this.#machine, command);
    }, crashAt);
    this.#judgeEnd(end, commandEnd);
    return commandEnd;
  }

  #planSignals(stop: AbortController, abort: AbortController): void {
    if (!this.#random.chance(0.15)) return;
    const firstMs = this.#random.below(60_000);
    this.#sim.at(firstMs, () => stop.abort());
    if (this.#random.chance(0.5))
      this.#sim.at(firstMs + this.#random.below(20_000), () => abort.abort());
  }

  #judgeEnd(end: ProcessEnd, commandEnd: CommandEnd | undefined): void {
    this.#sim.note(`process: ${end.is}${commandEnd === undefined ? "" : ` ${commandEnd.is}`}`);
    if (end.is === "deadlock") this.#accuse("I12", "the process waits for nothing");
    if (end.is === "overtime") this.#accuse("I12", "the process does not end");
    if (end.is === "threw") this.#judgeThrow(end.error);
    if (end.is === "crashed") {
      this.#crashes++;
      if (this.#random.chance(0.5)) this.#disk.crash();
      else this.#disk.endProcess();
      if (this.#options.mutant === "lost-journal") this.#dropJournals();
    } else this.#disk.endProcess();
  }

  /** A disk that fails may end a command with an error; anything else is a bug. */
  #judgeThrow(error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#sim.note(`process: ${text}`);
    const isDisk =
      /ENOSPC|EIO|EEXIST/.test(text) || (error instanceof Error && error.name === "Failure");
    if (!isDisk || this.#disk.faults.error === 0) {
      this.#accuse("I12", error instanceof Error ? (error.stack ?? text) : text);
    }
  }

  async #readState(): Promise<RecordedState | undefined> {
    const clock = this.#sim.clock();
    const { entropy } = this.#machine;
    const store = openStore(this.#disk, { clock, entropy, digest: sha256, workspace: "default" });
    let recorded: RecordedState | undefined;
    await this.#sim.run(async () => {
      const read = await store.read();
      if (!hasErrors(read.diagnostics)) recorded = read.value;
      else {
        const texts = read.diagnostics.map(({ code, detail }) => `${code} ${detail}`);
        this.#accuse("I4", `the state needs a human: ${texts.join("; ")}`);
      }
    });
    return recorded;
  }

  /** After every process: the state can be read and has lost nothing it acknowledged. */
  async #checkDisk(): Promise<void> {
    const recorded = await this.#readState();
    if (recorded !== undefined)
      checkNothingLost(recorded, this.#acknowledged, this.#world, this.#accuse);
  }

  /** Faults stop; everything late lands; then few runs must do. */
  async #converge(isSwitched: boolean): Promise<void> {
    this.#isCalm = true;
    this.#world.faults = NO_WIRE_FAULTS;
    this.#disk.faults = { error: 0, shortWrite: 0 };
    await this.#sim.pass(LATE_MS_MAX + 60_000);
    const desired =
      isSwitched || this.#options.crashAt === undefined ? this.#wishes.second : this.#wishes.first;
    for (let run = 0; run < CALM_RUNS_MAX; run++) {
      const end = await this.#calmProcess(desired);
      if (end?.is === "nothing-to-do") break;
      if (run === CALM_RUNS_MAX - 1) this.#accuse("I6", "there is still something to do");
    }
    const recorded = await this.#readState();
    if (recorded !== undefined) {
      const world = this.#world;
      checkConverged(desired, { world, recorded, found: this.#found }, this.#accuse);
      checkNoGhosts(world, recorded, this.#accuse);
    }
    checkDestroyed(this.#world, this.#plans, this.#accuse);
    checkCommits(this.#disk.committed, this.#accuse);
    this.#checkForeign();
  }

  async #calmProcess(desired: Wishes["first"]): Promise<CommandEnd | undefined> {
    const end = await this.#process(desired, Number.POSITIVE_INFINITY);
    if (end?.is === "applied") {
      const { failed, unknown, skipped } = end.summary;
      for (const address of [...failed, ...unknown, ...skipped]) {
        this.#sim.note(`calm run: ${address} did not end well`);
      }
    } else if (end !== undefined && end.is !== "nothing-to-do") {
      this.#sim.note(`calm run: ${JSON.stringify(end).slice(0, 600)}`);
    }
    return end;
  }

  #dropJournals(): void {
    for (const name of this.#disk.names())
      if (name.startsWith("journal-")) this.#disk.poke(name, undefined);
  }

  #checkForeign(): void {
    for (let index = 0; index < 3; index++) {
      const object = this.#world.objects.get(`foreign-${index}`);
      if (object?.revision !== `r${index + 1}`) this.#accuse("I14", `foreign-${index} was touched`);
    }
  }

  /** A step told as complete is acknowledged: its end must be found after every crash. */
  #listen(event: EngineEvent): void {
    if (event.type === "run_start") {
      this.#run = { id: event.run, plan: this.#plan };
      return;
    }
    if (event.type === "apply_errored") {
      this.#sim.note(
        `event: ${event.address}: ${event.diagnostic.code} ${event.diagnostic.detail}`,
      );
    }
    if (event.type === "diagnostic") this.#sim.note(`event: ${event.diagnostic.code}`);
    if (event.type !== "apply_complete") return;
    const step = this.#run?.plan?.steps.find(({ id }) => id === event.step);
    if (step === undefined) return;
    const { address, objectId, verb, mode } = step;
    const intent = `${this.#run?.id ?? ""}/${step.id}`;
    const keepsRecord = verb !== "remove" && mode !== "forget";
    this.#acknowledged.push({ intent, address, objectId, keepsRecord });
  }

  #result(): SeedResult {
    return {
      seed: this.#seed,
      violations: this.#violations,
      traceHash: this.#sim.traceHash,
      trace: this.#sim.trace,
      steps: this.#sim.steps,
      virtualMs: this.#sim.now - Date.UTC(2026, 0, 1),
      crashes: this.#crashes,
      faults: this.#world.counts,
      firstSteps: this.#firstSteps,
    };
  }
}
