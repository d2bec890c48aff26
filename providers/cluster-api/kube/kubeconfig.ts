import { dirname, isAbsolute, relative, resolve } from "node:path";
import { realpath } from "node:fs/promises";
import {
  type ClientCertificate,
  type ClusterAccess,
  type Credential,
  type KubeconfigOptions,
  type TlsAccess,
} from "./access.ts";
import { execPlugin } from "./exec-fields.ts";
import { type Entry, parseKubeconfig, readSmallFile } from "./kubeconfig-file.ts";
import { Secret } from "./secret.ts";

/**
 * A kubeconfig file → how to reach one cluster. Reads the file and the files it names; runs
 * nothing, and sends nothing. Throws `KubeconfigError`.
 */
export async function readKubeconfig(
  file: string,
  options: KubeconfigOptions = {},
): Promise<ClusterAccess> {
  const root = await parseKubeconfig(file);
  const where = await placeOf(file, options.projectFolder);
  const { name: contextName, entry: context } = contextOf(root, options.context);
  const cluster = named(root, "clusters", "cluster", context.text("cluster"));
  const userName = context.optionalText("user") ?? "";
  const user = userName === "" ? undefined : named(root, "users", "user", userName);
  const tls = await tlsOf(cluster, user, where);
  const server = serverOf(cluster);
  return {
    file,
    context: contextName,
    server,
    namespace: context.optionalText("namespace") ?? "default",
    tls,
    credential: user === undefined ? { is: "none" } : await credentialOf(user, where),
    warnings: tls.insecureSkipVerify ? [insecureWarning(file, server)] : [],
  };
}

interface Place {
  readonly folder: string;
  /** Set when the file lies in the project: nothing outside of it may be named then. */
  readonly project: string | undefined;
}

async function placeOf(file: string, projectFolder: string | undefined): Promise<Place> {
  const folder = dirname(resolve(file));
  if (projectFolder === undefined) return { folder, project: undefined };
  const project = await realpath(projectFolder);
  // A link in the project to a file elsewhere is the project's all the same.
  const places = [await realpath(folder), await realpath(file)];
  return {
    folder,
    project: places.some((place) => isInside(place, project)) ? project : undefined,
  };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}

function insecureWarning(file: string, server: string): string {
  return (
    `${file} sets insecure-skip-tls-verify: the certificate of ${server} is not checked, so ` +
    "anybody on the way can read and change everything. " +
    "Give its authority in certificate-authority-data."
  );
}

function contextOf(root: Entry, wanted: string | undefined): { name: string; entry: Entry } {
  const name = wanted ?? root.optionalText("current-context") ?? "";
  if (name !== "") return { name, entry: named(root, "contexts", "context", name) };
  throw root
    .at("current-context")
    .error("missing", "is empty, and no context is asked for; name one of contexts");
}

/** The one entry of a list such as `clusters` with this name. */
function named(root: Entry, list: string, key: string, name: string): Entry {
  const entries = root.at(list).list();
  const found = entries.filter((entry) => entry.optionalText("name") === name);
  const [first, second] = found;
  if (second !== undefined) throw second.error("malformed", `is the second one named "${name}"`);
  if (first !== undefined) return first.at(key);
  const names = entries.map((entry) => `"${entry.optionalText("name") ?? ""}"`).slice(0, 10);
  const there = names.length === 0 ? "the list is empty" : `there are ${names.join(", ")}`;
  throw root.at(list).error("missing", `has no entry named "${name}"; ${there}`);
}

function serverOf(cluster: Entry): string {
  if (cluster.optionalText("proxy-url") !== undefined) {
    const text = "sends every request through a proxy, which is refused; remove it";
    throw cluster.at("proxy-url").error("proxyRefused", text);
  }
  const field = cluster.at("server");
  const text = cluster.text("server");
  if (!URL.canParse(text))
    throw field.error("malformed", "is no address such as https://host:6443");
  const url = new URL(text);
  if (url.protocol !== "https:") {
    throw field.error("plain", "is no https address; credentials are not sent in the clear");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw field.error("malformed", "has more than host, port and path");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

async function tlsOf(cluster: Entry, user: Entry | undefined, where: Place): Promise<TlsAccess> {
  const insecureSkipVerify = cluster.flag("insecure-skip-tls-verify");
  const ca = await pemOf(cluster, "certificate-authority", where);
  if (ca !== undefined && insecureSkipVerify) {
    const text = "contradicts the certificate authority beside it; remove one of the two";
    throw cluster.at("insecure-skip-tls-verify").error("malformed", text);
  }
  return {
    ca,
    serverName: cluster.optionalText("tls-server-name"),
    insecureSkipVerify,
    client: user === undefined ? undefined : await clientCertificateOf(user, where),
  };
}

async function clientCertificateOf(
  user: Entry,
  where: Place,
): Promise<ClientCertificate | undefined> {
  const certificate = await pemOf(user, "client-certificate", where);
  const key = await pemOf(user, "client-key", where);
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined) {
    throw user.at("client-certificate").error("missing", "is needed beside the client key");
  }
  if (key === undefined) {
    throw user.at("client-key").error("missing", "is needed beside the client certificate");
  }
  return { certificate, key: new Secret(key) };
}

/** `KEY-data` (base64) before the file that `KEY` names, as kubectl does. */
async function pemOf(entry: Entry, key: string, where: Place): Promise<string | undefined> {
  const data = entry.optionalText(`${key}-data`);
  const path = entry.optionalText(key);
  if (data === undefined && path === undefined) return undefined;
  const field = entry.at(data === undefined ? key : `${key}-data`);
  const text =
    data === undefined ? await readNamed(field, path ?? "", where) : fromBase64(field, data);
  if (text.includes("-----BEGIN ")) return text;
  throw field.error("malformed", "holds no PEM text (-----BEGIN …)");
}

function fromBase64(field: Entry, data: string): string {
  const packed = data.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0) {
    throw field.error("malformed", "is not base64");
  }
  return Buffer.from(packed, "base64").toString("utf8");
}

/** The path a field names, made absolute; refused where it leaves the project it comes from. */
async function allowedPath(field: Entry, path: string, where: Place): Promise<string> {
  const whole = resolve(where.folder, path);
  if (where.project === undefined) return whole;
  let real: string;
  try {
    real = await realpath(whole);
  } catch (error) {
    throw field.error("unreadable", `names ${path}, which cannot be read: ${codeOf(error)}`);
  }
  if (isInside(real, where.project)) return real;
  const text = `names ${path}, which lies outside the project; a kubeconfig in the project may not`;
  throw field.error("outside", `${text} name files out of it. Keep the kubeconfig elsewhere.`);
}

async function readNamed(field: Entry, path: string, where: Place): Promise<string> {
  const whole = await allowedPath(field, path, where);
  try {
    return await readSmallFile(whole);
  } catch (error) {
    throw field.error("unreadable", `names ${path}, which cannot be read: ${codeOf(error)}`);
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}

/** Ways to log in that would change who we are without being seen, or that nobody serves now. */
const UNSUPPORTED: readonly (readonly [key: string, why: string])[] = [
  ["username", "logs in by password, which no supported Kubernetes accepts; use a token"],
  ["password", "logs in by password, which no supported Kubernetes accepts; use a token"],
  ["as", "impersonates another user, which is not supported; log in as that user"],
  ["as-uid", "impersonates another user, which is not supported; log in as that user"],
  ["as-groups", "impersonates groups, which is not supported; log in as a member"],
  ["as-user-extra", "impersonates another user, which is not supported; log in as that user"],
];

async function credentialOf(user: Entry, where: Place): Promise<Credential> {
  if (user.has("auth-provider")) {
    const text = "is gone from Kubernetes since 1.26 and refused; use an exec plugin or a token";
    throw user.at("auth-provider").error("authProviderRefused", text);
  }
  for (const [key, why] of UNSUPPORTED) {
    if (user.has(key)) throw user.at(key).error("unsupported", why);
  }
  const token = user.optionalText("token");
  const tokenFile = user.optionalText("tokenFile");
  if (user.has("exec")) {
    if (token === undefined && tokenFile === undefined) {
      return { is: "exec", exec: execPlugin(user.at("exec"), where.project !== undefined) };
    }
    throw user.at("exec").error("malformed", "stands beside a token; remove one of the two");
  }
  if (tokenFile !== undefined) {
    return { is: "file", path: await allowedPath(user.at("tokenFile"), tokenFile, where) };
  }
  if (token === undefined) return { is: "none" };
  if (!isToken(token)) throw user.at("token").error("malformed", "cannot stand in a header");
  return { is: "token", token: new Secret(token) };
}

/** Visible ASCII only: anything else would end the header it stands in. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
