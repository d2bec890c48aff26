import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { DesiredResource } from "../model/desired.ts";
import { stringAt } from "../model/json.ts";
import type { RecordedResource } from "../model/recorded.ts";
import { CODES } from "./codes.ts";

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

function parse(text: string | undefined): Version | undefined {
  const match = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?/.exec(text ?? "");
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

const isOlder = (left: Version, right: Version): boolean =>
  left.major !== right.major
    ? left.major < right.major
    : left.minor !== right.minor
      ? left.minor < right.minor
      : left.patch < right.patch;

/** Refuses a guest cluster's version that goes down or skips a minor (row T12). */
export function versionProblem(
  desired: DesiredResource,
  recorded: RecordedResource | undefined,
): Diagnostic | undefined {
  const next = stringAt(desired.attributes, "guest", "version");
  const before = stringAt(recorded?.attributes, "guest", "version");
  const [to, from] = [parse(next), parse(before)];
  if (to === undefined || from === undefined) return undefined;
  const { source, address } = desired;
  if (isOlder(to, from)) {
    const detail = `${address} runs ${before} and is asked to go down to ${next}.`;
    const help = [`set the version to ${before} or newer`];
    return diagnose(CODES.versionDowngrade, { detail, address, source, help });
  }
  if (to.major !== from.major || to.minor > from.minor + 1) {
    const detail = `${address} runs ${before} and is asked to go to ${next} in one step.`;
    const help = [`upgrade to v${from.major}.${from.minor + 1} first`];
    return diagnose(CODES.versionSkipped, { detail, address, source, help });
  }
  return undefined;
}
