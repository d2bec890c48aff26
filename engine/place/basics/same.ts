/**
 * True for trees of plain objects, lists and scalars that are equal, in whatever order members are.
 * What both share is not walked.
 */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isTree(one) || !isTree(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  let more = 0;
  for (const name in one) {
    if (!Object.hasOwn(other, name) || !isSame(one[name], other[name])) return false;
    more++;
  }
  for (const name in other) if (Object.hasOwn(other, name)) more--;
  return more === 0;
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
