import type { ExecPlugin } from "./access.ts";
import type { Entry } from "./kubeconfig-file.ts";

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** Reads `user.exec`; whether it may run is decided when it is to run. */
export function execPlugin(exec: Entry, fromProject: boolean): ExecPlugin {
  const apiVersion = exec.text("apiVersion");
  if (!VERSIONS.includes(apiVersion)) {
    throw exec.at("apiVersion").error("unsupported", `is none of ${VERSIONS.join(", ")}`);
  }
  if (exec.optionalText("interactiveMode") === "Always") {
    throw exec.at("interactiveMode").error("unsupported", "asks for a terminal; there is none");
  }
  return {
    apiVersion,
    command: exec.text("command"),
    args: exec.has("args") ? exec.at("args").texts() : [],
    env: exec.has("env") ? environmentOf(exec.at("env")) : {},
    provideClusterInfo: exec.flag("provideClusterInfo"),
    installHint: exec.optionalText("installHint"),
    folder: exec.folder(),
    fromProject,
    place: exec.place(),
  };
}

function environmentOf(list: Entry): Readonly<Record<string, string>> {
  const pairs = list.list().map((entry) => {
    const name = entry.text("name");
    if (!/^[^=\0]+$/.test(name)) throw entry.at("name").error("malformed", "is no variable's name");
    return [name, entry.optionalText("value") ?? ""] as const;
  });
  return Object.fromEntries(pairs);
}
