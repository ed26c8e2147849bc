import { defineConfig } from "vitest/config";
import { ClosingCountReporter } from "../support/closing-count-reporter.ts";

// `make servers`: servers that people know, from npm, behind the program of `make start`.
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/servers/**/*.test.ts"],
    // Screens that compete for the processor only make each other slow.
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    reporters: ["verbose", new ClosingCountReporter()],
  },
});
