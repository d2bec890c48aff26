// What a schema says about its fields, as tables: marks, versions and defaults.

const partOf = (root, schema) =>
  typeof schema.$ref === "string" ? root.$defs[schema.$ref.replace("#/$defs/", "")] : undefined;

/** Calls `visit(pointer, field)` for every field, outermost first; false ends the descent. */
export function eachField(root, visit) {
  walk(root, root, "", visit);
}

function walk(root, schema, pointer, visit) {
  const part = partOf(root, schema);
  if (part !== undefined) walk(root, part, pointer, visit);
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const token = name.replaceAll("~", "~0").replaceAll("/", "~1");
    const path = `${pointer}/${token}`;
    if (visit(path, field, name) !== false) walk(root, field, path, visit);
  }
  if (typeof schema.additionalProperties === "object") {
    walk(root, schema.additionalProperties, `${pointer}/*`, visit);
  }
  if (typeof schema.items === "object") walk(root, schema.items, `${pointer}/*`, visit);
}

/** One row per field that is not simply honoured; a row covers everything below its path. */
export function marksOf(root) {
  const rows = [];
  eachField(root, (path, field) => {
    const mark = field["x-vpac"];
    if (mark === undefined) return true;
    const entries = typeof mark === "string" ? [["*", mark]] : Object.entries(mark);
    let all = false;
    for (const [provider, value] of entries) {
      if (value === "honoured") continue;
      const why = field["x-why"]?.[provider] ?? field.description;
      rows.push({ path, provider, mark: value, why });
      all ||= provider === "*";
    }
    return !all;
  });
  return rows;
}

/** One row per field that some served versions do not have. */
export function versionsOf(root) {
  const rows = [];
  eachField(root, (path, field, name) => {
    const since = field["x-since"];
    const until = field["x-until"];
    if (since === undefined && until === undefined) return true;
    rows.push({ path, name, ...(since && { since }), ...(until && { until }) });
    return true;
  });
  return rows;
}

/** Defaults as a tree that follows the document: `value` here, `fields` and `each` below. */
export function defaultsOf(root, schema = root) {
  const part = partOf(root, schema);
  const node = part === undefined ? {} : defaultsOf(root, part);
  if (schema.default !== undefined) node.value = schema.default;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const child = defaultsOf(root, field);
    if (Object.keys(child).length > 0) node.fields = { ...node.fields, [name]: child };
  }
  const items = schema.items ?? schema.additionalProperties;
  if (typeof items === "object") {
    const child = defaultsOf(root, items);
    if (Object.keys(child).length > 0) node.each = child;
  }
  return node;
}
