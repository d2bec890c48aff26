import type { Clock } from "../../../engine/contract/clock.ts";
import { type ClientCertificate, type ClusterAccess, KubeconfigError } from "./access.ts";
import { type ExecCredential, runExec } from "./exec.ts";
import { isToken } from "./kubeconfig.ts";
import { readSmallFile } from "./kubeconfig-file.ts";
import { CallScope } from "./scope.ts";
import { Secret } from "./secret.ts";

/** A token in a file is renewed by others; it is read again when it is older than this. */
const FILE_AGE_MS = 60_000;
/** A credential is renewed this long before its end, so that it does not end on its way. */
const RENEW_BEFORE_MS = 10_000;

/** For a plugin; the calls that wait for it have their own deadlines. */
const EXEC_DEADLINE_MS = 30_000;

/** What goes with a request. */
export interface Identity {
  readonly token: Secret | undefined;
  readonly client: ClientCertificate | undefined;
}

interface Held {
  readonly identity: Identity;
  readonly goodUntilMs: number;
}

/** Keeps the credential of one access, and fetches a new one when it is old or refused. */
export class Credentials {
  readonly #access: ClusterAccess;
  readonly #seams: {
    readonly clock: Clock;
    readonly env: Readonly<Record<string, string | undefined>>;
  };
  #held: Held | undefined;
  #fetching: Promise<Held> | undefined;

  constructor(
    access: ClusterAccess,
    seams: { readonly clock: Clock; readonly env: Readonly<Record<string, string | undefined>> },
  ) {
    this.#access = access;
    this.#seams = seams;
  }

  /** False: the server's 401 is final, since asking again gives the same. */
  get renewable(): boolean {
    const { is } = this.#access.credential;
    return is === "exec" || is === "file";
  }

  /** The identity for a request now. Calls at the same time share one fetch. */
  async current(): Promise<Identity> {
    if (this.#held !== undefined && this.#seams.clock.now() < this.#held.goodUntilMs) {
      return this.#held.identity;
    }
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    this.#held = await this.#fetching;
    return this.#held.identity;
  }

  /** The server did not take this one: the next request fetches another. */
  refuse(identity: Identity): void {
    if (this.#held?.identity === identity) this.#held = undefined;
  }

  async #fetch(): Promise<Held> {
    const { credential, tls } = this.#access;
    const own = tls.client;
    const forEver = Number.POSITIVE_INFINITY;
    switch (credential.is) {
      case "none":
        return { identity: { token: undefined, client: own }, goodUntilMs: forEver };
      case "token":
        return { identity: { token: credential.token, client: own }, goodUntilMs: forEver };
      case "file": {
        const token = await this.#readToken(credential.path);
        const goodUntilMs = this.#seams.clock.now() + FILE_AGE_MS;
        return { identity: { token, client: own }, goodUntilMs };
      }
      case "exec": {
        const scope = new CallScope(this.#seams.clock, {}, EXEC_DEADLINE_MS);
        const seams = { env: this.#seams.env, signal: scope.signal };
        const running = runExec(this.#access, credential.exec, seams);
        return held(await running.finally(() => scope.close()), own);
      }
    }
  }

  async #readToken(path: string): Promise<Secret> {
    const place = { file: this.#access.file, field: "tokenFile" };
    let text: string;
    try {
      text = (await readSmallFile(path)).trim();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      throw new KubeconfigError(
        "unreadable",
        place,
        `names ${path}, which cannot be read: ${code}`,
      );
    }
    if (isToken(text)) return new Secret(text);
    throw new KubeconfigError("malformed", place, `names ${path}, which holds no token`);
  }
}

function held(credential: ExecCredential, own: ClientCertificate | undefined): Held {
  const { token, client, expiresAtMs } = credential;
  return {
    identity: { token, client: client ?? own },
    goodUntilMs:
      expiresAtMs === undefined ? Number.POSITIVE_INFINITY : expiresAtMs - RENEW_BEFORE_MS,
  };
}
