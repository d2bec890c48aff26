/** Documents that tests put together, as YAML text; each part is written in braces. */

/** The template of a Pod that carries the label `app: web`. */
export const TEMPLATE =
  "{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}";

/** The controller `web` over that template; `spec` goes on behind it, with a comma. */
export const controller = (kind: string, spec: string, version = "apps/v1"): string =>
  `{apiVersion: ${version}, kind: ${kind}, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: ${TEMPLATE}${spec}}}\n`;

/** A Pod of one container; `metadata` and `spec` go on behind what is there, with a comma. */
export const pod = (name: string, metadata = "", spec = ""): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}${metadata}}, spec: {containers: [{name: c, image: x}]${spec}}}\n`;

/** Many documents as one text. */
export const join = (...documents: string[]): string => documents.join("\n---\n");

/** A host of 16 CPUs and 64 GiB, of which one CPU and 4 GiB are kept back. */
export const host = (name: string, cluster = "c1"): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: ${name}}, spec: {cluster: ${cluster}, cpu: {coresPerSocket: 8, threadsPerCore: 2}, memory: 64Gi, reserved: {cpu: "1", memory: 4Gi}}}\n`;
