import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { ClosingCountReporter } from "../support/closing-count-reporter.ts";

// `make load` and `make soak`: many sessions, long runs, floods and faults, on loopback. What is
// measured is printed; what has to hold is asserted.
export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["test/load/**/*.test.ts"],
    // One machine: what is measured must not compete with another test.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["verbose", new ClosingCountReporter()],
  },
});
