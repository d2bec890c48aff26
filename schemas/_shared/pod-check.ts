import type { KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, objectAt, stringAt } from "../../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";
import { parseQuantity } from "../../engine/model/quantity.ts";
import { DEVICE_REFUSED, DUPLICATE_NAME, HOST_PATH, MISSING_VOLUME, issue } from "./issues.ts";
import { RULE_BROKEN } from "./issues.ts";
import { eachAt } from "./references.ts";
import { checkVirtlet, isVirtlet } from "./virtlet.ts";

type Path = readonly (string | number)[];

/**
 * What a schema cannot say about a Pod. `base` leads to the object with `metadata` and `spec`: the
 * document itself, or the template of a controller.
 */
export function checkPod(document: JsonObject, base: Path): KindIssue[] {
  const spec: Path = [...base, "spec"];
  return [
    ...duplicates(document, [...spec, "containers"], [...spec, "initContainers"]),
    ...duplicates(document, [...spec, "volumes"]),
    ...hostPaths(document, spec),
    ...mounts(document, base),
    ...excesses(document, spec),
    ...devices(document, base),
    ...(isVirtlet(document, base) ? checkVirtlet(document, base) : []),
  ];
}

/** Names that occur twice in the lists together. */
function duplicates(document: JsonObject, ...lists: readonly Path[]): KindIssue[] {
  const seen = new Set<string>();
  return lists.flatMap((list) =>
    eachAt(document, list, (item, at) => {
      const name = item["name"];
      if (typeof name !== "string") return [];
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      const detail = `The name "${name}" is used twice; names in a Pod must be unique.`;
      return [issue(DUPLICATE_NAME, [...at, "name"], detail)];
    }),
  );
}

/** Row X05: a host path is refused, except the Pod's own logs, mounted read-only. */
function hostPaths(document: JsonObject, spec: Path): KindIssue[] {
  return eachAt(document, [...spec, "volumes"], (volume, at) => {
    const path = stringAt(volume, "hostPath", "path");
    if (path === undefined) return [];
    const isLogs = path === "/var/log/pods" || path.startsWith("/var/log/pods/");
    const clean = !path.split("/").includes("..");
    if (isLogs && clean && isReadOnly(document, spec, volume["name"])) return [];
    const detail =
      `A vSphere Pod cannot reach the host path "${path}": only a read-only mount of ` +
      "/var/log/pods is possible.";
    const help = ["use emptyDir or a persistentVolumeClaim instead of hostPath"];
    return [issue(HOST_PATH, [...at, "hostPath"], detail, { target: "key", help })];
  });
}

function isReadOnly(document: JsonObject, spec: Path, name: JsonValue | undefined): boolean {
  return allMounts(document, spec).every(
    ({ mount }) => mount["name"] !== name || mount["readOnly"] === true,
  );
}

interface Mount {
  readonly mount: JsonObject;
  readonly at: Path;
}

function allMounts(document: JsonObject, spec: Path): Mount[] {
  return ["containers", "initContainers"].flatMap((list) =>
    eachAt(document, [...spec, list], (_container, container) =>
      ["volumeMounts", "volumeDevices"].flatMap((field) =>
        eachAt(document, [...container, field], (mount, at) => [{ mount, at }]),
      ),
    ),
  );
}

/** Mounts of volumes that the Pod has not; claim templates of a StatefulSet count as volumes. */
function mounts(document: JsonObject, base: Path): KindIssue[] {
  const spec: Path = [...base, "spec"];
  const names = new Set([
    ...arrayAt(document, ...spec, "volumes").map((volume) => stringAt(volume, "name")),
    ...arrayAt(document, "spec", "volumeClaimTemplates").map((claim) =>
      stringAt(claim, "metadata", "name"),
    ),
  ]);
  return allMounts(document, spec).flatMap(({ mount, at }) => {
    const name = mount["name"];
    if (typeof name !== "string" || names.has(name)) return [];
    const detail = `The volume "${name}" is mounted but the Pod has no volume of that name.`;
    return [issue(MISSING_VOLUME, [...at, "name"], detail)];
  });
}

/** Requests above the limit of the same resource: what is guaranteed could never be used. */
function excesses(document: JsonObject, spec: Path): KindIssue[] {
  return ["containers", "initContainers"].flatMap((list) =>
    eachAt(document, [...spec, list], (container, at) => {
      const limits = objectAt(container, "resources", "limits");
      const requests = objectAt(container, "resources", "requests");
      return Object.entries(requests).flatMap(([name, request]) => {
        const limit = limits[name];
        if (limit === undefined || request === limit || !isAbove(request, limit)) return [];
        const detail =
          `The request of ${text(request)} ${name} is above the limit of ` + `${text(limit)}.`;
        const help = [`set the limit to ${text(request)}, or lower the request`];
        const path = [...at, "resources", "requests", name];
        return [issue(RULE_BROKEN, path, detail, { help })];
      });
    }),
  );
}

const text = (value: JsonValue | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

function isAbove(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  const [more, less] = [parseQuantity(text(left)), parseQuantity(text(right))];
  return more.ok && less.ok && more.nano > less.nano;
}

const OLD_DEVICES = new Set(["e1000", "e1000e", "ide", "vlance", "pcnet32", "lsilogic"]);

/** Row C07: the small kernel of a Pod VM has drivers for paravirtual devices only. */
function devices(document: JsonObject, base: Path): KindIssue[] {
  const annotations = objectAt(document, ...base, "metadata", "annotations");
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (!isDeviceKey(key) || typeof value !== "string") return [];
    if (!OLD_DEVICES.has(value.toLowerCase())) return [];
    const detail = `A Pod VM has paravirtual devices only, so the device "${value}" cannot work.`;
    const help = ["remove the annotation, or use vmxnet3 or pvscsi"];
    const path = [...base, "metadata", "annotations", key];
    return [issue(DEVICE_REFUSED, path, detail, { help })];
  });
}

const isDeviceKey = (key: string): boolean =>
  /(?:nic|disk|scsi|device|adapter|controller|driver)/i.test(key) && !key.startsWith("Virtlet");
