import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectAt,
  stringAt,
} from "../../../engine/model/json.ts";
import {
  type ClientCertificate,
  type ClusterAccess,
  type ExecPlugin,
  KubeconfigError,
} from "./access.ts";
import { isToken } from "./kubeconfig.ts";
import { Secret } from "./secret.ts";

/** Paths of commands that may run, separated as in PATH; given by the operator alone. */
export const EXEC_ALLOW_VARIABLE = "VPAC_KUBE_EXEC_ALLOW";

const OUTPUT_BYTES_MAX = 1_048_576;
const WORDS_MAX = 300;

/** What a plugin printed, read and checked. */
export interface ExecCredential {
  readonly token: Secret | undefined;
  readonly client: ClientCertificate | undefined;
  /** Milliseconds since 1970; undefined: good until the server says otherwise. */
  readonly expiresAtMs: number | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Runs the plugin of a kubeconfig, if the operator allows it, without a shell. The signal is its
 * deadline. Throws `KubeconfigError`; what a plugin prints never gets into a message but for its
 * last words on stderr, with everything that looks like a credential taken out.
 */
export async function runExec(
  access: ClusterAccess,
  exec: ExecPlugin,
  seams: { readonly env: Env; readonly signal: AbortSignal },
): Promise<ExecCredential> {
  const command = await allowedCommand(exec, seams.env);
  const env = { ...seams.env, ...exec.env, KUBERNETES_EXEC_INFO: execInfo(access, exec) };
  const output = await new Promise<string>((done, fail) => {
    const options = {
      env,
      signal: seams.signal,
      killSignal: "SIGKILL" as const,
      maxBuffer: OUTPUT_BYTES_MAX,
      encoding: "utf8" as const,
    };
    const child = execFile(command, [...exec.args], options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(execError(exec, "execFailed", `failed (${whyOf(error)})${lastWords(stderr)}`));
    });
    child.stdin?.end();
  });
  return readCredential(exec, output);
}

/** The command as the operator lists it; refused where the list does not have it. */
async function allowedCommand(exec: ExecPlugin, env: Env): Promise<string> {
  if (exec.fromProject) {
    const text =
      "a kubeconfig in the project runs no command, since whoever can propose a change could " +
      "choose it. Keep this kubeconfig outside of the project folder.";
    throw execError(exec, "execDenied", text);
  }
  const path = await findCommand(exec, env);
  const listed = (env[EXEC_ALLOW_VARIABLE] ?? "").split(delimiter).filter(isAbsolute);
  for (const entry of listed) {
    if ((await realpath(entry).catch(() => undefined)) === path) return entry;
  }
  const more = [...listed, path].join(delimiter);
  throw execError(
    exec,
    "execDenied",
    `runs ${path}, which is not allowed. If you trust it, set ${EXEC_ALLOW_VARIABLE}=${more}`,
  );
}

/** Absolute path without links. A bare name is searched in PATH, as a shell would. */
async function findCommand(exec: ExecPlugin, env: Env): Promise<string> {
  const folders = exec.command.includes("/")
    ? [exec.folder]
    : (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    const path = exec.command.includes("/")
      ? resolve(folder, exec.command)
      : join(folder, exec.command);
    const found = await realpath(path).catch(() => undefined);
    if (found !== undefined) return found;
  }
  const hint = exec.installHint === undefined ? "" : `. ${exec.installHint.slice(0, WORDS_MAX)}`;
  throw execError(exec, "execFailed", `names ${exec.command}, which is not here${hint}`);
}

/** What a plugin is told about its task, in the variable KUBERNETES_EXEC_INFO. */
function execInfo(access: ClusterAccess, exec: ExecPlugin): string {
  const { ca, serverName, insecureSkipVerify } = access.tls;
  const cluster = {
    server: access.server,
    ...(serverName !== undefined && { "tls-server-name": serverName }),
    ...(insecureSkipVerify && { "insecure-skip-tls-verify": true }),
    ...(ca !== undefined && { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
  };
  const spec = { interactive: false, ...(exec.provideClusterInfo && { cluster }) };
  return JSON.stringify({ apiVersion: exec.apiVersion, kind: "ExecCredential", spec });
}

function readCredential(exec: ExecPlugin, output: string): ExecCredential {
  const parsed = parse(output);
  if (!isJsonObject(parsed) || parsed["kind"] !== "ExecCredential") {
    throw execError(exec, "execFailed", "did not print an ExecCredential in JSON");
  }
  if (parsed["apiVersion"] !== exec.apiVersion) {
    const text = `printed an ExecCredential of another version than ${exec.apiVersion}`;
    throw execError(exec, "execFailed", text);
  }
  const status = objectAt(parsed, "status");
  const token = stringAt(status, "token");
  const client = clientOf(exec, status);
  if (token !== undefined && !isToken(token)) {
    throw execError(exec, "execFailed", "printed a token that cannot stand in a header");
  }
  if (token === undefined && client === undefined) {
    throw execError(exec, "execFailed", "printed no credential");
  }
  const expiry = Date.parse(stringAt(status, "expirationTimestamp") ?? "");
  return {
    token: token === undefined ? undefined : new Secret(token),
    client,
    expiresAtMs: Number.isNaN(expiry) ? undefined : expiry,
  };
}

function clientOf(exec: ExecPlugin, status: JsonObject): ClientCertificate | undefined {
  const certificate = stringAt(status, "clientCertificateData");
  const key = stringAt(status, "clientKeyData");
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw execError(exec, "execFailed", "printed half of a client certificate");
  }
  return { certificate, key: new Secret(key) };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function execError(
  exec: ExecPlugin,
  problem: "execDenied" | "execFailed",
  text: string,
): KubeconfigError {
  const place = { file: exec.place.file, field: `${exec.place.field}.command` };
  return new KubeconfigError(problem, place, text);
}

function whyOf(error: { readonly code?: unknown; readonly signal?: unknown }): string {
  if (error.code === "ABORT_ERR") return "it did not end in time";
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "it printed too much";
  if (typeof error.signal === "string") return `ended by ${error.signal}`;
  return typeof error.code === "number" ? `exit code ${error.code}` : String(error.code);
}

/** The last line of stderr; runs of 24 characters and more may be credentials and are hidden. */
function lastWords(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1)?.slice(-WORDS_MAX) ?? "";
  const clean = line.replaceAll(/[\w+/=.-]{24,}/g, "(hidden)");
  return clean === "" ? "" : `: ${clean}`;
}
