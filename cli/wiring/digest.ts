import { hash } from "node:crypto";
import type { Digest } from "../../engine/model/digest.ts";

/** SHA-256 by the platform; a plan needs one for each object, so no stream is made for it. */
export const sha256: Digest = (text) => hash("sha256", text);
