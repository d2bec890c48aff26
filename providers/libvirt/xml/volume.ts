import type { ImageFile, ImageFormat } from "./domain.ts";
import { element, render } from "./element.ts";
import { parse } from "./parse.ts";
import { bytesAt, childAt, textAt } from "./read.ts";

/** A volume as vpac asks for it; it takes room only as it is written to. */
export interface VolumeSpec {
  readonly name: string;
  readonly capacityBytes: number;
  /** Always stated: an image whose format is guessed can pretend to be another one (row T13). */
  readonly format: ImageFormat;
  /** Makes the volume a copy-on-write layer over this image. */
  readonly backing?: ImageFile | undefined;
}

export interface VolumeFacts {
  readonly name: string;
  readonly key: string | undefined;
  readonly path: string | undefined;
  readonly capacityBytes: number | undefined;
  readonly allocationBytes: number | undefined;
  readonly format: string | undefined;
  readonly backingPath: string | undefined;
  readonly backingFormat: string | undefined;
}

/** The volume document. Throws `XmlError`. */
export function volumeXml({ name, capacityBytes, format, backing }: VolumeSpec): string {
  return render(
    element(
      "volume",
      {},
      element("name", {}, name),
      element("capacity", { unit: "bytes" }, capacityBytes),
      element("allocation", { unit: "bytes" }, 0),
      element("target", {}, element("format", { type: format })),
      backing === undefined
        ? undefined
        : element(
            "backingStore",
            {},
            element("path", {}, backing.path),
            element("format", { type: backing.format }),
          ),
    ),
  );
}

/** Reads a volume document of libvirt. Throws `XmlError`. */
export function readVolume(text: string): VolumeFacts {
  const root = parse(text);
  const formatAt = (name: string): string | undefined =>
    childAt(root, name, "format")?.attributes.get("type");
  return {
    name: textAt(root, "name") ?? "",
    key: textAt(root, "key"),
    path: textAt(root, "target", "path"),
    capacityBytes: bytesAt(root, "bytes", "capacity"),
    allocationBytes: bytesAt(root, "bytes", "allocation"),
    format: formatAt("target"),
    backingPath: textAt(root, "backingStore", "path"),
    backingFormat: formatAt("backingStore"),
  };
}
