import type { Reporter, Vitest } from "vitest/node";

/**
 * Says at the end of a run of all other tests which suites were left out, and how they are run.
 * `suites` are the vitest projects that `npm test` leaves out, `others` those that it runs.
 */
export function leftOutReporter(suites: readonly string[], others: readonly string[]): Reporter {
  let left: readonly string[] = [];
  return {
    onInit(vitest: Vitest) {
      const ran = new Set(vitest.projects.map(({ name }) => name));
      const isWhole = others.every((name) => ran.has(name));
      left = isWhole ? suites.filter((name) => !ran.has(name)) : [];
    },
    onTestRunEnd() {
      if (left.length === 0) return;
      const commands = left.map((name) => `${name} (npm run test:${name})`).join(", ");
      process.stdout.write(`Left out, as they need real servers: ${commands}.\n`);
      process.stdout.write("What they need is installed and built by: npm run peers:install\n\n");
    },
  };
}
