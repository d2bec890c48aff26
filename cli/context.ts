import { join, resolve } from "node:path";
import type { EventSink } from "../engine/events/event.ts";
import type { EnginePorts } from "../engine/ports.ts";
import type { Io } from "./io.ts";
import type { GlobalOptions } from "./options.ts";
import { cleanLine } from "./views/clean.ts";
import { createStyle, type Style, wantsColor } from "./views/style.ts";

/** What every command gets besides its own options. */
export interface Context {
  readonly io: Io;
  readonly options: GlobalOptions;
  /** Dress for stdout and for stderr. */
  readonly style: Style;
  readonly errorStyle: Style;
  /** Folder for state, runs, cache and the simulated world (`VPAC_DATA_DIR`, default `.vpac`). */
  readonly dataFolder: string;
  readonly baseFolder: string;
  /** True when nobody is there to answer, or nobody wants to be asked. */
  readonly unattended: boolean;
  /** Lines that suggest a next step are left out in automation. */
  readonly hints: boolean;
}

export function createContext(io: Io, options: GlobalOptions): Context {
  const dress = (isTty: boolean): Style =>
    createStyle({
      color: wantsColor({
        wish: options.color,
        isTty,
        accessible: options.accessible,
        env: io.env,
      }),
      ascii: options.ascii,
    });
  const dataFolder = io.env["VPAC_DATA_DIR"] ?? ".vpac";
  return {
    io,
    options,
    style: dress(io.stdout.isTty),
    errorStyle: dress(io.stderr.isTty),
    dataFolder: resolve(io.cwd, dataFolder),
    baseFolder: io.cwd,
    unattended: !io.stdinIsTty || !options.input,
    hints: io.env["VPAC_IN_AUTOMATION"] === undefined && !options.quiet,
  };
}

/** Makes the real seams for the engine; loaded by the commands that need one. */
export async function createPorts(
  context: Context,
  emit: EventSink,
  signal: AbortSignal,
): Promise<EnginePorts> {
  const [digest, storage, clock, entropy, schemas, providers, version] = await Promise.all([
    import("./wiring/digest.ts"),
    import("./wiring/storage.ts"),
    import("./wiring/clock.ts"),
    import("./wiring/entropy.ts"),
    import("../schemas/index.ts"),
    import("./wiring/providers.ts"),
    import("./version.ts"),
  ]);
  const { workspace } = context.options;
  const folder = join(context.dataFolder, "state", ...(workspace === "default" ? [] : [workspace]));
  return {
    kinds: schemas.kinds,
    prepareKinds: schemas.prepareKinds,
    openProvider: (setup) => providers.openProvider({ ...setup, env: context.io.env }),
    clock: clock.systemClock(context.io.env),
    entropy: entropy.systemEntropy(),
    storage: storage.openStorage(folder, {
      warn: (message) => context.io.stderr.write(`warning: ${cleanLine(message)}\n`),
    }),
    digest: digest.sha256,
    emit,
    signal,
    workspace,
    version: version.VERSION,
    dataFolder: context.dataFolder,
    baseFolder: context.baseFolder,
    observeTimeoutMs: context.options.timeoutMs ?? 60_000,
  };
}
