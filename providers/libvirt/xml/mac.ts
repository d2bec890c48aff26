import { createHash } from "node:crypto";

/**
 * The MAC address of one card of an object: the same whenever it is asked for, in the range that
 * QEMU guests use. `index` counts the cards from 0.
 */
export function macAddress(objectId: string, index: number): string {
  const digest = createHash("sha256").update(`${objectId}/${index}`).digest("hex");
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`;
}
