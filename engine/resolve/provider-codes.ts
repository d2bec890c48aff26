import type { CodeEntry } from "../diagnostics/catalogue.ts";

/** Names of the problems that documents have with the providers they are bound to. */
export type ProviderCode =
  | "kindRefused"
  | "hostNotUsed"
  | "imageUnknown"
  | "secretNeeded"
  | "flavourUnknown"
  | "flavourMissing"
  | "clusterUnmappable"
  | "clusterPartIgnored"
  | "outputInvalid"
  | "hostNameTaken";

/** What `resolve` may complain about when documents meet the providers they are bound to. */
export const PROVIDER_CODES: Readonly<Record<ProviderCode, CodeEntry>> = {
  kindRefused: {
    code: "VP2021",
    severity: "error",
    summary: "provider cannot hold this kind",
    explanation:
      "A hypervisor holds virtual machines, a management cluster holds guest clusters and plain " +
      "objects. Bind other documents to a provider of another type with the annotation " +
      "vpac.dev/provider.",
    example: { wrong: "a Pod on provider kvm", right: "vpac.dev/provider: sim" },
  },
  hostNotUsed: {
    code: "VP2022",
    severity: "warning",
    summary: "Host has no effect on this provider",
    explanation:
      "The hosts of a hypervisor are the connections that the Environment names, with the size " +
      "that they report. A Host document describes hosts of simulated platforms.",
    example: { wrong: "kind: Host on provider kvm", right: "hosts: [{name: kvm-a, uri: …}]" },
  },
  hostNameTaken: {
    code: "VP2030",
    severity: "error",
    summary: "two hosts have one name",
    explanation:
      "Placement chooses among the hosts of all providers, and a plan names a host by its name " +
      "alone. Give every host a name of its own.",
    example: { wrong: "Host kvm-a beside hosts: [{name: kvm-a}]", right: "Host esx-a" },
  },
  imageUnknown: {
    code: "VP2023",
    severity: "error",
    summary: "no disk can be made of the image",
    explanation:
      "A hypervisor makes the disk of a virtual machine from a volume of its storage pool or " +
      "from a file. The MachineImage that the virtual machine names says which: it has to be " +
      "declared, with a source and a format that the hypervisor knows.",
    example: { wrong: "imageName: debian", right: "kind: MachineImage with source: debian.qcow2" },
  },
  secretNeeded: {
    code: "VP2024",
    severity: "error",
    summary: "secret would be needed in clear",
    explanation:
      "vpac keeps secrets only as hashes, so that it cannot hand one to a guest. Give the guest " +
      "keys that are no secrets, such as public SSH keys.",
    example: {
      wrong: "hashed_passwd: {name: s, key: k}",
      right: "sshAuthorizedKeys: [ssh-ed25519 …]",
    },
  },
  flavourUnknown: {
    code: "VP2025",
    severity: "error",
    summary: "flavour of clusters is not declared",
    explanation:
      "A provider of type cluster-api builds guest clusters by a flavour: in-memory, which is " +
      "built in, or a ClusterFlavour document. Declare it, or correct the name.",
    example: { wrong: "flavour: in-memry", right: "flavour: in-memory" },
  },
  flavourMissing: {
    code: "VP2026",
    severity: "error",
    summary: "cluster needs a flavour",
    explanation:
      "A TanzuKubernetesCluster says how many nodes of which class there are, but not how a " +
      "management cluster makes them. The flavour of the provider says that. A Cluster with a " +
      "topology needs none: the ClusterClass on the server says it.",
    example: { wrong: "{name: guests, type: cluster-api}", right: "flavour: in-memory" },
  },
  clusterUnmappable: {
    code: "VP2027",
    severity: "error",
    summary: "cluster cannot be mapped to Cluster API",
    explanation:
      "A guest cluster becomes a Cluster with a control plane and deployments of machines. Their " +
      "versions have to be exact, and no newer than that of the control plane; machine pools and " +
      "names beyond 63 characters have no counterpart.",
    example: { wrong: "distribution: {version: v1.33}", right: "version: v1.33.1" },
  },
  clusterPartIgnored: {
    code: "VP2028",
    severity: "warning",
    summary: "part of a topology has no effect",
    explanation:
      "With a flavour, vpac itself builds the parts of a cluster, and the ClusterClass that a " +
      "topology speaks to is not used. What only that class could act on is left out.",
    example: { wrong: "variables: [{name: proxy, value: p}]", right: "remove the variable" },
  },
  outputInvalid: {
    code: "VP2029",
    severity: "error",
    summary: "value cannot be taken from another resource",
    explanation:
      "The annotation vpac.dev/from lets a text field take a value that is known only after " +
      "apply: POINTER=ADDRESS:OUTPUT, several separated by commas. The address has to be " +
      "declared, its kind has to have that output, and the pointer has to lead to a text field " +
      "that does not name another resource.",
    example: {
      wrong: "vpac.dev/from: /data/endpoint=tkc/shop/dev",
      right: "vpac.dev/from: /data/endpoint=tkc/shop/dev:endpoint",
    },
  },
};
