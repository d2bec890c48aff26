/** Ids are ours and used once, arguments are literal, and no secret stands in the plan. */
import { type JsonObject, type JsonValue, pointerOf } from "../../model/json.ts";
import type { PlanFinding, Step } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { type Check, type CheckContext, finding } from "./context.ts";
import { waitsFor } from "./order.ts";

/** Stands in attributes where a secret was. */
const HASH_MEMBER = "$sha256";

export const checkArguments: Check = (context) => [
  ...identities(context),
  ...literals(context),
  ...secrets(context),
];

function identities({ plan, observation, recorded }: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  if (plan.steps.length === 0) return found;
  const objects = new Map(observation.objects.map((object) => [object.id, object]));
  const recordedIds = new Map<string, string>();
  for (const { id, address } of recorded.resources.values()) recordedIds.set(id, address);
  const made = new Set<string>();
  for (const step of plan.steps) {
    const clash = identityClash(step, objects.get(step.objectId)?.tag, {
      lineage: plan.base.lineage,
      recordedAt: recordedIds.get(step.objectId),
      isMadeTwice: step.verb === "create" && made.has(step.objectId),
    });
    if (step.verb === "create") made.add(step.objectId);
    if (clash === undefined) continue;
    found.push(finding(CODES.identityClash, `Step ${step.id} ${clash}.`, step.address));
  }
  return found;
}

interface Identity {
  readonly lineage: string;
  readonly recordedAt: string | undefined;
  readonly isMadeTwice: boolean;
}

function identityClash(
  step: Step,
  tag: { readonly lineage: string; readonly address: string } | undefined,
  { lineage, recordedAt, isMadeTwice }: Identity,
): string | undefined {
  if (step.objectId === "") return "has no object id";
  if (isMadeTwice) return "makes an object with the id of another";
  if (tag !== undefined && tag.lineage !== lineage) return "acts on an object of another owner";
  if (recordedAt !== undefined && recordedAt !== step.address) {
    return `acts on the object of ${recordedAt}`;
  }
  if (step.verb === "create" && tag !== undefined && tag.address !== step.address) {
    return `makes an object with the id of ${tag.address}`;
  }
  return undefined;
}

function literals(context: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  for (const step of context.plan.steps) {
    const problem = notLiteral(step);
    if (problem !== undefined) found.push(finding(CODES.notLiteral, problem, step.address));
    forEachObject(step.attributes, [], (object, path) => {
      if (object["unknownUntil"] === undefined) return false;
      if (givenEarlier(context, step, object)) return true;
      const message = `Step ${step.id} has a value at ${pointerOf(...path)} that nothing gives.`;
      found.push(finding(CODES.notLiteral, message, step.address));
      return true;
    });
  }
  return found;
}

function notLiteral(step: Step): string | undefined {
  const texts = [step.provider, step.name, step.kind, step.address];
  if (texts.includes("")) return `Step ${step.id} lacks the name of what it acts on.`;
  if (!Number.isSafeInteger(step.deadlineMs) || step.deadlineMs <= 0) {
    return `Step ${step.id} has no deadline.`;
  }
  if (step.verb === "create" && step.expect !== "absent") {
    return `Step ${step.id} creates what it expects to exist.`;
  }
  return undefined;
}

function givenEarlier(context: CheckContext, step: Step, value: JsonObject): boolean {
  const { unknownUntil, output, from: source } = value;
  if (unknownUntil !== "apply" || typeof output !== "string") return false;
  const givers = context.plan.steps.filter(
    ({ address, verb }) => address === source && verb !== "remove",
  );
  return givers.length > 0 && givers.every((other) => waitsFor(context, step, other));
}

/** Visits objects outside in; `visit` tells whether it has seen to all that is inside. */
function forEachObject(
  value: JsonValue | undefined,
  path: (string | number)[],
  visit: (object: JsonObject, path: readonly (string | number)[]) => boolean,
): void {
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  if (!isList && visit(value as JsonObject, path)) return;
  const members = value as { readonly [key: string]: JsonValue | undefined };
  for (const key of Object.keys(members)) {
    path.push(isList ? Number(key) : key);
    forEachObject(members[key], path, visit);
    path.pop();
  }
}

function secrets({ plan, desired, stepsAt }: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  for (const { address, diff } of plan.changes) {
    const patterns = desired?.resources.get(address)?.rules.sensitive ?? [];
    if (patterns.length === 0) continue;
    const isInDiff = diff.some(
      ({ path, before, after }) =>
        (before !== undefined || after !== undefined) &&
        patterns.some((pattern) => isUnder(path, pattern)),
    );
    const isInStep = (stepsAt.get(address) ?? []).some((step) =>
      patterns.some((pattern) => hasClearText(step.attributes, pattern.split("/").slice(1))),
    );
    if (!isInDiff && !isInStep) continue;
    const where = isInDiff ? "diff" : "steps";
    const message = `The ${where} of ${address} have a sensitive field in clear.`;
    found.push(finding(CODES.secretShown, message, address));
  }
  return found;
}

function isUnder(path: string, pattern: string): boolean {
  const tokens = path.split("/");
  return pattern.split("/").every((token, index) => token === "*" || token === tokens[index]);
}

/** True when a leaf below the pattern is anything but a hash. */
function hasClearText(value: JsonValue | undefined, tokens: readonly string[]): boolean {
  if (value === undefined) return false;
  const [token, ...rest] = tokens;
  if (typeof value !== "object" || value === null) return token === undefined;
  const members = value as { readonly [key: string]: JsonValue | undefined };
  if (token === undefined && members[HASH_MEMBER] !== undefined) return false;
  return Object.keys(members).some((key) => {
    const own = key.replaceAll("~", "~0").replaceAll("/", "~1");
    if (token !== undefined && token !== "*" && token !== own) return false;
    return hasClearText(members[key], rest);
  });
}
