import type { CodeEntry } from "../diagnostics/catalogue.ts";

export type RuleCode =
  | "fieldRefused"
  | "fieldIgnored"
  | "statusIgnored"
  | "addressTwice"
  | "supervisorTwice"
  | "environmentTwice"
  | "namespaceNotTaken"
  | "nameReserved"
  | "podsNeedNsx"
  | "hostPathRefused"
  | "virtletValue"
  | "virtletContainers"
  | "localVolume"
  | "deviceRefused"
  | "daemonSetRefused"
  | "ruleBroken"
  | "nameTwice"
  | "selectorMismatch"
  | "volumeMissing"
  | "annotationUnknown"
  | "annotationValue";

/** Second half of the catalogue: support marks, rules of kinds, rules between documents. */
export const RULE_CODES: Readonly<Record<RuleCode, CodeEntry>> = {
  fieldRefused: {
    code: "VP1520",
    severity: "error",
    summary: "field cannot be honoured",
    explanation:
      "The platform cannot do what the field asks for, and going on without it would " +
      "give something other than what was written. The message names the reason and " +
      "the way out.",
    example: {
      wrong: "securityContext: {privileged: true}",
      right: "kind: TanzuKubernetesCluster",
    },
  },
  fieldIgnored: {
    code: "VP1521",
    severity: "warning",
    summary: "field has no effect",
    explanation:
      "The platform ignores the field; the workload runs without it. With --strict " +
      "this is an error.",
    example: { wrong: "spec: {hostNetwork: true}", right: "spec: {}" },
  },
  statusIgnored: {
    code: "VP1522",
    severity: "warning",
    summary: "status in a document is ignored",
    explanation:
      "The status is what a server reports; a document only says what is wanted. " +
      "Exported objects carry it: it does no harm, but it goes stale.",
    example: { wrong: "status: {phase: Running}", right: "spec: {}" },
  },
  addressTwice: {
    code: "VP1530",
    severity: "error",
    summary: "two documents declare the same resource",
    explanation:
      "Kind, namespace and name together identify a resource, so that only one " +
      "document may declare it.",
    example: {
      wrong: "kind: Pod\nmetadata: {name: web}\n---\nkind: Pod\nmetadata: {name: web}",
      right: "kind: Pod\nmetadata: {name: web}\n---\nkind: Pod\nmetadata: {name: web-2}",
    },
  },
  supervisorTwice: {
    code: "VP1531",
    severity: "error",
    summary: "two Supervisors on one cluster",
    explanation:
      "A Supervisor is a cluster of hosts turned into a Kubernetes cluster; a cluster " +
      "can be turned into one only.",
    example: {
      wrong: "kind: Supervisor\nmetadata: {name: b}\nspec: {cluster: c1}",
      right: "kind: Supervisor\nmetadata: {name: b}\nspec: {cluster: c2}",
    },
  },
  environmentTwice: {
    code: "VP1532",
    severity: "error",
    summary: "several Environment documents",
    explanation:
      "A run has one Environment: it says which providers hold the objects and where the state is.",
    example: { wrong: "kind: Environment\n---\nkind: Environment", right: "kind: Environment" },
  },
  namespaceNotTaken: {
    code: "VP1533",
    severity: "error",
    summary: "kind has no namespace",
    explanation: "Resources of this kind belong to no namespace. Remove metadata.namespace.",
    example: {
      wrong: "kind: Host\nmetadata: {name: esx-a, namespace: shop}",
      right: "kind: Host\nmetadata: {name: esx-a}",
    },
  },
  nameReserved: {
    code: "VP1534",
    severity: "error",
    summary: "name is reserved",
    explanation: "Names with this prefix belong to the platform and exist on their own.",
    example: {
      wrong: "kind: Namespace\nmetadata: {name: kube-system}",
      right: "kind: Namespace\nmetadata: {name: monitoring}",
    },
  },
  podsNeedNsx: {
    code: "VP1535",
    severity: "error",
    summary: "vSphere Pods need NSX",
    explanation:
      "A Supervisor whose workload network is not provided by NSX runs VMs and guest " +
      "clusters, but no vSphere Pods.",
    example: {
      wrong: "kind: Supervisor\nspec: {networks: {workload: {provider: vds}}}",
      right: "kind: Supervisor\nspec: {networks: {workload: {provider: nsx}}}",
    },
  },
  hostPathRefused: {
    code: "VP1540",
    severity: "error",
    summary: "host path is refused",
    explanation:
      "A vSphere Pod is a VM and cannot reach into its host. Only a read-only mount of " +
      "/var/log/pods is possible.",
    example: { wrong: "hostPath: {path: /etc}", right: "emptyDir: {}" },
  },
  virtletValue: {
    code: "VP1541",
    severity: "error",
    summary: "VM Pod breaks a rule of Virtlet",
    explanation:
      "A Pod with the annotation kubernetes.io/target-runtime: virtlet.cloud is a VM; " +
      "its annotations, image and disks follow Virtlet's rules.",
    example: { wrong: 'VirtletVCPUCount: "0"', right: 'VirtletVCPUCount: "2"' },
  },
  virtletContainers: {
    code: "VP1542",
    severity: "error",
    summary: "VM Pod has more than one container",
    explanation: "The one container of a VM Pod is the VM. Others belong into a Pod of their own.",
    example: {
      wrong: "containers: [{name: vm}, {name: log}]",
      right: "containers: [{name: vm}]",
    },
  },
  localVolume: {
    code: "VP1543",
    severity: "error",
    summary: "local volumes are refused",
    explanation:
      "A Supervisor mounts volumes of its own storage driver only; a disk that belongs " +
      "to one host would tie the workload to it.",
    example: { wrong: "local: {path: /mnt/disk1}", right: "storageClassName: gold" },
  },
  deviceRefused: {
    code: "VP1544",
    severity: "error",
    summary: "device is not paravirtual",
    explanation:
      "The kernel of a Pod VM has drivers for paravirtual devices only (vmxnet3, pvscsi, virtio).",
    example: { wrong: "nic-type: e1000", right: "nic-type: vmxnet3" },
  },
  daemonSetRefused: {
    code: "VP1545",
    severity: "error",
    summary: "DaemonSet is refused",
    explanation:
      "A DaemonSet puts one Pod on every node to serve the node. A vSphere Pod is a VM " +
      "and cannot look into the host it runs on, so that such a Pod has nothing to " +
      "serve.",
    example: { wrong: "kind: DaemonSet", right: "kind: Deployment" },
  },
  ruleBroken: {
    code: "VP1550",
    severity: "error",
    summary: "document breaks a rule of its kind",
    explanation: "The fields are well formed but contradict each other or the rules of the kind.",
    example: {
      wrong: "kind: Host\nspec: {cluster: c1}",
      right: "kind: Host\nspec: {cpu: {coresPerSocket: 16}, memory: 128Gi}",
    },
  },
  nameTwice: {
    code: "VP1551",
    severity: "error",
    summary: "name is used twice in a list",
    explanation: "Items of this list are told apart by name, so each name may occur once.",
    example: {
      wrong: "containers: [{name: web}, {name: web}]",
      right: "containers: [{name: web}, {name: log}]",
    },
  },
  selectorMismatch: {
    code: "VP1552",
    severity: "error",
    summary: "selector does not find the template",
    explanation:
      "A controller knows its Pods by their labels. If the selector does not match the " +
      "template, it would make Pods for ever.",
    example: {
      wrong: "selector: {matchLabels: {app: web}}",
      right: "template: {metadata: {labels: {app: web}}}",
    },
  },
  volumeMissing: {
    code: "VP1553",
    severity: "error",
    summary: "mounted volume does not exist",
    explanation:
      "A container mounts a volume by its name; the Pod must have a volume of that name.",
    example: {
      wrong: "volumeMounts: [{name: data, mountPath: /data}]",
      right: "volumes: [{name: data, emptyDir: {}}]",
    },
  },
  annotationUnknown: {
    code: "VP1554",
    severity: "error",
    summary: "unknown vpac annotation",
    explanation:
      "Annotations under vpac.dev/ steer vpac. A misspelled one would silently not " +
      "protect or pin anything, so it is an error.",
    example: {
      wrong: 'vpac.dev/prevent-destory: "true"',
      right: 'vpac.dev/prevent-destroy: "true"',
    },
  },
  annotationValue: {
    code: "VP1555",
    severity: "error",
    summary: "vpac annotation has a wrong value",
    explanation: "The annotation takes one of a few values, as text.",
    example: { wrong: 'vpac.dev/balance: "no"', right: 'vpac.dev/balance: "off"' },
  },
};
