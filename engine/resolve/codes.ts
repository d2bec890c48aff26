import type { CodeEntry } from "../diagnostics/catalogue.ts";
import { PROVIDER_CODES, type ProviderCode } from "./provider-codes.ts";

type ResolveCode =
  | "referenceMissing"
  | "referenceCrossNamespace"
  | "cycle"
  | "dependsOnInvalid"
  | "addressTaken"
  | "limitRangeBroken"
  | "quotaExceeded"
  | "quotaUnstated"
  | "storageNotGranted"
  | "classNotGranted"
  | "segmentsExhausted"
  | "rangesOverlap"
  | "supervisorNetworkMissing"
  | "supervisorHostsFew"
  | "rulesConflict"
  | "providerUnknown"
  | "daemonSetRefused"
  | "annotationInvalid"
  | "podNeedsNsx"
  | "poolReservationTooLarge";

/** Everything `resolve` may complain about; what is about providers is in provider-codes.ts. */
export const CODES: Readonly<Record<ResolveCode | ProviderCode, CodeEntry>> = {
  ...PROVIDER_CODES,
  referenceMissing: {
    code: "VP2001",
    severity: "error",
    summary: "reference to something that does not exist",
    explanation:
      "A document names another resource that no document declares, no provider reported and " +
      "vpac does not have built in. Declare it, or correct the name.",
    example: { wrong: "className: best-effort-smal", right: "className: best-effort-small" },
  },
  referenceCrossNamespace: {
    code: "VP2002",
    severity: "error",
    summary: "reference into another namespace",
    explanation:
      "Namespaces are isolated from each other: a document may only name resources of its own " +
      "namespace and resources that belong to no namespace.",
    example: {
      wrong: "claimName of a claim in namespace b, used in namespace a",
      right: "declare the claim in namespace a",
    },
  },
  cycle: {
    code: "VP2003",
    severity: "error",
    summary: "dependency cycle",
    explanation:
      "Resources wait for each other in a circle, so none of them can be made first. Remove one " +
      "of the dependencies that the message lists.",
    example: {
      wrong: "a: vpac.dev/depends-on: vm/x/b, b: vpac.dev/depends-on: vm/x/a",
      right: "keep only one of the two annotations",
    },
  },
  dependsOnInvalid: {
    code: "VP2004",
    severity: "error",
    summary: "not an address",
    explanation:
      "The annotation vpac.dev/depends-on holds a comma-separated list of addresses such as " +
      "vm/shop/db or ns/shop.",
    example: { wrong: "vpac.dev/depends-on: db", right: "vpac.dev/depends-on: vm/shop/db" },
  },
  addressTaken: {
    code: "VP2005",
    severity: "error",
    summary: "two resources share one address",
    explanation:
      "A resource that vpac generates (a Pod of a Deployment, a node of a cluster, the pool of a " +
      "namespace) has the same address as one that is declared. Rename the declared one.",
    example: { wrong: "Pod web-0 beside Deployment web", right: "Pod web-extra" },
  },
  limitRangeBroken: {
    code: "VP2006",
    severity: "error",
    summary: "outside the limits of the namespace",
    explanation:
      "A LimitRange of the namespace bounds what a container, a Pod or a claim may ask for. " +
      "Defaults of the LimitRange are filled in before the check.",
    example: { wrong: "limits: {memory: 16Gi}", right: "limits: {memory: 8Gi}" },
  },
  quotaExceeded: {
    code: "VP2007",
    severity: "error",
    summary: "over the quota of the namespace",
    explanation:
      "The sum over the namespace in address order passes a ResourceQuota or a limit of the " +
      "SupervisorNamespace at this resource. Ask for less, remove something, or raise the quota.",
    example: { wrong: "61 Pods with pods: 60", right: "60 Pods, or pods: 80" },
  },
  quotaUnstated: {
    code: "VP2008",
    severity: "error",
    summary: "amount needed by a quota is not stated",
    explanation:
      "With a quota on an amount every Pod has to state that amount, in its containers or by " +
      "the defaults of a LimitRange.",
    example: { wrong: "resources: {}", right: "resources: {requests: {cpu: 100m}}" },
  },
  storageNotGranted: {
    code: "VP2009",
    severity: "error",
    summary: "storage policy is not granted to the namespace",
    explanation:
      "A SupervisorNamespace lists the storage policies that may be used in it. Add the policy " +
      "to spec.storage of the namespace or use one that is listed.",
    example: { wrong: "storageClassName: gold", right: "storage: [{policy: gold}]" },
  },
  classNotGranted: {
    code: "VP2010",
    severity: "error",
    summary: "VM class is not granted to the namespace",
    explanation:
      "A SupervisorNamespace with spec.vmClasses allows these classes only. Add the class there " +
      "or use one that is listed.",
    example: { wrong: "className: guaranteed-8xlarge", right: "vmClasses: [guaranteed-8xlarge]" },
  },
  segmentsExhausted: {
    code: "VP2011",
    severity: "error",
    summary: "address pool is used up",
    explanation:
      "Every namespace gets its own segment out of the podCIDRs of its Supervisor, and no free " +
      "range is left for this one. Add a range to podCIDRs.",
    example: { wrong: "podCIDRs: [10.244.0.0/24]", right: "podCIDRs: [10.244.0.0/20]" },
  },
  rangesOverlap: {
    code: "VP2012",
    severity: "warning",
    summary: "address ranges overlap",
    explanation:
      "Two networks that must be able to reach each other use the same addresses. Within one " +
      "document this is an error, between documents a warning.",
    example: { wrong: "pods: 192.168.0.0/16 beside 192.168.1.0/24", right: "pods: 100.96.0.0/16" },
  },
  supervisorNetworkMissing: {
    code: "VP2013",
    severity: "error",
    summary: "a control-plane VM needs two networks",
    explanation:
      "Control-plane VMs have one interface for management and one for the traffic of the " +
      "cluster, so spec.networks of a Supervisor needs both management and workload.",
    example: {
      wrong: "networks: {management: {segment: mgmt}}",
      right: "networks: {management: {segment: mgmt}, workload: {provider: nsx}}",
    },
  },
  supervisorHostsFew: {
    code: "VP2014",
    severity: "warning",
    summary: "fewer hosts than control-plane VMs",
    explanation:
      "Control-plane VMs belong on different hosts, so that the loss of one host leaves the " +
      "others running. With fewer hosts they share hosts.",
    example: { wrong: "controlPlane: {count: 3} on 2 hosts", right: "3 hosts, or count: 1" },
  },
  rulesConflict: {
    code: "VP2016",
    severity: "error",
    summary: "placement rules contradict each other",
    explanation:
      "One rule demands that workloads share a host and another that they do not; both bind, so " +
      "no placement can satisfy them. Weaken one to `should` or change what it selects.",
    example: {
      wrong: "together and separate, both must, for app: db",
      right: "enforcement: should for one of them",
    },
  },
  providerUnknown: {
    code: "VP2017",
    severity: "error",
    summary: "provider is not declared",
    explanation:
      "A document is bound to a provider that the Environment does not list. Without an " +
      "Environment there is one provider, sim.",
    example: { wrong: "vpac.dev/provider: kvm1", right: "vpac.dev/provider: kvm" },
  },
  daemonSetRefused: {
    code: "VP2018",
    severity: "error",
    summary: "DaemonSet on a Supervisor",
    explanation:
      "Hosts of a Supervisor belong to the platform; users cannot run a Pod on each of them. Use " +
      "a sidecar, or a guest cluster.",
    example: { wrong: "kind: DaemonSet in a supervisor namespace", right: "a sidecar container" },
  },
  annotationInvalid: {
    code: "VP2019",
    severity: "error",
    summary: "annotation has a value that means nothing",
    explanation:
      "The annotations of vpac have fixed values: prevent-destroy and paused take true or false, " +
      "balance takes on or off, allow-power-off takes never, window or always, power-request " +
      "takes running, stopped or suspended.",
    example: { wrong: 'vpac.dev/paused: "yes"', right: 'vpac.dev/paused: "true"' },
  },
  podNeedsNsx: {
    code: "VP2020",
    severity: "error",
    summary: "vSphere Pods need NSX",
    explanation:
      "The workload network of the Supervisor is not provided by NSX. VMs and guest clusters " +
      "work there, vSphere Pods do not.",
    example: { wrong: "workload: {provider: vsphere}", right: "workload: {provider: nsx}" },
  },
  poolReservationTooLarge: {
    code: "VP2031",
    severity: "error",
    summary: "a pool reserves more than it may have",
    explanation:
      "The reservations of a namespace are above its limits, or the pools that its resource " +
      "policies make in it reserve more than it has, and it does not expand.",
    example: {
      wrong: "reservations: {memory: 64Gi}, limits: {memory: 32Gi}",
      right: "reservations: {memory: 32Gi}, limits: {memory: 32Gi}",
    },
  },
};
