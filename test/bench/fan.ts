import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Members per namespace, as in the Terraform case: one namespace for 99 members. */
const MEMBERS_PER_NAMESPACE = 99;
/** VMs of two vCPUs and 4 GiB that one bench host takes with room to spare. */
const MEMBERS_PER_HOST = 100;

interface Member {
  readonly namespace: string;
  readonly name: string;
}

/** `count` resources in all: namespaces and members, every one written out on its own. */
function fanMembers(count: number): { namespaces: string[]; members: Member[] } {
  const spaces = Math.max(1, Math.round(count / (MEMBERS_PER_NAMESPACE + 1)));
  const namespaces = Array.from({ length: spaces }, (_, index) => `ns-${index}`);
  const members = Array.from({ length: count - spaces }, (_, index) => ({
    namespace: `ns-${index % spaces}`,
    name: `vm-${index}`,
  }));
  return { namespaces, members };
}

const hostText = (index: number): string => `apiVersion: vpac.dev/v1alpha1
kind: Host
metadata: {name: esx-${String(index).padStart(4, "0")}}
spec: {cpu: {sockets: 2, coresPerSocket: 64, threadsPerCore: 2, mhz: 2600}, memory: 1Ti}
`;

const memberText = ({
  namespace,
  name,
}: Member): string => `apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {app: web, tier: front, env: prod}
spec:
  className: best-effort-small
  imageName: photon-3
  powerState: PoweredOn
`;

/** Writes the fan as one stream of distinct documents; returns the file. */
export function writeFan(folder: string, count: number): string {
  const { namespaces, members } = fanMembers(count);
  const hosts = Math.max(2, Math.ceil(members.length / MEMBERS_PER_HOST));
  const documents = [
    ...Array.from({ length: hosts }, (_, index) => hostText(index)),
    "apiVersion: vpac.dev/v1alpha1\nkind: MachineImage\nmetadata: {name: photon-3}\n" +
      "spec: {source: https://images.example/photon-3.qcow2, format: qcow2}\n",
    ...namespaces.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`),
    ...members.map(memberText),
  ];
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "fan.yaml");
  writeFileSync(file, documents.join("---\n"));
  return file;
}

/** The same fan for Terraform, with a state in which all of it exists already. */
export function writeTerraformFan(folder: string, count: number): void {
  const { namespaces, members } = fanMembers(count);
  mkdirSync(folder, { recursive: true });
  const blocks = [
    'variable "rev" {\n  default = "1"\n}\n',
    ...namespaces.map((name) => block(tfName(name), inputOf(name), undefined)),
    ...members.map((member) => block(tfName(member.name), inputOf(member.name), member.namespace)),
  ];
  writeFileSync(join(folder, "main.tf"), blocks.join("\n"));
  writeFileSync(join(folder, "terraform.tfstate"), stateText(namespaces, members));
}

const tfName = (name: string): string => name.replaceAll("-", "_");

const inputOf = (name: string): Readonly<Record<string, unknown>> => ({
  name,
  cpu: 2,
  memory: "4Gi",
  image: "photon-3:v1",
  labels: { app: "web", tier: "front", env: "prod" },
});

function block(
  name: string,
  input: ReturnType<typeof inputOf>,
  namespace: string | undefined,
): string {
  const ns = namespace === undefined ? "" : `    ns = terraform_data.${tfName(namespace)}.id\n`;
  return `resource "terraform_data" "${name}" {
  input = {
    name = "${String(input["name"])}"
    cpu = 2
    memory = "4Gi"
    image = "photon-3:v\${var.rev}"
    labels = { app = "web", tier = "front", env = "prod" }
${ns}  }
}
`;
}

const idOf = (name: string): string => {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const LABELS_TYPE = ["object", { app: "string", env: "string", tier: "string" }] as const;

function stateText(namespaces: readonly string[], members: readonly Member[]): string {
  const instance = (name: string, namespace: string | undefined): object => {
    const value =
      namespace === undefined ? inputOf(name) : { ...inputOf(name), ns: idOf(namespace) };
    const fields = {
      name: "string",
      cpu: "number",
      memory: "string",
      image: "string",
      labels: LABELS_TYPE,
    };
    const type = ["object", namespace === undefined ? fields : { ...fields, ns: "string" }];
    return {
      mode: "managed",
      type: "terraform_data",
      name: tfName(name),
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [
        {
          schema_version: 0,
          attributes: {
            id: idOf(name),
            input: { value, type },
            output: { value, type },
            triggers_replace: null,
          },
          sensitive_attributes: [],
          ...(namespace === undefined
            ? {}
            : { dependencies: [`terraform_data.${tfName(namespace)}`] }),
        },
      ],
    };
  };
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: idOf("lineage"),
    outputs: {},
    resources: [
      ...namespaces.map((name) => instance(name, undefined)),
      ...members.map((member) => instance(member.name, member.namespace)),
    ],
    check_results: null,
  });
}
