import { createHash } from "node:crypto";

/** First byte of every address that we make: for one card, and assigned by nobody but the user. */
const PREFIX = "52";
const DIGEST_BYTES = 5;

/**
 * The MAC address of one card of an object: the same whenever it is asked for. 40 of its bits come
 * from the digest, so that even among a million cards two are hardly ever the same. `index` counts
 * the cards from 0.
 */
export function macAddress(objectId: string, index: number): string {
  const digest = createHash("sha256").update(`${objectId}/${index}`).digest();
  const bytes = [...digest.subarray(0, DIGEST_BYTES)];
  return [PREFIX, ...bytes.map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}
