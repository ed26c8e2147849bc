import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { ClosingCountReporter } from "../support/closing-count-reporter.ts";

// `make test-ui`: the terminal in tmux and the page in Chromium, against the stack of `make start`.
export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["test/ui/**/*.test.ts"],
    globalSetup: ["test/ui/shared-stack.ts"],
    // One stack and one machine: screens that compete for the processor only make each other slow.
    fileParallelism: false,
    testTimeout: 40_000,
    hookTimeout: 60_000,
    reporters: ["default", new ClosingCountReporter()],
  },
});
