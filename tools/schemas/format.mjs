// JSON in the form that the formatter of this repository writes: short arrays on one line.
const LINE_MAX = 100;

export function formatJson(value) {
  return `${format(value, "", 0)}\n`;
}

/** `before` is the number of columns taken by the key on the same line. */
function format(value, indent, before) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const short = shortArray(value);
    if (short !== undefined && indent.length + before + short.length + 1 <= LINE_MAX) return short;
    return `[\n${value.map((item) => inner + format(item, inner, 0)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${format(item, inner, name.length)}`;
  });
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function shortArray(value) {
  if (value.some((item) => typeof item === "object" && item !== null)) return undefined;
  return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
}
