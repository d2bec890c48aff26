import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ProviderConfig } from "../../engine/model/desired.ts";
import { type EnginePorts, loadSpec, look, type LookOutcome } from "../../engine/index.ts";
import { type Context, createPorts } from "../context.ts";
import { CommandError, exitOf } from "../exit.ts";
import { PROJECT_FILE, readSpec, readTexts } from "../inputs.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { createStageReporter } from "../views/human/stages.ts";

/**
 * Looks at the world through the providers of the project file, or of the documents named with
 * `-f`; without either it is the embedded simulator, as everywhere.
 */
export async function lookAtWorld(context: Context): Promise<LookOutcome> {
  const reporter = createStageReporter(context);
  const ports = await createPorts(context, reporter.emit, new AbortController().signal);
  const outcome = await look(await requestOf(context), ports);
  reporter.done();
  const broken = outcome.diagnostics.find(
    ({ code, severity }) => severity === "error" && isOfState(code),
  );
  if (broken === undefined) return outcome;
  context.io.stderr.write(diagnosticsText([broken], context.errorStyle));
  const { code, help } = broken;
  throw new CommandError(exitOf(1), "the state cannot be read", {
    code,
    ...(help === undefined ? {} : { help }),
  });
}

/** What cannot be read is not empty: beside such an error nothing recorded would be shown right. */
const isOfState = (code: string): boolean => code.startsWith("VP50");

async function requestOf(context: Context): Promise<Parameters<typeof look>[0]> {
  if (context.options.file.length > 0) return (await readSpec(context, [])).request;
  if (!existsSync(join(context.io.cwd, PROJECT_FILE))) return { texts: [], cache: new Map() };
  const { texts } = await readTexts(context, [PROJECT_FILE]);
  return { texts, cache: new Map() };
}

/** The providers of the project, without asking any of them. */
export async function providerConfigs(
  context: Context,
  ports: EnginePorts,
): Promise<readonly ProviderConfig[]> {
  const spec = await loadSpec(await requestOf(context), ports);
  if (spec.desired !== undefined) return spec.desired.environment.providers;
  const empty = await loadSpec({ texts: [], cache: new Map() }, ports);
  return empty.desired?.environment.providers ?? [];
}
