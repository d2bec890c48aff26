/**
 * The file a plan travels in: a header line with the digest, and a line of canonical JSON. `decode`
 * takes anything and never throws; a plan comes out only when the text is, byte for byte, what
 * `encode` would write for it.
 */
import type { Diagnostic, Judged } from "../diagnostics/diagnostic.ts";
import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Digest } from "../model/digest.ts";
import type { JsonValue } from "../model/json.ts";
import type { Plan } from "../model/plan.ts";
import { CODES } from "./codes.ts";
import { canonicalJson } from "../model/canonical.ts";
import { digestOfPlan, planJson } from "./digest.ts";
import { planShape } from "./plan-shape.ts";

const FORMAT = "vpac.planfile/1.0";
/** No plan of ten thousand resources comes near this many UTF-16 units. */
const LENGTH_MAX = 256 * 1024 * 1024;
/** As for every JSON that is read: deeper nesting is hostile. */
const DEPTH_MAX = 96;

/** The two lines, each with its line feed. Compression and the disk are the caller's. */
export function encode(plan: Plan, digest: Digest): string {
  const body = canonicalJson(planJson(plan));
  return `${headerOf(plan, body, digest)}\n${body}\n`;
}

/** `content` covers the cosmetic members too, which the plan's own digest leaves out. */
function headerOf(plan: Plan, body: string, digest: Digest): string {
  return canonicalJson({
    content: `sha256:${digest(body)}`,
    digest: plan.digest,
    format: FORMAT,
    lineage: plan.base.lineage,
    serial: plan.base.serial,
    version: plan.generator.version,
  });
}

/** The plan, or why there is none; `path` is only named in the diagnostics. */
export function decode(
  input: string,
  { path, digest }: { readonly path: string; readonly digest: Digest },
): Judged<Plan | undefined> {
  const refuse = ([entry, detail]: Refusal): Judged<undefined> => ({
    value: undefined,
    diagnostics: [refusal(entry, path, detail)],
  });
  const outside = wrongOutside(input, path);
  if (outside !== undefined) return refuse(outside);
  const [header = "", body = ""] = input.split("\n");
  const value = parse(body);
  const inside = wrongHeader(header, path) ?? wrongBody(body, value, path);
  if (inside !== undefined) return refuse(inside);
  const plan = value as unknown as Plan;
  if (encode(plan, digest) !== input || digestOfPlan(plan, digest) !== plan.digest) {
    return refuse([CODES.alteredPlan, `Plan file ${path} does not match the digest it carries.`]);
  }
  return { value: plan, diagnostics: [] };
}

type Refusal = readonly [entry: CodeEntry, detail: string];

/** What can be told without reading the JSON. */
function wrongOutside(input: string, path: string): Refusal | undefined {
  if (input.length > LENGTH_MAX) {
    return [CODES.planTooLarge, `Plan file ${path} is larger than any plan vpac writes.`];
  }
  if (depthOf(input) > DEPTH_MAX) {
    return [CODES.planTooLarge, `Plan file ${path} is nested deeper than any plan.`];
  }
  const body = input.indexOf("\n") + 1;
  const isTwoLines = body > 0 && input.indexOf("\n", body) === input.length - 1;
  if (isTwoLines && input.length > body) return undefined;
  return [CODES.notAPlanFile, `File ${path} does not have the two lines of a plan file.`];
}

function wrongHeader(header: string, path: string): Refusal | undefined {
  const format = formatOf(header);
  if (format === FORMAT) return undefined;
  return format === undefined
    ? [CODES.notAPlanFile, `File ${path} does not begin with the header of a plan.`]
    : [CODES.unknownFormat, `Plan file ${path} has a format other than ${FORMAT}.`];
}

/** A plan of another format is told apart from one that was damaged. */
function wrongBody(body: string, value: JsonValue | undefined, path: string): Refusal | undefined {
  const isHostile = body.includes('"__proto__":');
  const wrong = value === undefined || isHostile ? "" : planShape(value);
  if (wrong === undefined) return undefined;
  if (wrong === "/format") {
    return [CODES.unknownFormat, `The plan in ${path} is not of the format vpac.plan/1.0.`];
  }
  return wrong === ""
    ? [CODES.notAPlanFile, `The second line of ${path} is not the JSON of a plan.`]
    : [CODES.notAPlanFile, `The plan in ${path} is malformed at ${wrong.slice(0, 200)}.`];
}

function refusal(entry: CodeEntry, path: string, detail: string): Diagnostic {
  return diagnose(entry, {
    detail,
    source: { path },
    help: [`Make the plan again: vpac plan --out ${path}`],
  });
}

function formatOf(header: string): string | undefined {
  const value = parse(header);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const format = (value as { readonly [key: string]: JsonValue })["format"];
  return typeof format === "string" ? format : undefined;
}

/** Undefined for what is not JSON; a syntax error is no bug here. */
function parse(json: string): JsonValue | undefined {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    return undefined;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/** Deepest nesting of brackets outside strings, found without parsing. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (code === QUOTE) index = endOfString(json, index);
    else if (OPENING.has(code)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(code)) depth--;
  }
  return deepest;
}

/** Index of the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end < 0 ? json.length : end;
}

/** A quote is escaped when an odd run of backslashes stands before it. */
function isEscaped(json: string, quote: number): boolean {
  let before = quote;
  while (json.charCodeAt(before - 1) === BACKSLASH) before--;
  return (quote - before) % 2 === 1;
}
