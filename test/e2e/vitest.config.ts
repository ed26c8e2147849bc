import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ClosingCountReporter } from "../support/closing-count-reporter.ts";

/** Those that take longest begin first; the others fill what time is left beside them. */
const longest = ["host/host.test.ts", "e2e/stack.test.ts", "host/failures.test.ts"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((path) => moduleId.endsWith(path));
      return at === -1 ? longest.length : at;
    };
    return [...files].sort((one, other) => place(one) - place(other));
  }
}

// `make e2e`: the deployed path for real, with Terraform, an AWS emulator and booted hosts. Minutes, not
// seconds.
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Each file has an emulator and a directory of its own; Terraform mostly waits.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ["verbose", new ClosingCountReporter()],
  },
});
