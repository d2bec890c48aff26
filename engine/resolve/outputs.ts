import type { KindRegistry } from "../contract/kind.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { Address } from "../model/address.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { SpecDocument } from "../model/document.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import { pointerKeys, pointerOf, pointerToken, stringAt } from "../model/json.ts";
import { isUnknown } from "../model/unknown.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { withValue } from "./set-value.ts";

/** Annotation that lets fields take values that are known only after apply. */
const FROM = `vpac.dev/from`;
const FROM_POINTER = pointerOf("metadata", "annotations", FROM);

/** Stands for the value while the place of it is tried; any text field takes it. */
const SAMPLE = "https://127.0.0.1:6443";

/** What resources tell when they are there, by the key of their kind on a type of provider. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  [`cluster-api ${KEYS.cluster}`]: [
    "endpoint",
    "kubeconfigSecret.namespace",
    "kubeconfigSecret.name",
    "kubeconfigSecret.key",
  ],
  [`esxi-sim ${KEYS.pod}`]: ["address", "vmId"],
  [`esxi-sim ${KEYS.virtualMachine}`]: ["address", "vmId"],
};

/** One value: the field that takes it, and who gives it under which name. */
interface Taken {
  readonly pointer: JsonPointer;
  readonly from: Address;
  readonly output: string;
}

/** Reads `/data/endpoint=tkc/shop/dev:endpoint`; undefined when it is written otherwise. */
function readTaken(text: string): Taken | undefined {
  const [equals, colon] = [text.lastIndexOf("="), text.lastIndexOf(":")];
  const pointer = text.slice(0, equals).trim();
  const parts = parseAddress(text.slice(equals + 1, colon).trim());
  const output = text.slice(colon + 1).trim();
  if (equals < 0 || colon < equals || !pointer.startsWith("/") || output === "") return undefined;
  return parts === undefined ? undefined : { pointer, from: formatAddress(parts), output };
}

const itemsOf = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** The documents with unknown values where their annotations want values known after apply. */
export function placeOutputs(specs: readonly SpecDocument[], kinds: KindRegistry): SpecDocument[] {
  return specs.map((spec) => {
    const text = stringAt(spec.value, "metadata", "annotations", FROM);
    const kind = text === undefined ? undefined : kinds.byKey(spec.kindKey);
    if (text === undefined || kind === undefined) return spec;
    let { value } = spec;
    for (const item of itemsOf(text)) {
      const taken = readTaken(item);
      if (taken === undefined) continue;
      const { pointer, from, output } = taken;
      value = put(value, pointer, { unknownUntil: "apply", from, output }) ?? value;
    }
    return { ...spec, value };
  });
}

const put = (value: JsonObject, pointer: JsonPointer, part: JsonValue): JsonObject | undefined =>
  withValue(value, pointerKeys(pointer), part) as JsonObject | undefined;

/** The document as it would be with the samples; every place has to take one. */
function misplaced(document: Document, taken: Taken): string | undefined {
  const { kind, spec } = document;
  const { pointer } = taken;
  if (!pointer.startsWith("/spec/") && !pointer.startsWith("/data/")) {
    return "only fields of spec and data can take one";
  }
  const sample = put(spec.value, pointer, SAMPLE);
  if (sample === undefined) return "the way there leads through a value, or past the end of a list";
  const faults = kind.validate(sample).filter(({ instancePath, keyword, params }) => {
    const isClosed = keyword === "additionalProperties";
    const extra = isClosed ? stringAt(params, "additionalProperty") : undefined;
    const own = extra === undefined ? instancePath : `${instancePath}/${pointerToken(extra)}`;
    return pointer === own || (isClosed && pointer.startsWith(`${own}/`));
  });
  if (faults.some(({ keyword }) => keyword === "additionalProperties")) {
    return `${document.spec.kind} has no such field`;
  }
  if (faults.length > 0) return "that field does not take a text";
  if (kind.references(sample).some((reference) => reference.pointer === pointer)) {
    return "that field names another resource, which has to be known when the plan is made";
  }
  const isSecret = kind.rules.sensitive.some((secret) => `${pointer}/`.startsWith(`${secret}/`));
  return isSecret ? "that field is a secret, of which vpac keeps only a hash" : undefined;
}

function problem(document: Document, detail: string, help: string): Diagnostic {
  return problemAt(CODES.outputInvalid, document, {
    pointer: FROM_POINTER,
    detail: `${named(document)} ${detail}`,
    help: [help],
  });
}

/** What is wrong with one value that a document takes; undefined when it can be had. */
function takenProblem(
  document: Document,
  taken: Taken,
  { drafts, context }: Surroundings,
): Diagnostic | undefined {
  const { pointer, from, output } = taken;
  const giver = drafts.get(from);
  if (giver === undefined) {
    const near = suggest(from, drafts.keys());
    const help = near === undefined ? `declare ${from}` : `did you mean "${near}"?`;
    return problem(document, `takes ${pointer} from ${from}, which no document declares.`, help);
  }
  const known = OUTPUTS[`${context.typeOf(giver.provider) ?? ""} ${giver.kindKey}`] ?? [];
  if (!known.includes(output)) {
    const near = suggest(output, known);
    const help =
      known.length === 0
        ? "take a value of a guest cluster, such as endpoint"
        : near === undefined
          ? `use one of: ${known.join(", ")}`
          : `did you mean "${near}"?`;
    return problem(
      document,
      `takes ${pointer} from ${from}, which has no output "${output}".`,
      help,
    );
  }
  const why = misplaced(document, taken);
  if (why === undefined) return undefined;
  return problem(document, `cannot take a value at ${pointer}: ${why}.`, "correct the pointer");
}

interface Surroundings {
  readonly drafts: ReadonlyMap<Address, Draft>;
  readonly context: Context;
}

/** Lets resources wait for those whose values they take, and tells which cannot be had. */
export function linkOutputs(drafts: ReadonlyMap<Address, Draft>, context: Context): void {
  for (const draft of drafts.values()) {
    const text = draft.document.annotations[FROM];
    if (text === undefined) continue;
    if (draft.owner === undefined) linkTaken(draft, text, { drafts, context });
    const givers = giversIn(draft.attributes);
    if (givers.size > 0) draft.takesFrom = [...givers].sort();
  }
}

function linkTaken(draft: Draft, text: string, at: Surroundings): void {
  const { document } = draft;
  for (const item of itemsOf(text)) {
    const taken = readTaken(item);
    if (taken === undefined) {
      const detail = `has "${item}" in ${FROM}, which says not what is taken from where.`;
      at.context.report(problem(document, detail, "write /data/endpoint=tkc/shop/dev:endpoint"));
      continue;
    }
    const found = takenProblem(document, taken, at);
    if (found !== undefined) at.context.report(found);
    else draft.dependsOn.push(taken.from);
  }
}

function giversIn(value: JsonValue | undefined, found: Set<Address> = new Set()): Set<Address> {
  if (typeof value !== "object" || value === null) return found;
  if (isUnknown(value)) return found.add(value.from);
  for (const item of Object.values(value)) giversIn(item, found);
  return found;
}
