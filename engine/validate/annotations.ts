import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { objectAt, pointerOf } from "../model/json.ts";
import { parseAddress } from "../model/address.ts";
import { CODES } from "./codes.ts";
import { placeOf, type Subject } from "./subject.ts";

const PREFIX = "vpac.dev/";

interface Rule {
  readonly words: string;
  readonly fits: (value: string) => boolean;
}

const oneOf = (...values: readonly string[]): Rule => ({
  words: `one of ${values.map((value) => `"${value}"`).join(", ")}`,
  fits: (value) => values.includes(value),
});

const filled: Rule = { words: "a text that is not empty", fits: (value) => value.trim() !== "" };

const addresses: Rule = {
  words: "addresses such as vm/shop/db-0, separated by commas",
  fits: (value) => value.split(",").every((part) => parseAddress(part.trim()) !== undefined),
};

/** The annotations that steer vpac. */
const RULES: Readonly<Record<string, Rule>> = {
  [`${PREFIX}prevent-destroy`]: oneOf("true", "false"),
  [`${PREFIX}adopt`]: filled,
  [`${PREFIX}paused`]: oneOf("true", "false"),
  [`${PREFIX}pin-host`]: filled,
  [`${PREFIX}allow-power-off`]: oneOf("never", "window", "always"),
  [`${PREFIX}balance`]: oneOf("on", "off"),
  [`${PREFIX}depends-on`]: addresses,
  [`${PREFIX}from`]: filled,
  [`${PREFIX}provider`]: filled,
  [`${PREFIX}power-request`]: oneOf("running", "stopped", "suspended"),
  [`${PREFIX}power-status`]: { words: "text", fits: () => true },
};

/** A misspelled protection protects nothing, so unknown own annotations are errors. */
export function annotationDiagnostics(subject: Subject): Diagnostic[] {
  const found: Diagnostic[] = [];
  const annotations = objectAt(subject.value, "metadata", "annotations");
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(PREFIX) || typeof value !== "string") continue;
    const pointer = pointerOf("metadata", "annotations", key);
    const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined;
    if (rule === undefined) {
      const near = suggest(key, Object.keys(RULES));
      const help = near === undefined ? Object.keys(RULES) : [`write ${near}`];
      const detail = `${subject.words}: vpac has no annotation ${key}.`;
      const place = placeOf(subject, pointer, "key");
      found.push(diagnose(CODES.annotationUnknown, { ...place, detail, help }));
    } else if (!rule.fits(value)) {
      const detail =
        `${subject.words}: the annotation ${key} is "${value}"; it must be ` + `${rule.words}.`;
      const place = placeOf(subject, pointer, "value");
      found.push(diagnose(CODES.annotationValue, { ...place, detail }));
    }
  }
  return found;
}
