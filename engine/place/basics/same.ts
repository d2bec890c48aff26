/**
 * True for trees of plain objects, lists and scalars that are equal, in whatever order members are.
 * What both share is not walked.
 */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isTree(one) || !isTree(other)) return false;
  if (!Array.isArray(one)) return !Array.isArray(other) && areMembersSame(one, other);
  return Array.isArray(other) && areItemsSame(one, other);
}

/** Of most lists there is nothing to compare. */
function areItemsSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let place = 0; place < one.length; place++) {
    if (!isSame(one[place], other[place])) return false;
  }
  return true;
}

function areMembersSame(one: Tree, other: Tree): boolean {
  let more = 0;
  for (const name in one) {
    if (!Object.hasOwn(other, name) || !isSame(one[name], other[name])) return false;
    more++;
  }
  for (const name in other) if (Object.hasOwn(other, name)) more--;
  return more === 0;
}

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;
