import type { DocumentEdit, PlanOutcome } from "../../engine/index.ts";
import type { SourceDocument, SourceText } from "../../engine/model/document.ts";
import {
  type JsonPointer,
  type JsonValue,
  member,
  objectAt,
  pointerKeys,
  pointerOf,
  stringAt,
} from "../../engine/model/json.ts";
import { type FlagValues, flagList } from "../command.ts";
import { usageError } from "../exit.ts";
import { cleanLine } from "../views/clean.ts";
import { sha256 } from "../wiring/digest.ts";
import { type Edit, valueOf } from "./edit.ts";

/** Placement settings as they might be, where they are written, and a document for them if none. */
export interface SupposedPolicies {
  readonly edits: readonly Edit[];
  readonly places: readonly DocumentEdit[];
  readonly added: readonly SourceText[];
}

/** Setting of the Environment that a Supervisor writes at another place. */
const ELSEWHERE: Readonly<Record<string, JsonPointer>> = {
  "/hostFailuresToTolerate": "/admission/hostFailuresToTolerate",
};

/**
 * `key=value` of `spec.placement`; what a Supervisor says of the same is changed with it, so that
 * the setting holds everywhere.
 */
export function policiesBy(flags: FlagValues, { documents }: PlanOutcome): SupposedPolicies {
  const settings = flagList(flags, "policySet").map(settingOf);
  if (settings.length === 0) return { edits: [], places: [], added: [] };
  const [environment] = documents.filter(isOf("Environment"));
  const supervisors = documents.filter(isOf("Supervisor"));
  const found = settings.flatMap(({ path, to }) => [
    ...(environment === undefined ? [] : [placed(environment, `/spec/placement${path}`, to)]),
    ...supervisors
      .map((document) => placed(document, `/spec/scheduling${ELSEWHERE[path] ?? path}`, to))
      .filter(({ edit }) => edit.from !== undefined),
  ]);
  const missing = environment === undefined ? settings : [];
  return {
    edits: [...found.map(({ edit }) => edit), ...missing.map(unwritten)],
    places: found.map(({ place }) => place),
    added: missing.length === 0 ? [] : [environmentText(missing)],
  };
}

interface Setting {
  /** Pointer from the block of settings. */
  readonly path: JsonPointer;
  readonly to: JsonValue;
}

function settingOf(text: string): Setting {
  const at = text.indexOf("=");
  const key = text.slice(0, Math.max(0, at));
  if (!/^[A-Za-z]+(?:\.[A-Za-z]+)*$/.test(key)) {
    throw usageError(
      `--policy-set: "${cleanLine(text)}" is not a setting and a value`,
      "for example --policy-set hostFailuresToTolerate=1 or --policy-set scoring=MostAllocated",
    );
  }
  return { path: pointerOf(...key.split(".")), to: valueOf(text.slice(at + 1)) };
}

const isOf =
  (kind: string): ((document: SourceDocument) => boolean) =>
  ({ value }) =>
    value["kind"] === kind && stringAt(value, "apiVersion")?.startsWith("vpac.dev/") === true;

interface Placed {
  readonly edit: Edit;
  readonly place: DocumentEdit;
}

function placed({ value, source }: SourceDocument, path: JsonPointer, to: JsonValue): Placed {
  const kind = (stringAt(value, "kind") ?? "").toLowerCase();
  const address = `${kind}/${stringAt(objectAt(value, "metadata"), "name") ?? ""}`;
  const from = member(value, ...pointerKeys(path));
  return {
    edit: { address, path, from, to },
    place: { path: source.path, document: source.index, pointer: path, value: to },
  };
}

const unwritten = ({ path, to }: Setting): Edit => ({
  address: "environment/default",
  path: `/spec/placement${path}`,
  from: undefined,
  to,
});

/** Without an Environment the settings are the defaults, and so is everything else in it. */
function environmentText(settings: readonly Setting[]): SourceText {
  const placement: Record<string, JsonValue> = {};
  for (const { path, to } of settings) {
    const keys = pointerKeys(path);
    let block = placement;
    for (const key of keys.slice(0, -1)) {
      const inner: Record<string, JsonValue> = { ...(block[key] as object | undefined) };
      block[key] = inner;
      block = inner;
    }
    block[keys.at(-1) ?? ""] = to;
  }
  const text = `${JSON.stringify({
    apiVersion: "vpac.dev/v1alpha1",
    kind: "Environment",
    metadata: { name: "default" },
    spec: { placement },
  })}\n`;
  return { path: "--policy-set", text, sha256: sha256(text) };
}
