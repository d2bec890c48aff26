import { editTexts, type PlanRequest, withHosts } from "../../engine/index.ts";
import { usageError } from "../exit.ts";
import type { Planned } from "../planning.ts";
import { sha256 } from "../wiring/digest.ts";
import type { Supposed } from "./asked.ts";

/** Turns the request of a plan into one over the same reading of the world, as it might be. */
export function overlayOf(
  supposed: Supposed,
  before: Planned["outcome"],
): (request: PlanRequest) => PlanRequest {
  const { observation, problem, documents } = before;
  const { places: edits } = supposed;
  return (request) => {
    const texts = editTexts(request.texts, documents, { edits, digest: sha256 });
    if (texts === undefined) throw usageError("--set: the path leads through a plain value");
    const hosts = problem?.hosts ?? [];
    return {
      ...request,
      texts: [...texts, ...supposed.added],
      observation: observation === undefined ? undefined : withHosts(observation, hosts, supposed),
    };
  };
}
