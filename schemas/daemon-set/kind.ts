import { DAEMON_SET, issue } from "../_shared/issues.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Refused on a Supervisor: a vSphere Pod cannot serve the host it runs on. */
export const daemonSet: SchemaKind = defineKind({
  group: "apps",
  kind: "DaemonSet",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: () => [
    issue(
      DAEMON_SET,
      ["kind"],
      "A DaemonSet puts a Pod on every node to serve it, but a vSphere Pod is a VM " +
        "that cannot look into its host.",
      { help: ["use a sidecar container, or a Deployment", "or run it in a guest cluster"] },
    ),
  ],
});
