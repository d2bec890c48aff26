import type { ChangeRules } from "../model/desired.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";
import {
  isJsonArray,
  isJsonObject,
  member,
  objectAt,
  pointerOf,
  pointerToken,
  stringAt,
} from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { workloadRules } from "./draft.ts";

/** Members of a MachineImage that a hypervisor needs, by the name it gets them under. */
const IMAGE_MEMBERS: readonly (readonly [member: string, field: string])[] = [
  ["source", "source"],
  ["format", "format"],
  ["sha256", "sha256"],
  ["size", "size"],
  ["kernel", "kernel"],
  ["initrd", "initrd"],
  ["cmdline", "commandLine"],
  ["bootstrap", "bootstrap"],
];
/** Formats that a hypervisor can start a disk from. */
const FORMATS: readonly string[] = ["qcow2", "raw"];

const CLOUD_CONFIG = ["spec", "bootstrap", "cloudInit", "cloudConfig"];

/** What a guest reads when it starts, and cards that are attached then, take a stop of the VM. */
const HYPERVISOR_TIMING: ChangeRules["timing"] = [
  { path: "/image", timing: "replace" },
  { path: "/spec/bootstrap", timing: "power-off" },
  { path: "/spec/network", timing: "power-off" },
];

/** Rules of VMs on hypervisors, by the rules of the kind they are made from. */
const RULES = new WeakMap<ChangeRules, ChangeRules>();

/**
 * A VM on a hypervisor makes its disk and its seed from what it is given: the image is part of its
 * attributes, and its cloud-config is literal, since a hash would not start a guest.
 */
function hypervisorRules(kindRules: ChangeRules): ChangeRules {
  const known = RULES.get(kindRules);
  if (known !== undefined) return known;
  const rules = workloadRules({
    ...kindRules,
    timing: [...kindRules.timing, ...HYPERVISOR_TIMING],
    sensitive: [],
  });
  RULES.set(kindRules, rules);
  return rules;
}

/** Gives a VM what a hypervisor needs to make it; what cannot be given is told. */
export function completeForHypervisor(draft: Draft, document: Document, context: Context): void {
  checkSecrets(document, context);
  const image = imageOf(document, context);
  if (image !== undefined) draft.attributes = { ...draft.attributes, image };
  draft.rules = hypervisorRules(document.kind.rules);
}

function imageOf(document: Document, context: Context): JsonObject | undefined {
  const name = stringAt(document.value, "spec", "imageName");
  const found = name === undefined ? undefined : context.image(name);
  const spec = objectAt(found?.value, "spec");
  const problem = imageProblem(name, found, spec);
  if (name === undefined || problem !== undefined) {
    const [detail, help] = problem ?? ["", ""];
    context.report(
      problemAt(CODES.imageUnknown, document, {
        pointer: name === undefined ? "/spec" : imagePointer(document),
        detail: `${named(document)} ${detail}`,
        help: [help],
      }),
    );
    return undefined;
  }
  const image: Record<string, JsonValue> = { name };
  for (const [key, field] of IMAGE_MEMBERS) {
    const value = spec[field];
    if (value !== undefined) image[key] = value;
  }
  return image;
}

function imagePointer(document: Document): JsonPointer {
  const path = ["spec", "imageName"];
  const isOwn = member(document.spec.value, ...path) !== undefined;
  return isOwn ? pointerOf(...path) : pointerOf("spec", "image", "name");
}

/** What is wrong and what helps; undefined when a disk can be made of the image. */
function imageProblem(
  name: string | undefined,
  found: Document | undefined,
  spec: JsonObject,
): readonly [detail: string, help: string] | undefined {
  if (name === undefined) {
    return ["names no image, so that there is nothing to start it from.", "add spec.imageName"];
  }
  if (found === undefined) {
    return [
      `starts from image "${name}", which no document describes: where it is, is not known.`,
      `declare a MachineImage "${name}" with spec.source`,
    ];
  }
  if (spec["source"] === undefined) {
    return [
      `starts from image "${name}", whose MachineImage names no source.`,
      `set spec.source of MachineImage "${name}" to a volume of the storage pool, or to a path`,
    ];
  }
  const format = stringAt(spec, "format") ?? "";
  if (FORMATS.includes(format)) return undefined;
  return [
    `starts from image "${name}" of format ${format}, which a hypervisor does not start from.`,
    `convert the image, and set spec.format to ${FORMATS.join(" or ")}`,
  ];
}

/** Parts of a cloud-config that name a Secret: nobody could put the value there. */
function checkSecrets(document: Document, context: Context): void {
  const config = member(document.value, ...CLOUD_CONFIG);
  for (const { pointer, name } of selectorsIn(config, pointerOf(...CLOUD_CONFIG))) {
    context.report(
      problemAt(CODES.secretNeeded, document, {
        pointer,
        detail:
          `${named(document)} takes part of its cloud-config from Secret "${name}". The guest ` +
          `would need it in clear, and vpac keeps no secrets.`,
        help: ["use spec.bootstrap.cloudInit.sshAuthorizedKeys to get into the guest"],
      }),
    );
  }
}

interface Selector {
  readonly pointer: JsonPointer;
  readonly name: string;
}

/** Objects of the form `{name, key}`: a key of a Secret. */
function selectorsIn(value: JsonValue | undefined, at: JsonPointer): Selector[] {
  if (isJsonArray(value)) {
    return value.flatMap((item, index) => selectorsIn(item, `${at}/${index}`));
  }
  if (!isJsonObject(value)) return [];
  const keys = Object.keys(value);
  const [name, key] = [stringAt(value, "name"), stringAt(value, "key")];
  const isSelector = keys.every((item) => ["name", "key", "optional"].includes(item));
  if (isSelector && name !== undefined && key !== undefined) return [{ pointer: at, name }];
  return keys.flatMap((item) => selectorsIn(value[item], `${at}/${pointerToken(item)}`));
}
