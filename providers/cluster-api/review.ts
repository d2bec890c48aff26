import type {
  CallContext,
  Problem,
  ReviewedWrite,
  ReviewFinding,
} from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { KubeError } from "./kube/errors.ts";
import type { ApiResource, KubeClient } from "./kube/types.ts";
import { asNew, bareObject, idOf, nameOf, refOf } from "./objects.ts";
import { missingRight, nameTaken, problemOf } from "./problems.ts";
import { inParallel } from "./waiting.ts";

interface Reviewing {
  readonly client: KubeClient;
  readonly context: CallContext;
  readonly parallelCalls: number;
}

/** Server-side apply makes an object with `create` and `patch`; we read before every write. */
const VERBS: Readonly<Record<ReviewedWrite["verb"], readonly string[]>> = {
  create: ["get", "create", "patch"],
  update: ["get", "patch"],
  remove: ["get", "delete"],
};

/**
 * What the server would say to these writes: rights that are missing, and objects that its schemas
 * and webhooks refuse. Asks by access reviews and dry runs; nothing is stored. What cannot be
 * judged now, such as an object in a namespace that the plan makes first, is left out.
 */
export async function reviewWrites(
  writes: readonly ReviewedWrite[],
  reviewing: Reviewing,
): Promise<readonly ReviewFinding[]> {
  const missing = await missingRights(writes, reviewing);
  const barred = new Set(missing.flatMap(({ writes: those }) => those));
  const made = new Set(writes.flatMap((write) => namespaceMade(write)));
  const open = writes.filter(
    (write) => write.verb !== "remove" && !barred.has(write) && !made.has(write.namespace ?? ""),
  );
  const removals = writes.filter(({ verb }) => verb === "remove");
  const removed = new Set(removals.map((write) => nameOf(refOf(write))));
  const refusals = await inParallel(open, reviewing.parallelCalls, (write) =>
    dryRun(write, removed, reviewing),
  );
  return [...missing.map(findingOf), ...refusals.flat()];
}

/** Nothing can be tried in a namespace that does not exist yet. */
function namespaceMade(write: ReviewedWrite): readonly string[] {
  return write.verb === "create" && refOf(write).kind === "Namespace" ? [write.name] : [];
}

interface Missing {
  readonly message: string;
  readonly writes: readonly ReviewedWrite[];
}

function findingOf({ message, writes }: Missing): ReviewFinding {
  const [first, ...others] = writes;
  const { address, verb } = first as ReviewedWrite;
  const more = others.length === 0 ? "" : `; ${others.length} more changes need the same right`;
  const problem = { type: "forbidden", code: CODES.accessMissing } as const;
  return { address, verb, problem: { ...problem, message: `${message}${more}` } };
}

interface Question {
  readonly resource: ApiResource;
  readonly namespace: string | undefined;
  /** Which writes need which right. */
  readonly needs: Map<string, ReviewedWrite[]>;
}

/** Each right is asked for once, however many writes need it. */
async function missingRights(
  writes: readonly ReviewedWrite[],
  reviewing: Reviewing,
): Promise<readonly Missing[]> {
  const questions = await questionsOf(writes, reviewing);
  const answers = await inParallel(questions, reviewing.parallelCalls, async (question) => {
    const verbs: string[] = [];
    for (const verb of question.needs.keys()) {
      if (!(await isAllowed(verb, question, reviewing))) verbs.push(verb);
    }
    return verbs;
  });
  return questions.flatMap(({ resource, namespace, needs }, index) => {
    const verbs = answers[index] ?? [];
    if (verbs.length === 0) return [];
    const { group, resource: name } = resource;
    const right = { user: undefined, verb: verbs.join(", "), resource: name, group, namespace };
    const barred = new Set(verbs.flatMap((verb) => needs.get(verb) ?? []));
    return [{ message: missingRight(right), writes: [...barred] }];
  });
}

async function questionsOf(
  writes: readonly ReviewedWrite[],
  { client, context: { signal } }: Reviewing,
): Promise<readonly Question[]> {
  const questions = new Map<string, Question>();
  for (const write of writes) {
    const ref = refOf(write);
    const resource = await client.resource(ref, { signal }).catch(notServed);
    if (resource === undefined) continue;
    const namespace = resource.namespaced ? ref.namespace : undefined;
    const key = `${resource.group}/${resource.resource} ${namespace ?? ""}`;
    const known = questions.get(key) ?? { resource, namespace, needs: new Map() };
    questions.set(key, known);
    for (const verb of VERBS[write.verb]) {
      known.needs.set(verb, [...(known.needs.get(verb) ?? []), write]);
    }
  }
  return [...questions.values()];
}

/** A kind that is not served is told by the dry run, with the object it is about. */
function notServed(error: unknown): undefined {
  if (error instanceof KubeError && error.kind === "unknownKind") return undefined;
  throw error;
}

async function isAllowed(
  verb: string,
  { resource, namespace }: Question,
  { client, context: { signal } }: Reviewing,
): Promise<boolean> {
  const { group, resource: name } = resource;
  const asked = { verb, group, resource: name, namespace };
  const { allowed } = await client.accessReview(asked, { signal });
  return allowed;
}

async function dryRun(
  write: ReviewedWrite,
  removed: ReadonlySet<string>,
  { client, context: { signal } }: Reviewing,
): Promise<readonly ReviewFinding[]> {
  const { address, verb, attributes } = write;
  const isCreate = verb === "create";
  try {
    const object = isCreate ? asNew(bareObject(write)) : bareObject(write);
    // The plan shows what an update takes over from others.
    await client.apply(object, { dryRun: true, force: !isCreate, signal });
    return [];
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const isTaken = error.kind === "conflict" || error.kind === "fieldConflict";
    const problem =
      isCreate && isTaken
        ? await takenName(write, removed, { client, signal })
        : problemOf(error, attributes);
    // Not about the object itself: busy, away, or something the plan makes first is not there yet.
    const isUnjudged = problem?.type === "transient" || problem?.type === "notFound";
    return problem === undefined || isUnjudged ? [] : [{ address, verb, problem }];
  }
}

/** Undefined where the name is our own: of an earlier sending, or of what the plan removes. */
async function takenName(
  write: ReviewedWrite,
  removed: ReadonlySet<string>,
  { client, signal }: { readonly client: KubeClient; readonly signal: AbortSignal },
): Promise<Problem | undefined> {
  const ref = refOf(write);
  if (removed.has(nameOf(ref))) return undefined;
  const existing = await client.get(ref, { signal });
  const isOther = existing !== undefined && idOf(existing) !== write.objectId;
  return isOther ? nameTaken(ref, existing) : undefined;
}
