import { type Headroom, headroom } from "../../engine/index.ts";
import type { PlacementProblem, PlacementWorkload } from "../../engine/model/placement.ts";
import { type Command, type FlagValues, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError, type Exit, exitOf, usageError, worstExit } from "../exit.ts";
import {
  amountsShape,
  classDocument,
  classShape,
  likeShape,
  type Wanted,
  wantedBy,
} from "../headroom/shape.ts";
import { emitMachine, wantsJson } from "../output.ts";
import {
  diagnosticExits,
  type Planned,
  type PlanningRequest,
  planFor,
  planToAsk,
} from "../planning.ts";
import { capacityText } from "../views/human/capacity.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { createStageReporter } from "../views/human/stages.ts";
import { diagnosticsDocument } from "../views/json/diagnostics.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { sha256 } from "../wiring/digest.ts";

/** More copies are not counted: what takes so many is not short of room. */
const COUNT_MAX = 100_000;
const FAILURES_MAX = 99;

/** Counts how many more of one shape fit where the plan leaves everything; changes nothing. */
export const command: Command = {
  async run(_args, flags, context) {
    const wanted = wantedBy(flags);
    const failures = failuresOf(flags);
    const reporter = createStageReporter(context);
    const asked = planToAsk(flags, reporter.emit);
    const planned = await planFor(context, asked);
    const { problem, placement } = planned.outcome;
    if (problem === undefined || placement === undefined) {
      reporter.done();
      return tellFailed(context, planned);
    }
    const shape = await shapeOf(wanted, { context, asked, planned });
    reporter.done();
    const answers = failuresAsked(failures, problem).map((count) =>
      headroom({ problem, placement }, shape, { failures: count, countMax: COUNT_MAX }),
    );
    return tell(context, planned, { name: wanted.name, shape, answers });
  },
};

function failuresOf(flags: FlagValues): number | undefined {
  const text = flagText(flags, "failures");
  if (text === undefined) return undefined;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw usageError(`--failures: "${text}" is not a number from 0 to ${FAILURES_MAX}`);
}

/** What the policies ask for everywhere, and one failure besides where they ask for less. */
function failuresAsked(
  asked: number | undefined,
  { policies }: PlacementProblem,
): readonly number[] {
  if (asked !== undefined) return [asked];
  const declared = policies.map(({ hostFailuresToTolerate }) => hostFailuresToTolerate);
  const least = declared.length === 0 ? 0 : Math.min(...declared);
  return least >= 1 ? [least] : [0, 1];
}

interface Basis {
  readonly context: Context;
  readonly asked: PlanningRequest;
  readonly planned: Planned;
}

async function shapeOf(
  wanted: Wanted,
  { context, asked, planned }: Basis,
): Promise<PlacementWorkload> {
  if (wanted.is === "amounts") return amountsShape(planned.outcome, wanted.amounts);
  if (wanted.is === "like") return likeShape(planned.outcome, wanted.name);
  const text = classDocument(wanted.name, wanted.namespace);
  const { observation } = planned.outcome;
  const supposed = await planFor(context, {
    ...asked,
    overlay: (request) => ({
      ...request,
      observation,
      texts: [...request.texts, { path: "--class", text, sha256: sha256(text) }],
    }),
  });
  const shape = classShape(supposed.outcome, wanted.namespace);
  if (shape !== undefined) return shape;
  const why = supposed.diagnostics.find(({ severity }) => severity === "error");
  throw new CommandError(
    exitOf(64),
    `--class: ${why?.detail ?? `no VM of class ${wanted.name} can be made`}`,
    { help: why?.help ?? [] },
  );
}

function tellFailed(context: Context, { diagnostics, exit }: Planned): Exit {
  emitMachine(context, () => jsonText(diagnosticsDocument(diagnostics, exit)));
  if (!wantsJson(context)) {
    context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  }
  return exit;
}

interface Answered {
  readonly name: string;
  readonly shape: PlacementWorkload;
  readonly answers: readonly Headroom[];
}

function tell(context: Context, planned: Planned, { name, shape, answers }: Answered): Exit {
  // Who has no host takes no room, and is no problem of this answer.
  const problems = planned.diagnostics.filter(
    ({ code, severity }) => severity === "error" && !code.startsWith("VP3"),
  );
  const exits = diagnosticExits(problems);
  const exit = exits.length === 0 ? exitOf(0) : worstExit(exits);
  const { request, reservation, size, overheadBytes } = shape.demand;
  const { cpuMillicores, memoryBytes } = request;
  const counted = {
    name,
    request: { cpuMillicores, memoryBytes },
    reservation,
    size,
    overheadBytes,
  };
  emitMachine(context, () => jsonText(documentOf("capacity", { shape: counted, answers }, exit)));
  if (wantsJson(context)) return exit;
  context.io.stderr.write(diagnosticsText(problems, context.errorStyle));
  context.io.stdout.write(capacityText(counted, answers, context.style));
  return exit;
}
