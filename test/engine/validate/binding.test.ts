import { beforeAll, expect, test } from "vitest";
import { bindings } from "../../../engine/validate/binding.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { documentsOf } from "../../support/documents.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const environment = (defaults: string): string => `apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: e}
spec:
  ${defaults}
  providers:
    - {name: sim, type: esxi-sim}
    - {name: kvm, type: libvirt}
    - {name: guests, type: cluster-api}
`;
const document = (kind: string, metadata: string, spec = "{}", api = "v1"): string =>
  `---\n{apiVersion: ${api}, kind: ${kind}, metadata: {${metadata}}, spec: ${spec}}\n`;
const SUPERVISOR = (spec: string): string =>
  document("Supervisor", "name: sup", spec, "vpac.dev/v1alpha1");
const bound = (provider: string): string => `annotations: {vpac.dev/provider: ${provider}}`;
const claim = (metadata: string): string =>
  document("PersistentVolumeClaim", `name: c, ${metadata}`, "{accessModes: [ReadWriteOnce]}");

/** Each ends with the document that is asked about, which is of a kind that is held everywhere. */
const cases = [
  ["by the default", environment("") + claim("namespace: default")],
  ["by a named default", environment("defaults: {provider: kvm}") + claim("namespace: default")],
  ["by itself", environment("") + claim(`namespace: default, ${bound("kvm")}`)],
  [
    "by its namespace",
    environment("") +
      document("Namespace", `name: shop, ${bound("kvm")}`) +
      claim("namespace: shop"),
  ],
  [
    "by its Supervisor, though nothing declares the namespace",
    environment("") + SUPERVISOR("{provider: kvm}") + claim("namespace: shop"),
  ],
  [
    "by the Supervisor of its namespace",
    environment("") +
      SUPERVISOR("{provider: kvm}") +
      document("SupervisorNamespace", "name: shop", "{supervisor: sup}", "vpac.dev/v1alpha1") +
      claim("namespace: shop"),
  ],
  [
    "by its namespace before the Supervisor",
    environment("") +
      SUPERVISOR("{provider: kvm}") +
      document("Namespace", `name: shop, ${bound("guests")}`) +
      claim("namespace: shop"),
  ],
  [
    "by its spec",
    environment("") + document("Host", "name: h", "{provider: kvm}", "vpac.dev/v1alpha1"),
  ],
] as const;

test.for(cases)("a document is bound %s, as it is when it is resolved", ([, text]) => {
  const documents = documentsOf(text);
  const value = documents.at(-1)?.value;
  const types = new Map([
    ["sim", "esxi-sim"],
    ["kvm", "libvirt"],
    ["guests", "cluster-api"],
  ]);
  const { diagnostics } = resolveText(text);
  const told = diagnostics.find(
    ({ code, address }) => /^VP202[12]$/.test(code) && /^(vol|host)\//.test(address ?? ""),
  );
  const provider = /provider "(\w+)"/.exec(told?.detail ?? "")?.[1] ?? "sim";
  const namespace = value?.["kind"] === "Host" ? undefined : namespaceOf(text);
  expect(bindings(documents)(value ?? {}, namespace)).toBe(types.get(provider));
});

const namespaceOf = (text: string): string => /.*namespace: (\w+)/s.exec(text)?.[1] ?? "default";
