import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  packages: Record<string, Locked>;
};
const packages = Object.entries(lock.packages);

test("no package we install brings an install script: take one without, or write it by hand", () => {
  expect(packages.filter(([, locked]) => locked.hasInstallScript).map(([path]) => path)).toEqual(
    [],
  );
});

test("npm runs no script of a dependency even if one slipped in", () => {
  expect(readFileSync(".npmrc", "utf8")).toContain("ignore-scripts=true");
});

test("every package comes from the default registry: remove other hosts from the lock file", () => {
  const elsewhere = packages.filter(([, { resolved, link }]) => {
    return resolved !== undefined && !link && !resolved.startsWith("https://registry.npmjs.org/");
  });
  expect(elsewhere.map(([path]) => path)).toEqual([]);
});

test("every platform's binary is locked: npm ci refuses a lock file with holes; pin an older version", () => {
  const holes = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in lock.packages))
      .filter((name) => !(`${path}/node_modules/${name}` in lock.packages))
      .map((name) => `${path} needs ${name}`),
  );
  expect(holes).toEqual([]);
});

test("the carried Node is the same version on all platforms", () => {
  const carried = lock.packages["tools/node"]?.optionalDependencies ?? {};
  expect(Object.keys(carried)).toHaveLength(5);
  expect(new Set(Object.values(carried)).size).toBe(1);
});
