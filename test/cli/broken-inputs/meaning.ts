import { type BrokenInput, CONTAINER, documents, host, oneFile, pod, sized, vm } from "./case.ts";

const meta = (metadata: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec:\n  ${CONTAINER}\n`;
const dependent = (name: string, on: string): string =>
  meta(`{name: ${name}, annotations: {vpac.dev/depends-on: "${on}"}}`);
const supervisor = (name: string): string =>
  `apiVersion: vpac.dev/v1alpha1\nkind: Supervisor\nmetadata: {name: ${name}}\nspec: {cluster: c1}\n`;
const rule = (name: string, type: string): string =>
  `apiVersion: vpac.dev/v1alpha1\nkind: PlacementRule\nmetadata: {name: ${name}}\nspec: {type: ${type}, enforcement: must, select: {matchLabels: {app: db}}}\n`;

/** Documents that parse and mean something wrong. */
export const MEANING: readonly BrokenInput[] = [
  {
    name: "no kind",
    files: oneFile("apiVersion: v1\nmetadata: {name: web}\n"),
    wantCode: "VP1511",
    at: [1, 1],
  },
  {
    name: "no apiVersion",
    files: oneFile("kind: Pod\nmetadata: {name: web}\n"),
    wantCode: "VP1511",
  },
  {
    name: "a kind that is a number",
    files: oneFile("apiVersion: v1\nkind: 7\n"),
    wantCode: "VP1511",
  },
  {
    name: "an unknown kind",
    files: oneFile("apiVersion: v1\nkind: Pood\nmetadata: {name: web}\n"),
    wantCode: "VP1500",
    at: [2, 7],
    help: "Pod",
  },
  {
    name: "an unknown group",
    files: oneFile("apiVersion: nope.example.org/v1\nkind: Thing\nmetadata: {name: a}\n"),
    wantCode: "VP1500",
  },
  {
    name: "a version that is not served",
    files: oneFile("apiVersion: v7\nkind: Pod\nmetadata: {name: web}\n"),
    wantCode: "VP1501",
    at: [1, 13],
  },
  { name: "no name", files: oneFile(meta("{}")), wantCode: "VP1502", at: [3] },
  {
    name: "no spec",
    files: oneFile("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"),
    wantCode: "VP1502",
  },
  {
    name: "no containers",
    files: oneFile(pod(["restartPolicy: Always"])),
    wantCode: "VP1502",
    at: [4, 1],
  },
  {
    name: "a container without name",
    files: oneFile(pod(["containers:", "- image: nginx", "  command: [sh]"])),
    wantCode: "VP1502",
    at: [6, 5],
  },
  {
    name: "an unknown field",
    files: oneFile(pod(["contaners: []"])),
    wantCode: "VP1503",
    at: [5, 3],
    help: "containers",
  },
  {
    name: "an unknown field of a container",
    files: oneFile(pod(["containers:", "- name: web", "  imagee: nginx"])),
    wantCode: "VP1503",
    at: [7, 5],
    help: "image",
  },
  {
    name: "an unknown field of a VM",
    files: oneFile(vm(["clasName: best-effort-small"])),
    wantCode: "VP1503",
    at: [5, 3],
    help: "className",
  },
  {
    name: "a text where a list is wanted",
    files: oneFile(pod(["containers: web"])),
    wantCode: "VP1504",
    at: [5, 15],
  },
  {
    name: "a list where a map is wanted",
    files: oneFile("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: []\n"),
    wantCode: "VP1504",
    at: [4, 7],
  },
  {
    name: "a number where text is wanted",
    files: oneFile(pod(["containers: [{name: web, image: 7}]"])),
    wantCode: "VP1504",
    at: [5, 35],
  },
  {
    name: "a text where a number is wanted",
    files: oneFile(pod(["terminationGracePeriodSeconds: soon", CONTAINER])),
    wantCode: "VP1504",
    at: [5, 34],
  },
  {
    name: "a bare yes where a boolean is wanted",
    files: oneFile(pod(["hostNetwork: yes", CONTAINER])),
    wantCode: "VP1504",
    at: [5, 16],
  },
  {
    name: "a number as label",
    files: oneFile(meta("{name: web, labels: {tier: 1}}")),
    wantCode: "VP1504",
    at: [3, 38],
  },
  {
    name: "metadata that is a text",
    files: oneFile("apiVersion: v1\nkind: Pod\nmetadata: web\nspec: {}\n"),
    wantCode: "VP1504",
    at: [3, 11],
  },
  {
    name: "a word that is not one of the allowed ones",
    files: oneFile(pod(["restartPolicy: Sometimes", CONTAINER])),
    wantCode: "VP1505",
    at: [5, 18],
  },
  {
    name: "a power state in lower case",
    files: oneFile(vm(["className: best-effort-small", "powerState: poweredon"])),
    wantCode: "VP1505",
    at: [6, 15],
    help: "PoweredOn",
  },
  {
    name: "T14: a name with upper case",
    files: oneFile(meta("{name: Web}")),
    wantCode: "VP1506",
    at: [3, 18],
    help: "web",
  },
  {
    name: "T14: a name that starts with a dash",
    files: oneFile(meta("{name: -x}")),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name that is a shell command",
    files: oneFile(meta('{name: "$(id)"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name with a semicolon",
    files: oneFile(meta('{name: ";id"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name with a line break",
    files: oneFile(meta('{name: "a\\nb"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name that is an option",
    files: oneFile(meta('{name: "--connect=qemu"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T18: a name with a Cyrillic letter",
    files: oneFile(meta("{name: w\u0435b}")),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T18: a name with a direction override",
    files: oneFile(meta('{name: "a\\u202eb"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T17: a name with an escape character",
    files: oneFile(meta('{name: "a\\e[31m"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T12: a name with XML",
    files: oneFile(meta('{name: "x</name><devices>"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T6: a name that is a path",
    files: oneFile(meta("{name: ../../etc/passwd}")),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "a name of 300 characters",
    files: oneFile(meta(`{name: ${"a".repeat(300)}}`)),
    wantCode: "VP1507",
    at: [3, 18],
  },
  { name: "an empty name", files: oneFile(meta('{name: ""}')), wantCode: "VP1506", at: [3, 18] },
  {
    name: "an empty list of containers",
    files: oneFile(pod(["containers: []"])),
    wantCode: "VP1507",
    at: [5, 15],
  },
  {
    name: "a port beyond 65535",
    files: oneFile(pod(["containers: [{name: a, image: b, ports: [{containerPort: 70000}]}]"])),
    wantCode: "VP1507",
    at: [5, 60],
  },
  {
    name: "T5: an index of 2^32 - 1 replicas",
    files: oneFile(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 4294967295\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}\n",
    ),
    wantCode: "VP1507",
    at: [5, 13],
  },
  {
    name: "a negative number of replicas",
    files: oneFile(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: -1\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}\n",
    ),
    wantCode: "VP1507",
    at: [5, 13],
  },
  {
    name: "T5: an amount that is no amount",
    files: oneFile(sized("{limits: {memory: lots}}")),
    wantCode: "VP1508",
    at: [5, 71],
  },
  {
    name: "T5: a unit that does not exist",
    files: oneFile(sized("{limits: {memory: 4GB}}")),
    wantCode: "VP1508",
    at: [5, 71],
    help: "4G",
  },
  {
    name: "T5: a negative amount",
    files: oneFile(sized('{limits: {memory: "-4Gi"}}')),
    wantCode: "VP1508",
    at: [5, 71],
  },
  {
    name: "T5: a million Gi in exponent form",
    files: oneFile(sized("{limits: {memory: 1e6Gi}}")),
    wantCode: "VP1508",
    at: [5, 71],
  },
  {
    name: "T5: an amount beyond every machine",
    files: oneFile(sized("{limits: {memory: 9999999999Ei}}")),
    wantCode: "VP1508",
    at: [5, 71],
  },
  {
    name: "T5: an amount of 10,000 digits",
    files: oneFile(sized(`{limits: {memory: "${"9".repeat(10_000)}Gi"}}`)),
    wantCode: "VP1508",
    at: [5, 71],
  },
  {
    name: "T5: less CPU than one thousandth",
    files: oneFile(sized("{limits: {cpu: 0.1m}}")),
    wantCode: "VP1508",
    at: [5, 68],
  },
  {
    name: "a request above its limit",
    files: oneFile(sized("{requests: {memory: 8Gi}, limits: {memory: 4Gi}}")),
    wantCode: "VP1550",
  },
  {
    name: "a host without memory",
    files: oneFile(host("esx-a", "runtimes: [vmx]")),
    wantCode: "VP1550",
  },
  {
    name: "a host with memory in words",
    files: oneFile(host("esx-a", "memory: much")),
    wantCode: "VP1508",
    at: [7, 11],
  },
  {
    name: "a container name given twice",
    files: oneFile(pod(["containers: [{name: a, image: b}, {name: a, image: c}]"])),
    wantCode: "VP1551",
  },
  {
    name: "a selector that does not find its template",
    files: oneFile(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template: {metadata: {labels: {app: wbe}}, spec: {containers: [{name: a, image: b}]}}\n",
    ),
    wantCode: "VP1552",
  },
  {
    name: "a mounted volume that does not exist",
    files: oneFile(
      pod(["containers: [{name: a, image: b, volumeMounts: [{name: data, mountPath: /data}]}]"]),
    ),
    wantCode: "VP1553",
  },
  {
    name: "an own annotation that does not exist",
    files: oneFile(meta('{name: web, annotations: {vpac.dev/prevent-destory: "true"}}')),
    wantCode: "VP1554",
    at: [3, 37],
    help: "prevent-destroy",
  },
  {
    name: "an own annotation with a wrong value",
    files: oneFile(meta("{name: web, annotations: {vpac.dev/allow-power-off: sometimes}}")),
    wantCode: "VP1555",
  },
  {
    name: "two documents of the same address",
    files: oneFile(documents(pod([CONTAINER]), pod([CONTAINER]))),
    wantCode: "VP1530",
  },
  {
    name: "two documents of the same address in two files",
    files: { "in/a.yaml": pod([CONTAINER]), "in/b.yaml": pod([CONTAINER]) },
    wantCode: "VP1530",
  },
  {
    name: "two Supervisors on one cluster",
    files: oneFile(documents(host("esx-a"), supervisor("a"), supervisor("b"))),
    wantCode: "VP1531",
  },
  {
    name: "two Environment documents",
    files: oneFile(
      documents(
        ...["a", "b"].map(
          (name) =>
            `apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {}\n`,
        ),
      ),
    ),
    wantCode: "VP1532",
  },
  {
    name: "a namespace on a kind that has none",
    files: oneFile(
      "apiVersion: vpac.dev/v1alpha1\nkind: Host\nmetadata: {name: a, namespace: shop}\nspec: {cluster: c, cpu: {sockets: 1, coresPerSocket: 1, mhz: 1000}, memory: 1Gi}\n",
    ),
    wantCode: "VP1533",
  },
  {
    name: "a host path",
    files: oneFile(
      pod(["containers: [{name: a, image: b}]", "volumes: [{name: h, hostPath: {path: /}}]"]),
    ),
    wantCode: "VP1540",
  },
  {
    name: "a namespace that is not declared",
    files: oneFile(meta("{name: web, namespace: shopp}")),
    wantCode: "VP2001",
  },
  {
    name: "a VM class that does not exist",
    files: oneFile(vm(["className: best-effort-smal"])),
    wantCode: "VP2001",
    at: [5, 14],
    help: "best-effort-small",
  },
  {
    name: "a storage class that does not exist",
    files: oneFile(vm(["className: best-effort-small", "storageClass: platinum"])),
    wantCode: "VP2001",
    at: [6, 17],
  },
  {
    name: "a dependency on nothing",
    files: oneFile(dependent("a", "vm/default/nothing")),
    wantCode: "VP2001",
  },
  {
    name: "a dependency that is no address",
    files: oneFile(dependent("a", "///")),
    wantCode: "VP1555",
  },
  {
    name: "a dependency on itself",
    files: oneFile(dependent("a", "pod/default/a")),
    wantCode: "VP2003",
  },
  {
    name: "a cycle of two",
    files: oneFile(documents(dependent("a", "pod/default/b"), dependent("b", "pod/default/a"))),
    wantCode: "VP2003",
  },
  {
    name: "a cycle of three in three files",
    files: {
      "in/a.yaml": dependent("a", "pod/default/b"),
      "in/b.yaml": dependent("b", "pod/default/c"),
      "in/c.yaml": dependent("c", "pod/default/a"),
    },
    wantCode: "VP2003",
  },
  {
    name: "a cycle of a thousand",
    files: oneFile(
      documents(
        ...Array.from({ length: 1_000 }, (_, at) =>
          dependent(`p${at}`, `pod/default/p${(at + 1) % 1_000}`),
        ),
      ),
    ),
    wantCode: "VP2003",
  },
  {
    name: "a provider that is not declared",
    files: oneFile(meta("{name: web, annotations: {vpac.dev/provider: kvm7}}")),
    wantCode: "VP2017",
  },
  {
    name: "a Pod that a Deployment makes too",
    files: oneFile(
      documents(
        pod([CONTAINER], "web-0"),
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}\n",
      ),
    ),
    wantCode: "VP2005",
  },
  {
    name: "rules that contradict each other",
    files: oneFile(
      documents(
        rule("a", "separate"),
        rule("b", "together"),
        vm(["className: best-effort-small"], "d1").replace(
          "{name: d1}",
          "{name: d1, labels: {app: db}}",
        ),
        vm(["className: best-effort-small"], "d2").replace(
          "{name: d2}",
          "{name: d2, labels: {app: db}}",
        ),
      ),
    ),
    wantCode: "VP2016",
  },
  {
    name: "many problems in many documents",
    files: oneFile(
      documents(...Array.from({ length: 500 }, (_, at) => pod(["contaners: []"], `p${at}`))),
    ),
    wantCode: "VP1503",
    at: [5, 3],
  },
];
