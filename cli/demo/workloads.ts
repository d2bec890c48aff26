interface Pods {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly image: string;
  readonly cpu: string;
  readonly memory: string;
}

const deployment = ({ namespace, name, replicas, image, cpu, memory }: Pods): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: ${name}
          image: ${image}
          resources:
            requests: {cpu: ${cpu}, memory: ${memory}}
            limits: {cpu: ${cpu}, memory: ${memory}}
`;

interface Machine {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly vmClass: string;
}

const machine = ({ namespace, name, app, vmClass }: Machine): string =>
  `apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {app: ${app}}
spec:
  className: ${vmClass}
  imageName: debian-12
  storageClass: gold
  powerState: PoweredOn
  network: {interfaces: [{name: eth0, dhcp4: true}]}
`;

const machines = (count: number, first: Omit<Machine, "name">): string[] =>
  Array.from({ length: count }, (_, index) => machine({ ...first, name: `${first.app}-${index}` }));

const rules = `apiVersion: vpac.dev/v1alpha1
kind: PlacementRule
metadata:
  name: db-apart
  namespace: shop
spec:
  type: separate
  enforcement: must
  select: {matchLabels: {app: db}}
---
apiVersion: vpac.dev/v1alpha1
kind: PlacementRule
metadata:
  name: db-on-nvme
  namespace: shop
spec:
  type: on-hosts
  enforcement: must
  select: {matchLabels: {app: db}}
  hosts: {matchLabels: {disk: nvme}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: shop
spec:
  minAvailable: 4
  selector: {matchLabels: {app: web}}
`;

const small = { cpu: "500m", memory: "512Mi" };
const medium = { cpu: '"1"', memory: "2Gi" };

/** Forty workloads with those of the guest cluster. */
export const workloads: string = [
  rules,
  deployment({ namespace: "shop", name: "web", replicas: 6, image: "nginx:1.27", ...small }),
  deployment({ namespace: "shop", name: "api", replicas: 4, image: "shop/api:3.2", ...medium }),
  deployment({ namespace: "shop", name: "cache", replicas: 3, image: "redis:7", ...medium }),
  ...machines(2, { namespace: "shop", app: "db", vmClass: "guaranteed-large" }),
  ...machines(2, { namespace: "shop", app: "payment", vmClass: "guaranteed-medium" }),
  deployment({ namespace: "edge", name: "dns", replicas: 2, image: "coredns:1.12", ...small }),
  deployment({ namespace: "edge", name: "proxy", replicas: 4, image: "envoy:1.34", ...small }),
  deployment({ namespace: "ci", name: "controller", replicas: 1, image: "ci/main:9", ...medium }),
  ...machines(4, { namespace: "ci", app: "runner", vmClass: "best-effort-medium" }),
  deployment({ namespace: "data", name: "ingest", replicas: 5, image: "data/in:1.4", ...small }),
  ...machines(3, { namespace: "data", app: "kafka", vmClass: "guaranteed-medium" }),
].join("---\n");

/** A third database: two must rules leave it no host. */
export const whatIf: string = `# No host can take this one: databases must be apart, and only
# two hosts have nvme disks.
#   vpac explain vm/shop/db-2 -f manifests -f what-if
${machine({ namespace: "shop", name: "db-2", app: "db", vmClass: "guaranteed-large" })}`;
