import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Behaviour } from "../model/desired.ts";
import { matchesAddress } from "../model/address.ts";
import { pointerOf } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import { PLAIN_BEHAVIOUR } from "./draft.ts";

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "vpac.dev/prevent-destroy": ["true", "false"],
  "vpac.dev/paused": ["true", "false"],
  "vpac.dev/balance": ["on", "off", "true", "false"],
  "vpac.dev/allow-power-off": ["never", "window", "always"],
  "vpac.dev/power-request": ["running", "stopped", "suspended"],
};

/** Annotations of vpac whose value is none of the allowed ones. */
export function annotationProblems(document: Document): Diagnostic[] {
  if (Object.keys(document.annotations).length === 0) return [];
  return Object.entries(ALLOWED).flatMap(([key, allowed]) => {
    const value = document.annotations[key];
    if (value === undefined || allowed.includes(value)) return [];
    return [
      problemAt(CODES.annotationInvalid, document, {
        pointer: pointerOf("metadata", "annotations", key),
        detail: `The annotation ${key} of ${named(document)} is "${value}".`,
        help: [`use one of: ${allowed.join(", ")}`],
      }),
    ];
  });
}

/** How the document wants to be treated; globs of the Environment protect without annotation. */
export function readBehaviour(document: Document, protectedGlobs: readonly string[]): Behaviour {
  const { annotations, address } = document;
  const isProtected = protectedGlobs.some((glob) => matchesAddress(address, glob));
  if (!isProtected && Object.keys(annotations).length === 0) return PLAIN_BEHAVIOUR;
  const balance = annotations["vpac.dev/balance"];
  const power = annotations["vpac.dev/allow-power-off"];
  return {
    preventDestroy: isProtected || annotations["vpac.dev/prevent-destroy"] === "true",
    adopt: annotations["vpac.dev/adopt"],
    paused:
      annotations["vpac.dev/paused"] === "true" ||
      annotations["vmoperator.vmware.com/paused"] !== undefined,
    allowPowerOff: power === "never" || power === "window" ? power : "always",
    balance: balance !== "off" && balance !== "false",
  };
}
