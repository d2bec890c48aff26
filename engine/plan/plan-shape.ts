/** The shape of `vpac.plan/1.0`, as strict as its types: anybody may have made a plan file. */
import {
  anything,
  either,
  finite,
  flag,
  list,
  mapOf,
  matching,
  members,
  natural,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from "./shape.ts";

const address = matching(/^[^/]+(?:\/[^/]+){1,2}$/u);
const pointer = matching(/^(?:\/.*)?$/su);
const stepId = matching(/^s-[1-9]\d{0,8}$/u);
const action = oneOf(
  "create",
  "update",
  "replace",
  "delete",
  "move",
  "adopt",
  "forget",
  "noop",
  "blocked",
);
const amounts = members({ cpuMillicores: natural, memoryBytes: natural });

const base = members({
  budgets: members({
    allowDestroy: optional(natural),
    maxDeletes: optional(natural),
    maxMoves: optional(natural),
    maxReplaces: optional(natural),
  }),
  desiredDigest: text,
  expiresAfterMs: natural,
  inventoryDigest: text,
  lineage: text,
  providers: list(
    members({
      complete: flag,
      error: optional(text),
      name: text,
      settings: object,
      type: text,
    }),
  ),
  seed: finite,
  selection: optional(members({ excludes: list(text), targets: list(text) })),
  serial: natural,
  stateDigest: text,
});

const summary = members({
  adopt: natural,
  blocked: natural,
  create: natural,
  delete: natural,
  forget: natural,
  move: natural,
  noop: natural,
  replace: natural,
  terraform: members({ add: natural, change: natural, destroy: natural }),
  update: natural,
});

const fix = members({
  description: text,
  edits: list(members({ from: optional(text), path: text, to: text })),
  host: text,
});

const field = members({
  after: optional(anything),
  before: optional(anything),
  forces: optional(oneOf("replace", "power-off")),
  op: oneOf("add", "remove", "replace"),
  path: pointer,
});

const change = members({
  action,
  address,
  dependsOn: list(address),
  diff: list(field),
  fixes: optional(list(fix)),
  owner: optional(address),
  placement: optional(
    members({ decision: optional(text), from: optional(text), to: optional(text) }),
  ),
  provider: text,
  qos: optional(text),
  reasons: list(members({ code: text, detail: optional(text), path: optional(pointer) })),
  risk: members({
    dataLoss: flag,
    downtimeMs: natural,
    level: oneOf("none", "low", "medium", "high"),
  }),
  sensitive: list(pointer),
  source: optional(members({ column: natural, file: text, line: natural })),
  unknown: list(pointer),
  warnings: optional(list(text)),
  wave: natural,
});

const step = members({
  action,
  address,
  after: list(stepId),
  apiVersion: text,
  attributes: object,
  deadlineMs: natural,
  expect: either(oneOf("absent"), either(members({ revision: text }), members({ step: stepId }))),
  host: optional(text),
  id: stepId,
  kind: text,
  kindKey: text,
  mode: oneOf("live", "power-off", "move", "adopt", "forget", "wake", "standby"),
  name: text,
  namespace: optional(text),
  objectId: text,
  provider: text,
  record: optional(
    members({
      attributes: optional(object),
      dependsOn: list(address),
      owner: optional(address),
      preventDestroy: flag,
    }),
  ),
  verb: oneOf("create", "update", "remove"),
  wave: natural,
  willNotStart: optional(members({ code: text, message: text })),
});

const use = members({ active: amounts, entitled: amounts, reserved: amounts, workloads: natural });

const decision = members({
  address: text,
  candidates: list(
    members({ host: text, rank: optional(natural), score: finite, terms: mapOf(finite) }),
  ),
  chosen: optional(text),
  cpus: optional(list(natural)),
  decidedBy: text,
  from: optional(text),
  gpus: optional(list(natural)),
  hostsConsidered: natural,
  hostsFeasible: natural,
  id: text,
  isPinned: optional(flag),
  numaNodes: optional(list(natural)),
  rejected: list(
    members({
      code: text,
      curable: flag,
      filter: text,
      host: text,
      message: text,
      short: optional(finite),
    }),
  ),
  rejectedCounts: mapOf(natural),
});

const move = members({
  address: text,
  after: list(natural),
  afterGone: optional(list(text)),
  datastores: optional(list(text)),
  for: optional(text),
  from: text,
  message: text,
  priority: natural,
  reason: oneOf("repair", "prerequisite", "balance", "consolidate", "bounce"),
  to: text,
  wave: natural,
});

const bins = list(natural);

const placement = members({
  algorithm: text,
  decisions: list(decision),
  hosts: list(
    members({
      after: use,
      before: use,
      capacity: amounts,
      cluster: text,
      name: text,
      state: text,
    }),
  ),
  happiness: members({ after: bins, before: bins }),
  moves: members({
    budget: optional(natural),
    count: natural,
    limits: optional(members({ movesPerDatastoreMax: natural, movesPerHostMax: natural })),
    list: list(move),
  }),
  power: list(
    members({
      for: optional(text),
      host: text,
      isMade: optional(flag),
      message: text,
      to: oneOf("on", "standby"),
    }),
  ),
  preempted: list(members({ address: text, for: text, host: text })),
  proof: members({ boundPpm: natural, peakPpm: natural, resource: oneOf("cpu", "memory") }),
  recommendations: list(move),
  resilience: members({
    nPlus: finite,
    spare: finite,
    stranded: optional(members({ address: text, hosts: list(text) })),
    tightest: text,
  }),
  score: members({ after: finite, before: finite }),
  unplaced: list(members({ address: text, code: text, fixes: list(fix), message: text })),
});

const drift = members({
  address,
  detail: text,
  fields: list(
    members({
      after: optional(anything),
      before: optional(anything),
      op: oneOf("add", "remove", "replace"),
      path: pointer,
      timing: oneOf("live", "power-off", "replace"),
    }),
  ),
  kind: oneOf("changed", "gone", "found", "power", "moved"),
  objectId: optional(text),
});

const gate = members({
  addresses: list(address),
  gate: oneOf("policy", "protection", "budget", "window", "confirm", "empty", "signature"),
  help: text,
  holds: oneOf("plan", "write"),
  message: text,
});

/** Tells where a value is not a plan: a pointer to the first wrong member. */
export const planShape: Shape = members({
  base,
  changes: list(change),
  createdAt: text,
  diagnostics: list(object),
  digest: matching(/^sha256:[0-9a-f]{64}$/u),
  drift: list(drift),
  format: oneOf("vpac.plan/1.0"),
  generator: members({ name: oneOf("vpac"), version: text }),
  id: matching(/^[0-9a-f]{16}$/u),
  mode: oneOf("apply", "destroy"),
  placement,
  policy: list(gate),
  steps: list(step),
  summary,
  timingMs: mapOf(finite),
  workspace: text,
});
