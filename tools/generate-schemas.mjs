// Brings everything that is derived from schemas/<kind>/schema.json up to date:
//   - `$defs` of each schema: copies of the parts in schemas/_shared/*.json that it refers to, so
//     that a published schema stands alone;
//   - schemas/_shared/<module>.gen.js and schemas/<kind>/validate.gen.js: validators without ajv;
//   - schemas/<kind>/README.md: the table of fields.
// A generator of tools/generate.mjs.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileKind, compileModule } from "./schemas/compile.mjs";
import { defaultsOf, marksOf, versionsOf } from "./schemas/marks.mjs";
import { readmeOf } from "./schemas/readme.mjs";
import { formatJson } from "./schemas/format.mjs";

const root = fileURLToPath(new URL("../schemas/", import.meta.url));
const compareText = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Every shared part by name, with the module (file) it comes from. */
function readShared() {
  const shared = new Map();
  const modules = readdirSync(join(root, "_shared")).filter((file) => file.endsWith(".json"));
  for (const file of modules.sort(compareText)) {
    const module = file.slice(0, -".json".length);
    for (const [name, schema] of Object.entries(readJson(join(root, "_shared", file)).$defs)) {
      if (shared.has(name)) throw new Error(`two shared parts are called ${name}`);
      shared.set(name, { module, schema });
    }
  }
  return shared;
}

function collectRefs(value, found) {
  if (typeof value !== "object" || value === null) return found;
  if (typeof value.$ref === "string") found.add(value.$ref.replace("#/$defs/", ""));
  for (const child of Object.values(value)) collectRefs(child, found);
  return found;
}

/** The schema with `$defs` holding exactly the shared parts it needs, in order of name. */
function withDefs(schema, shared) {
  const { $defs: _old, ...own } = schema;
  const needed = collectRefs(own, new Set());
  for (const name of needed) {
    const part = shared.get(name);
    if (part === undefined) throw new Error(`${schema.title} refers to an unknown part ${name}`);
    collectRefs(part.schema, needed);
  }
  const names = [...needed].sort(compareText);
  if (names.length === 0) return own;
  const defs = Object.fromEntries(names.map((name) => [name, shared.get(name).schema]));
  return { ...own, $defs: defs };
}

const kindFolders = () =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, "schema.json")))
    .map((entry) => entry.name)
    .sort(compareText);

/** Names of the parts that a kind, or a part of another module, refers to directly. */
function calledParts(shared) {
  const called = new Set();
  for (const folder of kindFolders()) {
    const { $defs: _parts, ...own } = readJson(join(root, folder, "schema.json"));
    collectRefs(own, called);
  }
  for (const { module, schema } of shared.values()) {
    for (const name of collectRefs(schema, new Set())) {
      if (shared.get(name).module !== module) called.add(name);
    }
  }
  return called;
}

/** Every generated file of schemas/, as pairs of path (from the root) and text. */
export function files() {
  const found = [];
  const shared = readShared();
  const wanted = calledParts(shared);
  for (const module of new Set([...shared.values()].map((part) => part.module))) {
    found.push([`schemas/_shared/${module}.gen.js`, compileModule(module, shared, wanted)]);
  }
  for (const folder of kindFolders()) found.push(...filesOfKind(folder, shared));
  return found;
}

function filesOfKind(folder, shared) {
  const schema = withDefs(readJson(join(root, folder, "schema.json")), shared);
  const facts = {
    marks: marksOf(schema),
    versions: versionsOf(schema),
    defaults: defaultsOf(schema),
  };
  const example = join(root, folder, "example.yaml");
  const exampleText = existsSync(example) ? readFileSync(example, "utf8") : undefined;
  return [
    [`schemas/${folder}/schema.json`, formatJson(schema)],
    [`schemas/${folder}/validate.gen.js`, compileKind(schema, shared, facts)],
    [`schemas/${folder}/README.md`, readmeOf(schema, exampleText)],
  ];
}
