import type { KindIssue } from "../../engine/contract/kind.ts";
import { parseQuantity } from "../../engine/model/quantity.ts";
import { arrayAt, objectAt, stringAt } from "../../engine/model/json.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { VIRTLET_CONTAINERS, VIRTLET_VALUE, issue } from "./issues.ts";

type Path = readonly (string | number)[];

const RUNTIME_ANNOTATION = "kubernetes.io/target-runtime";
const VIRTLET_RUNTIME = "virtlet.cloud";
const IMAGE_PREFIX = "virtlet.cloud/";

interface AnnotationRule {
  /** What applies when the annotation is absent (public Virtlet documentation). */
  readonly default: string;
  readonly words: string;
  readonly fits: (value: string) => boolean;
}

const anyText = (words: string): AnnotationRule => ({ default: "", words, fits: () => true });

const oneOf = (fallback: string, ...values: readonly string[]): AnnotationRule => ({
  default: fallback,
  words: `one of ${values.map((value) => `"${value}"`).join(", ")}`,
  fits: (value) => values.includes(value),
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SOURCE = /^(?:configmap|secret)\/[^/]{1,253}(?:\/[^/]{1,253})?$/;

const source: AnnotationRule = {
  default: "",
  words: "configmap/NAME or secret/NAME",
  fits: (value) => SOURCE.test(value),
};

/** Every annotation of Virtlet, with its default and the values it takes (row K03). */
export const VIRTLET_ANNOTATIONS: Readonly<Record<string, AnnotationRule>> = {
  VirtletVCPUCount: {
    default: "1",
    words: "a whole number from 1 to 255",
    fits: (value) => /^[0-9]{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= 255,
  },
  VirtletCPUModel: oneOf("", "", "host-model"),
  VirtletLibvirtCPUSetting: anyText("YAML of libvirt's cpu element"),
  VirtletDiskDriver: oneOf("scsi", "scsi", "virtio"),
  VirtletRootVolumeSize: {
    default: "",
    words: "a quantity such as 10Gi",
    fits: (value) => {
      const quantity = parseQuantity(value);
      return quantity.ok && quantity.nano > 0n;
    },
  },
  VirtletSystemUUID: { default: "", words: "a UUID", fits: (value) => UUID.test(value) },
  VirtletCloudInitImageType: oneOf("nocloud", "nocloud", "configdrive"),
  VirtletCloudInitMetaData: anyText("JSON or YAML"),
  VirtletCloudInitUserData: anyText("JSON or YAML"),
  VirtletCloudInitUserDataOverwrite: oneOf("false", "true", "false"),
  VirtletCloudInitUserDataScript: anyText("text"),
  VirtletCloudInitUserDataSource: source,
  VirtletCloudInitUserDataSourceKey: anyText("a key"),
  VirtletCloudInitUserDataSourceEncoding: oneOf("plain", "plain", "base64"),
  VirtletSSHKeys: anyText("SSH keys, one on a line"),
  VirtletSSHKeySource: source,
  VirtletFilesFromDataSource: source,
  VirtletChown9pfsMounts: oneOf("", "", "true", "false"),
  VirtletForceDHCPNetworkConfig: oneOf("", "", "true", "false"),
};

/** True when the Pod at `base` is a VM in Pod's clothes (rows K03, K07). */
export function isVirtlet(document: JsonObject, base: Path): boolean {
  const annotations = objectAt(document, ...base, "metadata", "annotations");
  return annotations[RUNTIME_ANNOTATION] === VIRTLET_RUNTIME;
}

/** The rules of a VM Pod: one container, its image, its annotations, its number of disks. */
export function checkVirtlet(document: JsonObject, base: Path): KindIssue[] {
  return [
    ...checkContainers(document, base),
    ...checkAnnotations(document, base),
    ...checkDisks(document, base),
  ];
}

function checkContainers(document: JsonObject, base: Path): KindIssue[] {
  const path = [...base, "spec", "containers"];
  const containers = arrayAt(document, ...path);
  const found: KindIssue[] = [];
  if (containers.length > 1) {
    const detail =
      "A VM Pod has exactly one container, since the container is the VM; this one has " +
      `${containers.length}.`;
    const help = ["keep one container and put the others into a Pod of their own"];
    found.push(issue(VIRTLET_CONTAINERS, path, detail, { target: "key", help }));
  }
  const image = stringAt(containers[0], "image");
  if (image !== undefined && !image.startsWith(IMAGE_PREFIX)) {
    const detail =
      `The image "${image}" of a VM Pod must start with ${IMAGE_PREFIX}; the rest names ` +
      "the disk image.";
    const help = [`set image to ${IMAGE_PREFIX}${image}`];
    found.push(issue(VIRTLET_VALUE, [...path, 0, "image"], detail, { help }));
  }
  return found;
}

function checkAnnotations(document: JsonObject, base: Path): KindIssue[] {
  const path = [...base, "metadata", "annotations"];
  const found: KindIssue[] = [];
  for (const [key, value] of Object.entries(objectAt(document, ...path))) {
    if (!key.startsWith("Virtlet") || typeof value !== "string") continue;
    const rule = Object.hasOwn(VIRTLET_ANNOTATIONS, key) ? VIRTLET_ANNOTATIONS[key] : undefined;
    if (rule === undefined) {
      const known = Object.keys(VIRTLET_ANNOTATIONS).join(", ");
      const detail = `Virtlet has no annotation "${key}"; it has ${known}.`;
      const more = { severity: "warning", target: "key" } as const;
      found.push(issue(VIRTLET_VALUE, [...path, key], detail, more));
    } else if (!rule.fits(value)) {
      const detail = `The annotation ${key} is "${value}"; it must be ${rule.words}.`;
      found.push(issue(VIRTLET_VALUE, [...path, key], detail));
    }
  }
  return found;
}

/** A virtio VM takes 20 disks, a scsi one 26. */
function checkDisks(document: JsonObject, base: Path): KindIssue[] {
  const annotations = objectAt(document, ...base, "metadata", "annotations");
  const disksMax = annotations["VirtletDiskDriver"] === "virtio" ? 20 : 26;
  const path = [...base, "spec", "volumes"];
  const disks = arrayAt(document, ...path).filter(
    (volume) =>
      stringAt(volume, "flexVolume", "driver") !== undefined ||
      stringAt(volume, "persistentVolumeClaim", "claimName") !== undefined,
  );
  if (disks.length <= disksMax) return [];
  const detail = `The VM has ${disks.length} disks; its disk driver takes ${disksMax} at most.`;
  return [issue(VIRTLET_VALUE, path, detail, { target: "key" })];
}
