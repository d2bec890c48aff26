import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  objectAt,
  stringAt,
} from "../../../engine/model/json.ts";
import type {
  Cause,
  FieldConflict,
  KubeErrorFacts,
  KubeFailure,
  Refusal,
  WebhookRefusal,
} from "./errors.ts";

/** Answers are data of others: texts longer than this are cut before anything reads them. */
const TEXT_MAX = 8_192;
const CAUSES_MAX = 200;

type StatusFacts = Omit<KubeErrorFacts, "sent" | "applied" | "request" | "retryAfterMs">;

const KIND_BY_REASON: Readonly<Record<string, KubeFailure>> = {
  NotFound: "notFound",
  AlreadyExists: "alreadyExists",
  Conflict: "conflict",
  Invalid: "invalid",
  BadRequest: "invalid",
  MethodNotAllowed: "invalid",
  NotAcceptable: "invalid",
  UnsupportedMediaType: "invalid",
  RequestEntityTooLarge: "invalid",
  Forbidden: "forbidden",
  Unauthorized: "unauthorized",
  Gone: "gone",
  Expired: "gone",
  TooManyRequests: "tooManyRequests",
  ServiceUnavailable: "unavailable",
  ServerTimeout: "timeout",
  Timeout: "timeout",
};

const KIND_BY_STATUS: Readonly<Record<number, KubeFailure>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "notFound",
  405: "invalid",
  409: "conflict",
  410: "gone",
  413: "invalid",
  415: "invalid",
  422: "invalid",
  429: "tooManyRequests",
  502: "unavailable",
  503: "unavailable",
  504: "timeout",
};

/** What the answer of a failed request says: a Status of Kubernetes, or whatever came instead. */
export function readStatus(
  httpStatus: number,
  body: JsonValue | undefined,
  text: string,
): StatusFacts {
  const status = isJsonObject(body) && body["kind"] === "Status" ? body : {};
  const details = objectAt(status, "details");
  const reason = stringAt(status, "reason") ?? "";
  const said = cut(stringAt(status, "message") ?? text.trim());
  const causes = [...causesIn(details), ...causesInText(said)];
  const conflicts = conflictsIn(causes);
  const webhook = webhookIn(said);
  return {
    kind: kindOf({ httpStatus, reason, said, conflicts, webhook, details }),
    status: httpStatus,
    reason,
    message: said === "" ? `the server answered ${httpStatus} and no more` : said,
    causes,
    conflicts,
    refusal: refusalIn(said, details),
    webhook,
  };
}

/** Seconds the server asks us to wait, in its Status; undefined where it does not say. */
export function statusRetryMs(body: JsonValue | undefined): number | undefined {
  const seconds = numberAt(body, "details", "retryAfterSeconds");
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

function kindOf(known: {
  readonly httpStatus: number;
  readonly reason: string;
  readonly said: string;
  readonly conflicts: readonly FieldConflict[];
  readonly webhook: WebhookRefusal | undefined;
  readonly details: JsonObject;
}): KubeFailure {
  if (known.webhook !== undefined) return "webhook";
  if (known.conflicts.length > 0) return "fieldConflict";
  if (/^(?:Internal error occurred: )?conversion webhook for /.test(known.said)) {
    return "unavailable";
  }
  // An apply with a field that the schema lacks is answered with a bare 500.
  if (known.said.startsWith("failed to create typed patch object")) return "invalid";
  const kind = KIND_BY_REASON[known.reason] ?? KIND_BY_STATUS[known.httpStatus] ?? "other";
  // A path the server does not know has no object to name; a missing object is named.
  const named = stringAt(known.details, "name") !== undefined;
  return kind === "notFound" && !named ? "unknownKind" : kind;
}

function causesIn(details: JsonObject): readonly Cause[] {
  return arrayAt(details, "causes")
    .slice(0, CAUSES_MAX)
    .map((cause) => ({
      type: stringAt(cause, "reason") ?? "",
      field: cut(stringAt(cause, "field") ?? ""),
      message: cut(stringAt(cause, "message") ?? ""),
    }));
}

/** What an apply says of fields that do not fit the schema; the words are those of the server. */
const UNFIT =
  /(\.[^\s:;,]{1,500}): (field not declared in schema|(?:expected|duplicate) [^\n;]{1,200})/g;

/** Fields the server does not know come only as text, in two forms (strict decoding and apply). */
function causesInText(text: string): readonly Cause[] {
  const unknown = text.matchAll(/\b(unknown|duplicate) field "([^"\\]{1,500})"/g);
  const undeclared = text.matchAll(UNFIT);
  return [...unknown, ...undeclared]
    .slice(0, CAUSES_MAX)
    .map(([whole, first = "", second = ""]) => {
      const declared = first.startsWith(".");
      return {
        type: first === "duplicate" ? "FieldValueDuplicate" : "FieldValueNotSupported",
        field: declared ? first : second,
        message: declared ? second : whole.slice(0, whole.indexOf(" field") + 6),
      };
    });
}

function conflictsIn(causes: readonly Cause[]): readonly FieldConflict[] {
  return causes
    .filter(({ type }) => type === "FieldManagerConflict")
    .map(({ field, message }) => {
      const quoted = /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message)?.[1];
      return { manager: quoted === undefined ? message : unquote(quoted), field };
    });
}

/** Undoes Go's %q, whose plain cases are those of JSON. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

const REFUSAL =
  /User "([^"]*)" cannot ([a-z*]+) (?:resource|path) "([^"]*)"(?: in API group "([^"]*)")?/;

function refusalIn(text: string, details: JsonObject): Refusal | undefined {
  const found = REFUSAL.exec(text);
  if (found === null) return undefined;
  const [whole, user = "", verb = "", resource = "", group = ""] = found;
  const namespace = /^ in the namespace "([^"]*)"/.exec(text.slice(found.index + whole.length));
  const name = stringAt(details, "name");
  return {
    user,
    verb,
    resource,
    group,
    namespace: namespace?.[1],
    name: name === "" ? undefined : name,
  };
}

function webhookIn(text: string): WebhookRefusal | undefined {
  const denied = /admission webhook "([^"]+)" denied the request(?::\s*)?/.exec(text);
  if (denied !== null) {
    const message = text.slice(denied.index + denied[0].length);
    return { name: denied[1] ?? "", reached: true, message };
  }
  const failed = /failed calling webhook "([^"]+)":\s*/.exec(text);
  if (failed === null) return undefined;
  const message = text.slice(failed.index + failed[0].length);
  return { name: failed[1] ?? "", reached: false, message };
}

function cut(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`;
}
