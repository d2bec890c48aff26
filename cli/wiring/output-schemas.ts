type Load = () => Promise<{ readonly default: object }>;

const LOADERS: Readonly<Record<string, Load>> = {
  capacity: () =>
    import("../../schemas/output/capacity.v1.schema.json", { with: { type: "json" } }),
  demo: () => import("../../schemas/output/demo.v1.schema.json", { with: { type: "json" } }),
  describe: () =>
    import("../../schemas/output/describe.v1.schema.json", { with: { type: "json" } }),
  diagnostics: () =>
    import("../../schemas/output/diagnostics.v1.schema.json", { with: { type: "json" } }),
  events: () => import("../../schemas/output/events.v1.schema.json", { with: { type: "json" } }),
  "exit-codes": () =>
    import("../../schemas/output/exit-codes.v1.schema.json", { with: { type: "json" } }),
  explain: () => import("../../schemas/output/explain.v1.schema.json", { with: { type: "json" } }),
  fmt: () => import("../../schemas/output/fmt.v1.schema.json", { with: { type: "json" } }),
  hosts: () => import("../../schemas/output/hosts.v1.schema.json", { with: { type: "json" } }),
  list: () => import("../../schemas/output/list.v1.schema.json", { with: { type: "json" } }),
  object: () => import("../../schemas/output/object.v1.schema.json", { with: { type: "json" } }),
  plan: () => import("../../schemas/output/plan.v1.schema.json", { with: { type: "json" } }),
  providers: () =>
    import("../../schemas/output/providers.v1.schema.json", { with: { type: "json" } }),
  record: () => import("../../schemas/output/record.v1.schema.json", { with: { type: "json" } }),
  run: () => import("../../schemas/output/run.v1.schema.json", { with: { type: "json" } }),
  schemas: () => import("../../schemas/output/schemas.v1.schema.json", { with: { type: "json" } }),
  sim: () => import("../../schemas/output/sim.v1.schema.json", { with: { type: "json" } }),
  "sim-list": () =>
    import("../../schemas/output/sim-list.v1.schema.json", { with: { type: "json" } }),
  "sim-trace": () =>
    import("../../schemas/output/sim-trace.v1.schema.json", { with: { type: "json" } }),
  stage: () => import("../../schemas/output/stage.v1.schema.json", { with: { type: "json" } }),
  state: () => import("../../schemas/output/state.v1.schema.json", { with: { type: "json" } }),
  "state-edit": () =>
    import("../../schemas/output/state-edit.v1.schema.json", { with: { type: "json" } }),
  status: () => import("../../schemas/output/status.v1.schema.json", { with: { type: "json" } }),
  version: () => import("../../schemas/output/version.v1.schema.json", { with: { type: "json" } }),
  whatif: () => import("../../schemas/output/whatif.v1.schema.json", { with: { type: "json" } }),
};

/** The published schemas of everything vpac prints, by name; each is loaded when asked for. */
export const OUTPUT_SCHEMAS: ReadonlyMap<string, () => Promise<object>> = new Map(
  Object.entries(LOADERS).map(([name, load]) => [name, async () => (await load()).default]),
);
