import { Buffer } from "node:buffer";
import { ordered } from "../../../engine/model/canonical.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { fullName, type GuestSetup } from "./guest.ts";

/**
 * The user data of a guest. What vpac decides cannot be overridden by what the user wrote: in a
 * cloud-config ours are the last keys, and an opaque text becomes a part of its own before ours.
 * The two are never glued together (row T15).
 */
export function userDataText(setup: GuestSetup): string {
  const { userData } = setup;
  const own = ownConfig(setup);
  if (userData.is === "none") return cloudConfigText(own);
  if (userData.is === "config") return cloudConfigText({ ...userData.config, ...own });
  return multipart([userData.text, cloudConfigText({ ...own, ...LAST_WINS })]);
}

/** Keys of a cloud-config that vpac sets; a user who sets them too is told so. */
export const OWN_KEYS = ["hostname", "fqdn", "prefer_fqdn_over_hostname"] as const;

/** How cloud-init joins a part with those before it: our keys replace theirs. */
const LAST_WINS: JsonObject = { merge_how: "dict(replace)+list()+str()" };

function ownConfig(setup: GuestSetup): Record<(typeof OWN_KEYS)[number], string | boolean> {
  return {
    hostname: setup.hostname,
    fqdn: fullName(setup),
    prefer_fqdn_over_hostname: false,
  };
}

/** JSON is YAML, but for a few characters that YAML reads differently unless they are escaped. */
export function yamlText(value: JsonObject): string {
  const json = JSON.stringify(ordered(value), undefined, 2);
  const escape = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${json.replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escape)}\n`;
}

function cloudConfigText(config: JsonObject): string {
  return `#cloud-config\n${yamlText(config)}`;
}

/** Cannot occur in base64, so no part can end early whatever is in it. */
const BOUNDARY = "=_vpac_part";

/** MIME parts of which cloud-init finds out the kinds by their first lines. */
function multipart(parts: readonly string[]): string {
  const wrapped = parts.map((part) => {
    const body = Buffer.from(part, "utf8").toString("base64").replaceAll(/.{76}/g, "$&\n");
    const head = 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: base64';
    return `--${BOUNDARY}\n${head}\n\n${body}\n`;
  });
  const head = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n`;
  return `${head}${wrapped.join("")}--${BOUNDARY}--\n`;
}
