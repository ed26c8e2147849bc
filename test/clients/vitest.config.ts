import { defineConfig } from "vitest/config";
import { ClosingCountReporter } from "../support/closing-count-reporter.ts";

// `make clients`: programs of others, as npm installs them, against the stack of `make start`.
export default defineConfig({
  test: {
    include: ["test/clients/**/*.test.ts"],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    reporters: ["verbose", new ClosingCountReporter()],
  },
});
