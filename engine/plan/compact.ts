/** A copy without the members that are undefined, in the same order. */
export function compact<T extends object>(
  members: { readonly [Key in keyof T]-?: T[Key] | undefined },
): T {
  const copy: Partial<Record<keyof T, unknown>> = {};
  for (const key of Object.keys(members) as (keyof T)[]) {
    if (members[key] !== undefined) copy[key] = members[key];
  }
  return copy as T;
}
