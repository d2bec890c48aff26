import type { Reference } from "../../engine/contract/kind.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { eachAt, namespaceOf, referenceAt, type ReferenceRule } from "./references.ts";

type Path = readonly (string | number)[];

/**
 * What the Pod spec at `path` names. ConfigMaps, Secrets and claims may live on the platform
 * without being declared here, so that their absence is a warning.
 */
export function podReferences(document: JsonObject, path: Path): Reference[] {
  const namespace = namespaceOf(document);
  const soft = (kind: string): ReferenceRule => ({ kind, namespace, missing: "warn", order: true });
  const config = soft("core/ConfigMap");
  const secret = soft("core/Secret");
  return [
    ...eachAt(document, [...path, "volumes"], (_volume, at) => [
      ...referenceAt(document, [...at, "persistentVolumeClaim", "claimName"], soft("vol")),
      ...required(document, [...at, "configMap"], "name", config),
      ...required(document, [...at, "secret"], "secretName", secret),
      ...eachAt(document, [...at, "projected", "sources"], (_source, source) => [
        ...required(document, [...source, "configMap"], "name", config),
        ...required(document, [...source, "secret"], "name", secret),
      ]),
    ]),
    ...["containers", "initContainers"].flatMap((list) =>
      eachAt(document, [...path, list], (_container, at) => [
        ...eachAt(document, [...at, "env"], (_variable, variable) => [
          ...required(document, [...variable, "valueFrom", "configMapKeyRef"], "name", config),
          ...required(document, [...variable, "valueFrom", "secretKeyRef"], "name", secret),
        ]),
        ...eachAt(document, [...at, "envFrom"], (_source, source) => [
          ...required(document, [...source, "configMapRef"], "name", config),
          ...required(document, [...source, "secretRef"], "name", secret),
        ]),
      ]),
    ),
    ...priorityClass(document, path),
  ];
}

/** Classes whose names start with `system-` are built into Kubernetes. */
function priorityClass(document: JsonObject, path: Path): Reference[] {
  const rule: ReferenceRule = { kind: "scheduling.k8s.io/PriorityClass", missing: "warn" };
  return referenceAt(document, [...path, "priorityClassName"], rule).filter(
    (reference) => !reference.name.startsWith("system-"),
  );
}

/** The reference at `path/key`, unless the source says that it may be missing. */
function required(document: JsonObject, path: Path, key: string, rule: ReferenceRule): Reference[] {
  if (member(document, ...path, "optional") === true) return [];
  return referenceAt(document, [...path, key], rule);
}
