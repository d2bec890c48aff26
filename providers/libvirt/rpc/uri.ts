import { isIP } from "node:net";

/** Where a libvirt daemon listens and what it is asked to open. */
export interface LibvirtUri {
  /** Sent to the daemon, which then acts on its own host: `qemu:///system`, `test:///default`. */
  readonly open: string;
  readonly driver: "qemu" | "test";
  readonly endpoint: LibvirtEndpoint;
}

export type LibvirtEndpoint =
  | { readonly kind: "unix" /** Tried in this order. */; readonly paths: readonly string[] }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** A connection URI that vpac does not take; the message says why and what it takes. */
export class UriRefused extends Error {
  override readonly name = "UriRefused";
}

const SYSTEM_SOCKETS = ["/run/libvirt/libvirt-sock", "/var/run/libvirt/libvirt-sock"];
const TCP_PORT = 16_509;
/** `sun_path` has 108 bytes with its closing zero. */
const SOCKET_PATH_BYTES_MAX = 107;
const PATHS: Readonly<Record<LibvirtUri["driver"], readonly string[]>> = {
  qemu: ["/system", "/session"],
  test: ["/default"],
};
const FORMS =
  "qemu:///system, qemu+unix:///system?socket=PATH, qemu+tcp://127.0.0.1:PORT/system, " +
  "and the same with test and /default";

const refuse = (text: string, why: string): never => {
  throw new UriRefused(`libvirt URI ${JSON.stringify(text)}: ${why}; the forms are ${FORMS}`);
};

/**
 * Reads the URI of a libvirt connection. TCP is taken for the loopback only, as it carries neither
 * encryption nor authentication. Throws `UriRefused`.
 */
export function parseUri(text: string): LibvirtUri {
  if (!URL.canParse(text)) return refuse(text, "it is no URI");
  const url = new URL(text);
  const [driver, transport = "unix"] = url.protocol.slice(0, -1).split(/\+(.*)/s);
  if (driver !== "qemu" && driver !== "test") {
    return refuse(text, `the driver "${driver}" is neither qemu nor test`);
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    return refuse(text, "a user, a password and a fragment have no meaning here");
  }
  const path = PATHS[driver].find((known) => known === url.pathname);
  if (path === undefined) {
    return refuse(text, `the path of ${driver} is ${PATHS[driver].join(" or ")}`);
  }
  const open = `${driver}://${path}`;
  if (transport === "unix") return { open, driver, endpoint: unixEndpoint(text, url) };
  if (transport === "tcp") return { open, driver, endpoint: tcpEndpoint(text, url) };
  return refuse(text, `the transport "${transport}" is neither unix nor tcp`);
}

function unixEndpoint(text: string, url: URL): LibvirtEndpoint {
  if (url.host !== "") refuse(text, "a unix socket has no host");
  for (const key of url.searchParams.keys()) {
    if (key !== "socket") refuse(text, `the parameter "${key}" is unknown`);
  }
  const [socket, second] = url.searchParams.getAll("socket");
  if (second !== undefined) refuse(text, "the parameter socket stands there twice");
  if (socket === undefined) {
    if (url.pathname === "/session") refuse(text, "a session daemon needs its socket=PATH");
    return { kind: "unix", paths: SYSTEM_SOCKETS };
  }
  if (!socket.startsWith("/") || socket.includes("\0")) {
    refuse(text, "the socket must be an absolute path");
  }
  const bytes = Buffer.byteLength(socket);
  if (bytes > SOCKET_PATH_BYTES_MAX) {
    refuse(text, `the socket's path has ${bytes} bytes, at most ${SOCKET_PATH_BYTES_MAX} work`);
  }
  return { kind: "unix", paths: [socket] };
}

function tcpEndpoint(text: string, url: URL): LibvirtEndpoint {
  if ([...url.searchParams.keys()].length > 0) refuse(text, "tcp takes no parameters");
  // A name could be resolved to anywhere, so that localhost is taken for the address it stands for.
  const host = url.hostname === "localhost" ? "127.0.0.1" : url.hostname.replace(/^\[|\]$/g, "");
  const isLoopback = host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (!isLoopback) refuse(text, "tcp has no protection, so it is taken for the loopback only");
  return { kind: "tcp", host, port: url.port === "" ? TCP_PORT : Number(url.port) };
}
