import type { Secret } from "./secret.ts";

/** How a client reaches one cluster and who it is there; what a kubeconfig comes down to. */
export interface ClusterAccess {
  /** Path of the kubeconfig, as asked for. */
  readonly file: string;
  readonly context: string;
  /** Base address, `https://host:port` with an optional path; no trailing slash. */
  readonly server: string;
  /** Namespace of the context; `default` where it has none. */
  readonly namespace: string;
  readonly tls: TlsAccess;
  readonly credential: Credential;
  /** What an operator should hear at every run. */
  readonly warnings: readonly string[];
}

/** Trust in the server and our own certificate, as PEM. */
export interface TlsAccess {
  /** Only these authorities are trusted; undefined for those of the machine. */
  readonly ca: string | undefined;
  /** Name the server's certificate is checked against; undefined for the host of the address. */
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly client: ClientCertificate | undefined;
}

export interface ClientCertificate {
  readonly certificate: string;
  readonly key: Secret;
}

/** Who we say we are. `file` is read again as it ages: others renew the token in it. */
export type Credential =
  | { readonly is: "none" }
  | { readonly is: "token"; readonly token: Secret }
  | { readonly is: "file"; readonly path: string }
  | { readonly is: "exec"; readonly exec: ExecPlugin };

/** A command that prints a credential (client.authentication.k8s.io). */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** As written; a relative path is joined to the folder of the kubeconfig. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
  readonly installHint: string | undefined;
  /** Folder of the kubeconfig, absolute: what a relative command starts from. */
  readonly folder: string;
  /** The kubeconfig lies in the project, where anybody who can propose a change can write. */
  readonly fromProject: boolean;
  /** Where it is written, for complaints. */
  readonly place: { readonly file: string; readonly field: string };
}

/**
 * Why an access cannot be used. `execDenied`, `proxyRefused` and `authProviderRefused` are refused
 * by rule (row T23); `plain` is an address without TLS; `outside` a file beyond the project.
 */
export type AccessProblem =
  | "unreadable"
  | "tooLarge"
  | "malformed"
  | "missing"
  | "outside"
  | "plain"
  | "proxyRefused"
  | "authProviderRefused"
  | "unsupported"
  | "execDenied"
  | "execFailed";

/** A kubeconfig, or what it names, cannot be used. Names file and field, never a secret. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
  readonly problem: AccessProblem;
  readonly file: string;
  /** Path in the file such as `users[0].user.exec.command`; empty for the file itself. */
  readonly field: string;

  constructor(
    problem: AccessProblem,
    place: { readonly file: string; readonly field: string },
    text: string,
  ) {
    const where = place.field === "" ? place.file : `${place.file}: ${place.field}`;
    super(`${where}: ${text}`);
    this.problem = problem;
    this.file = place.file;
    this.field = place.field;
  }
}

export interface KubeconfigOptions {
  /** Instead of the file's `current-context`. */
  readonly context?: string | undefined;
  /**
   * Folder of the project. A kubeconfig in it is not trusted as far as others: it may name no
   * file outside the project and run no command.
   */
  readonly projectFolder?: string | undefined;
}
