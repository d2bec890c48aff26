/**
 * Asks the platforms what they would say to the writes of a plan: access that is missing, objects
 * that their own checks refuse. In: the plan, the wish it was made from and the open providers.
 * Out: diagnostics at the lines of the documents. Changes nothing; a platform that cannot be asked
 * is told as a warning, and the plan stands as it is.
 */
import type { Problem, Provider, ReviewedWrite, ReviewFinding } from "../contract/provider.ts";
import { InternalError } from "../diagnostics/assert.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { DesiredResource } from "../model/desired.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import { isJsonArray, isJsonObject } from "../model/json.ts";
import type { SourcePointer } from "../model/document.ts";
import type { Plan, Step } from "../model/plan.ts";
import { CODES } from "./codes.ts";
import { inTime, type TimePorts } from "./in-time.ts";

export interface ReviewInput {
  readonly plan: Plan;
  readonly resources: ReadonlyMap<Address, DesiredResource>;
  readonly providers: ReadonlyMap<string, Provider>;
}

export async function review(
  { plan, resources, providers }: ReviewInput,
  ports: TimePorts,
): Promise<readonly Diagnostic[]> {
  const answers = [...providers.values()].map(async (provider) => {
    const writes = plan.steps.flatMap((step) => writeOf(step, provider.name));
    return writes.length === 0 ? [] : ask(provider, writes, { resources, ports });
  });
  return (await Promise.all(answers)).flat();
}

interface Asking {
  readonly resources: ReadonlyMap<Address, DesiredResource>;
  readonly ports: TimePorts;
}

async function ask(
  provider: Provider,
  writes: readonly ReviewedWrite[],
  { resources, ports }: Asking,
): Promise<readonly Diagnostic[]> {
  const { name } = provider;
  const unasked = (why: string): readonly Diagnostic[] => [
    diagnose(CODES.unreviewed, { detail: `The provider "${name}" was not asked: ${why}.` }),
  ];
  try {
    const findings = await inTime(
      name,
      async (context) => (await provider.review?.(writes, context)) ?? [],
      ports,
    );
    if (findings === undefined) return unasked(`it did not answer within ${ports.timeoutMs} ms`);
    return findings.flatMap((finding) => told(finding, resources.get(finding.address)));
  } catch (error) {
    if (error instanceof InternalError) throw error;
    return unasked(error instanceof Error ? error.message : String(error));
  }
}

function writeOf(step: Step, provider: string): ReviewedWrite[] {
  if (step.provider !== provider || step.mode === "forget" || step.mode === "adopt") return [];
  const { verb, objectId, address, kindKey, apiVersion, kind, namespace, name } = step;
  const attributes = isJsonObject(step.attributes) ? known(step.attributes) : {};
  return [{ verb, objectId, address, kindKey, apiVersion, kind, namespace, name, attributes }];
}

/** The attributes without the values that only apply will know. */
function known(attributes: JsonObject): JsonObject {
  const kept = (value: JsonValue): JsonValue | undefined => {
    if (isJsonArray(value)) return value.flatMap((item) => kept(item) ?? []);
    if (!isJsonObject(value)) return value;
    return value["unknownUntil"] === "apply" ? undefined : known(value);
  };
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const item = value === undefined ? undefined : kept(value);
    if (item !== undefined) result[key] = item;
  }
  return result;
}

function told(
  { address, verb, problem }: ReviewFinding,
  resource: DesiredResource | undefined,
): Diagnostic[] {
  const entry = problem.type === "forbidden" ? CODES.accessMissing : CODES.wouldRefuse;
  const where = resource === undefined ? {} : { source: resource.source };
  const whole = diagnose(entry, {
    ...where,
    address,
    detail: `The ${verb} of ${address} would be refused: ${sentence(problem)}`,
  });
  const { fields = [] } = problem;
  if (fields.length === 0) return [whole];
  return fields.map(({ pointer, message }) =>
    diagnose(entry, {
      ...(resource === undefined ? {} : { source: placeOf(resource, pointer) }),
      address,
      detail: `The ${verb} of ${address} would be refused: ${pointer}: ${closed(message)}`,
    }),
  );
}

/** Where a field of a resource was written; of a generated one, where it comes from. */
function placeOf(resource: DesiredResource, pointer: JsonPointer): SourcePointer {
  const { origins, owner, source } = resource;
  if (origins === undefined) return owner === undefined ? { ...source, pointer } : source;
  const [best] = Object.keys(origins)
    .filter((candidate) => pointer === candidate || pointer.startsWith(`${candidate}/`))
    .sort((left, right) => right.length - left.length);
  const origin = best === undefined ? undefined : origins[best];
  if (best === undefined || origin === undefined) return source;
  return { ...source, pointer: `${origin}${pointer.slice(best.length)}` };
}

const sentence = ({ message, code }: Problem): string => `${closed(message)} (${code})`;

const closed = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
