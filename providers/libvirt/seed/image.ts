import { Buffer } from "node:buffer";
import { CONFIG_DRIVE_LABEL, configDriveFiles } from "./config-drive.ts";
import { FAT_VOLUME_BYTES, fatVolume } from "./fat.ts";
import type { GuestSetup } from "./guest.ts";
import { NOCLOUD_LABEL, nocloudFiles } from "./nocloud.ts";

/** `nocloud` is cloud-init's own layout, `config-2` is OpenStack's config drive. */
export type SeedFormat = "nocloud" | "config-2";

/** Size of every seed volume. */
export const SEED_BYTES: number = FAT_VOLUME_BYTES;

/**
 * The raw volume that a guest reads its setup from; attach it read-only. Equal setups give equal
 * bytes. Throws `FatError` when the user data is larger than the volume.
 */
export function seedImage(format: SeedFormat, setup: GuestSetup): Uint8Array {
  const isNocloud = format === "nocloud";
  const files = isNocloud ? nocloudFiles(setup) : configDriveFiles(setup);
  return fatVolume(
    isNocloud ? NOCLOUD_LABEL : CONFIG_DRIVE_LABEL,
    [...files].map(([path, text]) => ({ path, bytes: Buffer.from(text, "utf8") })),
  );
}

/** Length of the part that is not zero: a fresh sparse volume needs no more than that written. */
export function seedContentBytes(image: Uint8Array): number {
  let length = image.length;
  while (length > 0 && image[length - 1] === 0) length--;
  return length;
}
