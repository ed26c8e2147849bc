import { defineConfig } from "vitest/config";
import { ClosingCountReporter } from "./test/support/closing-count-reporter.ts";

// `make test` runs the unit and integration tests: npm packages alone, no browser, no cloud, no root.
// The suites that need more live in test/ui, test/e2e and test/clients and have configurations of their own.
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    // Suites with a target of their own.
    exclude: ["**/node_modules/**", "test/{ui,e2e,clients,load,servers}/**"],
    testTimeout: 20_000,
    // More than there are cores: many tests wait for a process, a clock or the network.
    maxWorkers: 5,
    // Loading the modules anew for each file takes as much of the processor as all tests together.
    isolate: false,
    setupFiles: ["test/support/leave-nothing.ts"],
    reporters: ["default", new ClosingCountReporter()],
  },
});
