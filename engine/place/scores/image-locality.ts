import type { Host } from "../../model/host.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Score, SCORE_MAX } from "./score.ts";

const MEBIBYTE = 1_048_576;
const BYTES_MIN = 23 * MEBIBYTE;
const BYTES_MAX_PER_IMAGE = 1000 * MEBIBYTE;
/** Counted for an image whose size the platform does not tell. */
const BYTES_UNKNOWN = 256 * MEBIBYTE;

/** Bytes of the workload's images that the host holds, scaled down while few hosts hold them. */
export const imageLocality: Score = {
  name: "ImageLocality",
  weight: 1,
  constant: (applicant, ledger) => (isHeld(imagesOf(applicant), ledger) ? undefined : 0),
  prepare: (applicant, ledger) => {
    const images = imagesOf(applicant);
    if (!isHeld(images, ledger)) return () => 0;
    const holders = images.map((image) => ledger.imagesHeld.get(image) ?? 0);
    return (index) => {
      const host = ledger.hosts[index];
      if (host === undefined) return 0;
      let sum = 0;
      images.forEach((image, position) => {
        if (!host.images.includes(image)) return;
        const spread = (holders[position] ?? 0) / ledger.hosts.length;
        sum += Math.trunc(bytesOf(host, image) * spread);
      });
      return scaled(sum, images.length);
    };
  },
};

const isHeld = (images: readonly string[], { imagesHeld }: Ledger): boolean =>
  images.some((image) => imagesHeld.has(image));

const imagesOf = ({ workloadClass }: Applicant): readonly string[] =>
  workloadClass.sample.scheduling.images.map((image) => withTag(image));

function scaled(sum: number, imageCount: number): number {
  const most = BYTES_MAX_PER_IMAGE * imageCount;
  const bytes = sum < BYTES_MIN ? BYTES_MIN : Math.min(sum, most);
  return Math.trunc((SCORE_MAX * (bytes - BYTES_MIN)) / (most - BYTES_MIN));
}

const bytesOf = (host: Host, image: string): number => host.imageBytes?.[image] ?? BYTES_UNKNOWN;

/** An image name as the container runtime lists it: with a tag. */
const withTag = (name: string): string =>
  name.lastIndexOf(":") <= name.lastIndexOf("/") ? `${name}:latest` : name;
