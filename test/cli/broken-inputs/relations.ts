import { type BrokenInput, CONTAINER, documents, host, meta, oneFile, pod, vm } from "./case.ts";

const dependent = (name: string, on: string): string =>
  meta(`{name: ${name}, annotations: {vpac.dev/depends-on: "${on}"}}`);
const supervisor = (name: string): string =>
  `apiVersion: vpac.dev/v1alpha1\nkind: Supervisor\nmetadata: {name: ${name}}\nspec: {cluster: c1}\n`;
const rule = (name: string, type: string): string =>
  `apiVersion: vpac.dev/v1alpha1\nkind: PlacementRule\nmetadata: {name: ${name}}\nspec: {type: ${type}, enforcement: must, select: {matchLabels: {app: db}}}\n`;

/** Documents that are well-formed and contradict themselves or each other. */
export const RELATIONS: readonly BrokenInput[] = [
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
