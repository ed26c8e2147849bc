import { defineConfig } from "vitest/config";
import { ClosingCountReporter } from "../support/closing-count-reporter.ts";

// `make e2e`: the deployed path for real, with Terraform and an AWS emulator. Minutes, not seconds.
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each file has an emulator and a directory of its own; Terraform mostly waits.
    maxWorkers: 2,
    reporters: ["verbose", new ClosingCountReporter()],
  },
});
