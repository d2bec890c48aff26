import { createHash } from "node:crypto";
import type { Digest } from "../../engine/model/digest.ts";

/** SHA-256 by the platform. */
export const sha256: Digest = (text) => createHash("sha256").update(text).digest("hex");
