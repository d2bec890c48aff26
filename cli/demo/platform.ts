const RACKS = 4;
/** Fast local disks: databases want them, and only the first hosts have them. */
const NVME_HOSTS = 2;
/** What runs on the hosts already and is not vpac's: CPUs and GiB in use, by host. */
const BACKGROUND: readonly (readonly [cpu: number, memoryGib: number])[] = [
  [6, 40],
  [4, 24],
  [9, 58],
  [2, 10],
  [7, 44],
  [3, 16],
  [5, 30],
  [1, 8],
];

const host = (number: number): string => {
  const rack = `r${((number - 1) % RACKS) + 1}`;
  const disk = number <= NVME_HOSTS ? ", disk: nvme" : "";
  const [cpu, memory] = BACKGROUND[(number - 1) % BACKGROUND.length] ?? [0, 0];
  return `apiVersion: vpac.dev/v1alpha1
kind: Host
metadata:
  name: esx-0${number}
  labels: {rack: ${rack}${disk}}
spec:
  cluster: c1
  cpu: {sockets: 2, coresPerSocket: 8, threadsPerCore: 2, mhz: 2600}
  memory: 128Gi
  numa: [{cpus: 0-15, memory: 64Gi}, {cpus: 16-31, memory: 64Gi}]
  reserved: {cpu: "1", memory: 4Gi}
  runtimes: [vmx, crx]
  simulated: {activeCPU: "${cpu}", activeMemory: ${memory}Gi}
`;
};

const storage = `apiVersion: vpac.dev/v1alpha1
kind: Datastore
metadata:
  name: nvme-01
  labels: {tier: flash}
spec: {type: vsan, capacity: 10Ti}
---
apiVersion: vpac.dev/v1alpha1
kind: StoragePolicy
metadata:
  name: gold
spec: {displayName: Gold, datastores: {matchLabels: {tier: flash}}, provisioning: thin}
---
apiVersion: vpac.dev/v1alpha1
kind: MachineImage
metadata:
  name: debian-12
spec: {source: "https://images.example/debian-12.qcow2", format: qcow2}
`;

/** Hosts, a datastore, a storage policy and an image. */
export const platform = (hosts: number): string =>
  [...Array.from({ length: hosts }, (_, index) => host(index + 1)), storage].join("---\n");

const namespace = (name: string, cpu: number, memoryGib: number): string =>
  `apiVersion: vpac.dev/v1alpha1
kind: SupervisorNamespace
metadata:
  name: ${name}
spec:
  limits: {cpu: "${cpu}", memory: ${memoryGib}Gi, storage: 1Ti}
  containerDefaults:
    request: {cpu: 250m, memory: 512Mi}
    limit: {cpu: 500m, memory: 1Gi}
  storage: [{policy: gold, limit: 1Ti}]
  vmClasses: [best-effort-small, best-effort-medium, guaranteed-medium, guaranteed-large]
`;

/** Four teams with their quotas. */
export const namespaces: string = [
  namespace("shop", 120, 320),
  namespace("edge", 24, 48),
  namespace("ci", 40, 96),
  namespace("data", 48, 160),
].join("---\n");

/** One guest cluster: a control plane and three workers, each a VM that is placed by itself. */
export const guestCluster = `apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata:
  name: dev
  namespace: shop
spec:
  topology:
    controlPlane:
      replicas: 1
      vmClass: best-effort-medium
      storageClass: gold
      tkr: {reference: {name: v1.33.1---vendor.1}}
    nodePools:
      - {name: pool-a, replicas: 3, vmClass: best-effort-medium, storageClass: gold}
`;
