/**
 * What went wrong, as far as a caller has to tell it apart.
 *
 * - `conflict`: the object is not at the resource version or uid that was asked for;
 *   `fieldConflict`: another manager owns fields of a server-side apply (`conflicts`).
 * - `unknownKind`: the server does not serve the kind; `notFound`: there is no such object, or no
 *   namespace to put it in.
 * - `webhook`: an admission webhook refused, or could not be asked (`webhook.reached`).
 * - `unreachable`: no connection, or it broke; `tls`: no trust in the server or in us;
 *   `credential`: the kubeconfig's own credential could not be had.
 * - `protocol`: the answer is not what a Kubernetes API sends; `tooLarge`: more than the bound.
 */
export type KubeFailure =
  | "notFound"
  | "unknownKind"
  | "alreadyExists"
  | "conflict"
  | "fieldConflict"
  | "invalid"
  | "forbidden"
  | "unauthorized"
  | "gone"
  | "tooManyRequests"
  | "unavailable"
  | "timeout"
  | "cancelled"
  | "webhook"
  | "unreachable"
  | "tls"
  | "credential"
  | "tooLarge"
  | "protocol"
  | "other";

/** One finding of the server; `field` is a Kubernetes field path such as `spec.replicas`. */
export interface Cause {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

/** One field of ours that another manager holds; `field` such as `.spec.replicas`. */
export interface FieldConflict {
  readonly manager: string;
  readonly field: string;
}

/** Which right is missing. */
export interface Refusal {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  /** Undefined at the scope of the cluster. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

export interface WebhookRefusal {
  readonly name: string;
  /** False: it did not answer, so the same request may pass later. */
  readonly reached: boolean;
  /** The webhook's own words. */
  readonly message: string;
}

/** All that is known of a failure. */
export interface KubeErrorFacts {
  readonly kind: KubeFailure;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** `reason` of the Status, such as `AlreadyExists`; empty where there is none. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly Cause[];
  readonly conflicts: readonly FieldConflict[];
  readonly refusal: Refusal | undefined;
  readonly webhook: WebhookRefusal | undefined;
  readonly retryAfterMs: number | undefined;
  /** False: the request certainly never left this machine whole. */
  readonly sent: boolean;
  /** `no`: the server has certainly changed nothing; else nobody can tell. */
  readonly applied: "no" | "unknown";
  /** `PATCH https://host:port/apis/…`, without its query. */
  readonly request: string;
}

/** Every failure of a call to a kube-apiserver. `message` is the server's own where it answered. */
export class KubeError extends Error implements KubeErrorFacts {
  override readonly name = "KubeError";
  readonly kind: KubeFailure;
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly Cause[];
  readonly conflicts: readonly FieldConflict[];
  readonly refusal: Refusal | undefined;
  readonly webhook: WebhookRefusal | undefined;
  readonly retryAfterMs: number | undefined;
  readonly sent: boolean;
  readonly applied: "no" | "unknown";
  readonly request: string;

  constructor(facts: KubeErrorFacts) {
    super(facts.message);
    this.kind = facts.kind;
    this.status = facts.status;
    this.reason = facts.reason;
    this.causes = facts.causes;
    this.conflicts = facts.conflicts;
    this.refusal = facts.refusal;
    this.webhook = facts.webhook;
    this.retryAfterMs = facts.retryAfterMs;
    this.sent = facts.sent;
    this.applied = facts.applied;
    this.request = facts.request;
  }
}
