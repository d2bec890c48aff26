import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isJsonArray, isJsonObject, type JsonValue, member } from "../../../engine/model/json.ts";
import { type AccessProblem, KubeconfigError } from "./access.ts";

/** A kubeconfig holds a few certificates; a megabyte is a mistake or an attack. */
const FILE_BYTES_MAX = 1_048_576;
const DEPTH_MAX = 32;
const INDENT_MAX = 64;

/**
 * Reads a regular file of at most a megabyte as UTF-8. Never hangs on a pipe or a device, and
 * never reads on where a file grows. Throws what the system says, or an error with its code.
 */
export async function readSmallFile(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw fileError("not a regular file");
    if (stat.size > FILE_BYTES_MAX) throw fileError(`more than ${FILE_BYTES_MAX} bytes`);
    const buffer = Buffer.alloc(stat.size);
    const { bytesRead } = await handle.read(buffer, 0, stat.size, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function fileError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Text of a kubeconfig (YAML or JSON) → its root. */
export async function parseKubeconfig(file: string): Promise<Entry> {
  const place = { file, field: "" };
  let text: string;
  try {
    text = await readSmallFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const problem = code.startsWith("more than") ? "tooLarge" : "unreadable";
    throw new KubeconfigError(problem, place, `the kubeconfig cannot be read: ${code}`);
  }
  const root = new Entry(file, "", await parseYaml(file, text));
  if (!isJsonObject(root.value)) throw root.error("malformed", "is no mapping");
  const kind = root.optionalText("kind");
  if (kind === undefined || kind === "Config") return root;
  throw root.at("kind").error("malformed", `is ${kind}; a kubeconfig has kind Config`);
}

async function parseYaml(file: string, text: string): Promise<JsonValue> {
  const place = { file, field: "" };
  if (isTooDeep(text)) throw new KubeconfigError("malformed", place, "is nested too deep");
  const { LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  try {
    // Pretty errors would quote the line, and with it a token.
    const document = parseDocument(text, { prettyErrors: false, logLevel: "error", lineCounter });
    const [error] = document.errors;
    if (error !== undefined) {
      const { line } = lineCounter.linePos(error.pos[0]);
      const said = `is no YAML: ${error.code} at line ${line}`;
      throw new KubeconfigError("malformed", place, said);
    }
    return document.toJS({ maxAliasCount: 0 }) as JsonValue;
  } catch (error) {
    if (error instanceof KubeconfigError) throw error;
    throw new KubeconfigError("malformed", place, "cannot be read as YAML without aliases");
  }
}

/** Stops what would overflow the parser's stack: depth needs brackets, or columns. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth++;
    if (character === "]" || character === "}") depth--;
    if (depth > DEPTH_MAX) return true;
  }
  return new RegExp(`^[ \\t?-]{${INDENT_MAX}}`, "m").test(text);
}

/** A value of the file with the path that leads to it, so that every complaint names its field. */
export class Entry {
  readonly file: string;
  readonly path: string;
  readonly value: JsonValue | undefined;

  constructor(file: string, path: string, value: JsonValue | undefined) {
    this.file = file;
    this.path = path;
    this.value = value;
  }

  at(key: string): Entry {
    const path = this.path === "" ? key : `${this.path}.${key}`;
    return new Entry(this.file, path, member(this.value, key));
  }

  /** Absent, null and empty all count as not there, as they do for kubectl. */
  has(key: string): boolean {
    const { value } = this.at(key);
    return value !== undefined && value !== null && value !== "";
  }

  text(key: string): string {
    const text = this.optionalText(key);
    if (text === undefined) throw this.at(key).error("missing", "is missing");
    return text;
  }

  optionalText(key: string): string | undefined {
    const entry = this.at(key);
    if (!this.has(key)) return undefined;
    if (typeof entry.value === "string") return entry.value;
    throw entry.error("malformed", "must be a text");
  }

  flag(key: string): boolean {
    const entry = this.at(key);
    if (entry.value === undefined || entry.value === null) return false;
    if (typeof entry.value === "boolean") return entry.value;
    throw entry.error("malformed", "must be true or false");
  }

  list(): readonly Entry[] {
    const { file, path, value } = this;
    if (value === undefined || value === null) return [];
    if (!isJsonArray(value)) throw this.error("malformed", "must be a list");
    return value.map((item, index) => new Entry(file, `${path}[${index}]`, item));
  }

  texts(): readonly string[] {
    return this.list().map((entry) => {
      if (typeof entry.value === "string") return entry.value;
      throw entry.error("malformed", "must be a text");
    });
  }

  folder(): string {
    return dirname(resolve(this.file));
  }

  place(): { readonly file: string; readonly field: string } {
    return { file: this.file, field: this.path };
  }

  error(problem: AccessProblem, text: string): KubeconfigError {
    return new KubeconfigError(problem, this.place(), text);
  }
}
