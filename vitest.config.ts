import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { PEER_SUITES } from "./test/peers/missing.ts";
import { leftOutReporter } from "./test/support/left-out.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Only a hang takes that long, on however busy a machine: no test judges by time. */
const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
};

/** One project per kind of test. All files of a project share one worker: isolation costs 40 times. */
function project(name: string, folders: readonly string[], options: object = {}) {
  const include = folders.map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);
  const setupFiles = ["test/support/seed.ts"];
  const shared = { pool: "threads", isolate: false, setupFiles, ...patience };
  const test = { name, include, ...shared, ...options };
  return { extends: true, test };
}

/** These run the built command, in temp directories, with their own environment and signals. */
const realProcess = {
  pool: "forks",
  isolate: true,
  globalSetup: ["test/support/build.ts"],
};

/** Against real servers: slow to start, and two files at once would share the processor. */
const peers = PEER_SUITES.map((suite, index) =>
  project(suite, [`peers/${suite}`], {
    ...realProcess,
    fileParallelism: false,
    sequence: { groupOrder: index + 1 },
    testTimeout: 1_800_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 120_000 } },
  }),
);

const projects = [
  project("unit", ["engine", "schemas", "tidy"]),
  project("golden", ["golden"], realProcess),
  project("contract", ["contract"]),
  project("providers", ["providers"]),
  project("sim", ["sim"]),
  project("cli", ["cli"], realProcess),
  project("tui", ["tui"], realProcess),
];

const leftOut = leftOutReporter(
  PEER_SUITES,
  projects.map(({ test }) => test.name),
);

const jsonReport = process.env["VPAC_TEST_REPORT"];

export default defineConfig({
  define: { "process.env.VPAC_VERSION": JSON.stringify(version) },
  test: {
    reporters: [
      "default",
      leftOut,
      ...(jsonReport ? ([["json", { outputFile: jsonReport }]] as const) : []),
    ],
    projects: [...projects, ...peers],
  },
});
