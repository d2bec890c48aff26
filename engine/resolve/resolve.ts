/**
 * Turns valid documents into the whole wish: every resource by address, complete and sized.
 *
 * In: the documents of a run in any order. Out: `DesiredState`, what is wrong with it, and the
 * references that only an observation can still satisfy. It must never look at a host to size a
 * workload, never let a secret through, and never depend on the order of its input.
 */
import type { Diagnostic, Judged } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/sort.ts";
import type { Address } from "../model/address.ts";
import { compareAddress } from "../model/address.ts";
import type { DesiredResource, DesiredState } from "../model/desired.ts";
import type { SpecDocument } from "../model/document.ts";
import { balanceOf, migrationOf } from "./balance.ts";
import { addDeclared } from "./build.ts";
import { applyPolicies } from "./compute-policies.ts";
import { createContext } from "./create-context.ts";
import type { Context, ResolvePorts } from "./context.ts";
import { reportCycles } from "./cycles.ts";
import { desiredDigest } from "./desired-digest.ts";
import { applyBudgets } from "./disruption.ts";
import { prepareDocuments } from "./document.ts";
import type { Draft } from "./draft.ts";
import { contractInputs } from "./holdings.ts";
import { linkBootOrder, linkGangs } from "./machines.ts";
import { linkOutputs, placeOutputs } from "./outputs.ts";
import { applyRules } from "./placement-rules.ts";
import { policiesOf } from "./policies.ts";
import { checkPools } from "./pools.ts";
import { checkQuotas } from "./quota.ts";
import type { MissingReference } from "./references.ts";
import { linkReferences } from "./references.ts";
import { reportConflicts } from "./rule-conflicts.ts";
import { checkRanges } from "./ranges.ts";
import { restartsOf } from "./restarts.ts";
import { withoutSecrets } from "./secrets.ts";
import { checkStorage } from "./storage.ts";

export type { ResolvePorts } from "./context.ts";
export type { MissingReference } from "./references.ts";

export interface ResolveResult extends Judged<DesiredState> {
  readonly missing: readonly MissingReference[];
}

/** The draft without what only its making needed; written out, since copies by spread are slow. */
function finished(draft: Draft, context: Context): DesiredResource {
  const { address, rules, dependsOn } = draft;
  const at = { address, conceal: context.conceal };
  return {
    address,
    kindKey: draft.kindKey,
    apiVersion: draft.apiVersion,
    kind: draft.kind,
    namespace: draft.namespace,
    name: draft.name,
    provider: draft.provider,
    attributes: withoutSecrets(draft.attributes, rules.sensitive, at),
    rules,
    dependsOn: dependsOn.length < 2 ? dependsOn : [...new Set(dependsOn)].sort(compareAddress),
    owner: draft.owner,
    workload: draft.workload,
    host: draft.host,
    behaviour: draft.behaviour,
    source: draft.source,
    ...(draft.origins === undefined ? {} : { origins: draft.origins }),
    ...(draft.takesFrom === undefined ? {} : { takesFrom: draft.takesFrom }),
    ...(draft.sharesExisting === undefined ? {} : { sharesExisting: draft.sharesExisting }),
    readOnly: draft.readOnly,
  };
}

export function resolve(specs: readonly SpecDocument[], ports: ResolvePorts): ResolveResult {
  const documents = prepareDocuments(placeOutputs(specs, ports.kinds), ports.kinds);
  const drafts = new Map<Address, Draft>();
  const problems: Diagnostic[] = [];
  const context = createContext(documents, { ...ports, drafts, problems });
  addDeclared(documents, context);
  applyPolicies(drafts.values(), context);
  reportConflicts(applyRules(drafts.values(), context), drafts, context);
  const disruption = applyBudgets(drafts, context);
  checkStorage(drafts, context);
  checkRanges(context);
  checkQuotas(drafts, context);
  checkPools(context);
  linkBootOrder(drafts, context);
  linkGangs(drafts, context);
  const missing = linkReferences(drafts, context);
  linkOutputs(drafts, context);
  reportCycles(drafts, context);
  contractInputs(drafts, context);
  const resources = new Map<Address, DesiredResource>();
  for (const address of [...drafts.keys()].sort(compareAddress)) {
    const draft = drafts.get(address);
    if (draft !== undefined) resources.set(address, finished(draft, context));
  }
  const migration = migrationOf(context);
  const restarts = restartsOf(context);
  const value: DesiredState = {
    resources,
    pools: context.pools,
    policies: policiesOf(context),
    disruption,
    balance: balanceOf(context),
    ...(migration === undefined ? {} : { migration }),
    ...(restarts === undefined ? {} : { restarts }),
    environment: context.environment,
    digest: desiredDigest(resources, ports.digest),
  };
  return { value, diagnostics: sortDiagnostics(problems), missing };
}
