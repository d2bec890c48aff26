type CodeName =
  | "foreign"
  | "nameTaken"
  | "notFound"
  | "staleRevision"
  | "staleFence"
  | "fieldConflict"
  | "beingDeleted"
  | "namespaceInUse"
  | "unknownKind"
  | "invalid"
  | "webhookRefused"
  | "accessMissing"
  | "notAccepted"
  | "tooLarge"
  | "unavailable"
  | "timeout"
  | "unreachable"
  | "webhookAway"
  | "notReady"
  | "stillThere"
  | "cancelled"
  | "protocol"
  | "kubeconfig"
  | "tls"
  | "credential"
  | "settings";

/** What one code of this provider means; the same form as the catalogues of the engine's rooms. */
interface ClusterApiCode {
  readonly code: `VP64${number}`;
  readonly severity: "error";
  readonly summary: string;
  readonly explanation: string;
  readonly example: { readonly wrong: string; readonly right: string };
}

const entry = (
  code: ClusterApiCode["code"],
  summary: string,
  explanation: string,
  [wrong, right]: readonly [wrong: string, right: string],
): ClusterApiCode => ({ code, severity: "error", summary, explanation, example: { wrong, right } });

/** The catalogue of the Cluster API provider, VP6400 to VP6499. */
export const CLUSTER_API_CODES: Readonly<Record<CodeName, ClusterApiCode>> = {
  foreign: entry(
    "VP6401",
    "the object belongs to somebody else",
    "The object on the management cluster carries no ownership tag, or that of another " +
      "lineage. vpac changes and removes only what it made or was told to adopt.",
    ["an update of a Cluster made with kubectl", "annotate the document with vpac.dev/adopt"],
  ),
  nameTaken: entry(
    "VP6402",
    "the name is taken",
    "The management cluster has an object of this kind and name already, and a name is unique " +
      "there. Nothing was changed.",
    ["two Clusters named dev in one namespace", "adopt the one that is there, or rename yours"],
  ),
  notFound: entry(
    "VP6403",
    "there is no such object",
    "The object, or the namespace it belongs in, does not exist on the management cluster; it " +
      "was removed behind vpac's back.",
    ["an update after `kubectl delete cluster dev`", "plan again: the object is created anew"],
  ),
  staleRevision: entry(
    "VP6404",
    "the object has changed since the plan",
    "Somebody has changed labels, annotations or fields of the object since the plan was made. " +
      "Nothing was changed. Status does not count.",
    ["a plan from before `kubectl edit`", "plan again and apply that"],
  ),
  staleFence: entry(
    "VP6405",
    "an older writer is fenced off",
    "A writer with a higher fence has written to the object since. A process that was thought " +
      "dead must not change anything any more.",
    ["an apply that was paused for an hour", "plan and apply again"],
  ),
  fieldConflict: entry(
    "VP6406",
    "another manager owns the field",
    "Server-side apply keeps who set which field. A field of the wish was set by somebody else " +
      "after the plan, so writing it would undo what the plan never showed.",
    ["an autoscaler that owns spec.replicas", "leave the field out, or plan again to take it over"],
  ),
  beingDeleted: entry(
    "VP6407",
    "the object is being deleted",
    "The object has a deletion time: it goes away as soon as its finalizers are done, and a " +
      "change would be lost with it.",
    ["an update during `kubectl delete`", "wait for the end of the deletion, then plan again"],
  ),
  namespaceInUse: entry(
    "VP6408",
    "the namespace still has objects in it",
    "Deleting a namespace deletes everything in it. vpac removes a namespace of its own only " +
      "when nothing of others is left there, and when it may look at everything in it.",
    ["a namespace with a Deployment made by hand", "remove or move what is in it"],
  ),
  unknownKind: entry(
    "VP6410",
    "the management cluster does not serve the kind",
    "The API server has no resource for this kind and version; the Cluster API provider that " +
      "brings it is not installed there.",
    ["DevCluster without the dev provider", "clusterctl init --infrastructure docker"],
  ),
  invalid: entry(
    "VP6411",
    "the object is not valid",
    "The API server checked the object against the schema of its kind and refused it. Nothing " +
      "was changed.",
    ["spec.replicas: three", "spec.replicas: 3"],
  ),
  webhookRefused: entry(
    "VP6412",
    "an admission webhook refused the object",
    "The controllers of the kind check what a schema cannot express: an upgrade over two minor " +
      "versions, an even number of control plane machines, a field that cannot change.",
    ["version v1.35.0 to v1.37.0 at once", "first v1.36.0, then v1.37.0"],
  ),
  accessMissing: entry(
    "VP6413",
    "a right is missing",
    "The user of the kubeconfig may not do this on the management cluster; the message names " +
      "verb, resource and namespace as a rule of RBAC has them.",
    ["a Role without `delete` on clusters", "kubectl auth can-i delete clusters"],
  ),
  notAccepted: entry(
    "VP6414",
    "the credential is not accepted",
    "The API server does not know the token or certificate of the kubeconfig, or it has expired.",
    ["a token of last month", "a kubeconfig that is still valid"],
  ),
  tooLarge: entry(
    "VP6415",
    "the answer is too large",
    "The API server sent more than vpac is ready to hold of one list or one object.",
    ["100,000 objects of one kind", "fewer objects on this management cluster"],
  ),
  unavailable: entry(
    "VP6420",
    "the management cluster is busy",
    "The API server asked to come back later, or is just starting. Nothing was changed; the " +
      "call is sent again.",
    ["an API server that restarts", "wait; vpac tries again by itself"],
  ),
  timeout: entry(
    "VP6421",
    "the management cluster did not answer in time",
    "No answer came before the deadline, so nobody can tell whether the call had an effect. It " +
      "is sent again: it finds what the first one did.",
    ["an API server under heavy load", "run the command again"],
  ),
  unreachable: entry(
    "VP6422",
    "the management cluster cannot be reached",
    "There is no connection to the API server of the kubeconfig, or it broke.",
    ["server: https://10.0.0.9:6443 behind a firewall", "an address that this machine reaches"],
  ),
  webhookAway: entry(
    "VP6423",
    "an admission webhook does not answer",
    "The API server has to ask a controller before it takes the object, and that controller " +
      "does not answer. Nothing was changed; the call is sent again.",
    ["a capi-controller-manager that is down", "kubectl get pods -n capi-system"],
  ),
  notReady: entry(
    "VP6424",
    "the object is not ready yet",
    "The management cluster took the object, and its controllers are still at work on it. The " +
      "message has their own words on what they wait for.",
    ["machines that never get a node", "kubectl describe machine"],
  ),
  stillThere: entry(
    "VP6425",
    "the object is still being deleted",
    "The deletion was accepted, but a finalizer still holds the object: its controller has not " +
      "finished, or is gone. The message names what blocks.",
    ["a Cluster whose machines cannot be drained", "kubectl describe cluster"],
  ),
  cancelled: entry(
    "VP6426",
    "the call was cancelled",
    "vpac was asked to stop before the management cluster had answered.",
    ["Ctrl-C during an apply", "run the command again"],
  ),
  protocol: entry(
    "VP6427",
    "the server does not speak like a Kubernetes API",
    "Something answered at the address of the kubeconfig that is no kube-apiserver, or a proxy " +
      "in between put its own page in.",
    ["server: https://intranet.example", "the address of the API server"],
  ),
  kubeconfig: entry(
    "VP6430",
    "the kubeconfig cannot be used",
    "The file is missing or malformed, or asks for something that is refused: plain HTTP, a " +
      "proxy, a plug-in that the operator has not allowed, a file outside of the project.",
    ["kubeconfig: ./missing.yaml", "the path of a kubeconfig, relative to the project file"],
  ),
  tls: entry(
    "VP6431",
    "the connection is not trusted",
    "The certificate of the API server is not signed by the authority of the kubeconfig, is " +
      "for another name or has expired; or the server refuses ours.",
    [
      "a kubeconfig of the cluster before its renewal",
      "certificate-authority-data of this cluster",
    ],
  ),
  credential: entry(
    "VP6432",
    "the credential of the kubeconfig cannot be had",
    "The token file cannot be read, or the exec plug-in is not allowed or failed.",
    ["an exec plug-in nobody allowed", "VPAC_KUBE_EXEC_ALLOW=/usr/bin/plugin"],
  ),
  settings: entry(
    "VP6433",
    "the settings of the provider are wrong",
    "An entry of type cluster-api in the Environment needs the path of a kubeconfig.",
    [
      "{name: guests, type: cluster-api}",
      "{name: guests, type: cluster-api, kubeconfig: ./k.yaml}",
    ],
  ),
};

/** The bare codes by name, as problems carry them. */
export const CODES: Readonly<Record<CodeName, string>> = Object.freeze(
  Object.fromEntries(Object.entries(CLUSTER_API_CODES).map(([name, { code }]) => [name, code])),
) as Readonly<Record<CodeName, string>>;
